import { expect, it } from "vitest";
import { wordOfLine } from "../../generator/dev/words/program-line.js";
import { readProgramLine } from "../../runtime/dev/program-line.js";

it.each([
  ["stdout", "plain text", "info"],
  ["stderr", "(node:1) ExperimentalWarning: SQLite is an experimental feature", "warn"],
  ["stderr", '{"level":"info","message":"listening"}', "info"],
  ["stderr", '{"level":30,"msg":"of another logger"}', "warn"],
  ["stdout", '{"level":"error","message":"A handler failed","deliveryId":"dlv_1"}', "error"],
  ["stdout", "{", "info"],
] as const)("the terminal and the page show the line on %s the same: %s", (stream, line, level) => {
  expect(wordOfLine(stream, line).level).toBe(level);
  expect(readProgramLine(stream, line, 0).line.level).toBe(level);
  expect(readProgramLine(stream, line, 0).line.message).toBe(wordOfLine(stream, line).message);
});
