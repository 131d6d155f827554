import { expect, it } from "vitest";
import { styleFor } from "../../../generator/terminal/colour.js";
import { coloured, plain } from "../../../generator/terminal/report.js";

it.each<[isTerminal: boolean, env: Record<string, string>, hasColour: boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "" }, true],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "0" }, false],
  [true, { NODE_DISABLE_COLORS: "1" }, false],
  [true, { NODE_DISABLE_COLORS: "" }, true],
  [true, { TERM: "dumb" }, false],
  [true, { TERM: "xterm" }, true],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "3" }, true],
  [false, { FORCE_COLOR: "true" }, true],
  [false, { FORCE_COLOR: "" }, false],
  [true, { FORCE_COLOR: "" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { FORCE_COLOR: "false" }, false],
  [false, { FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" }, true],
])("a terminal (%j) with %j has colours: %j", (isTerminal, env, hasColour) => {
  expect(styleFor(isTerminal, env)).toBe(hasColour ? coloured : plain);
});
