import { expect, it } from "vitest";
import type { DevWord } from "../../../../generator/dev/words/dev-word.js";
import { linesOfWord } from "../../../../generator/dev/words/line-of-word.js";
import { endedDelivery, wordOfLine } from "../../../../generator/dev/words/program-line.js";
import { createJsonTeller, createTextTeller } from "../../../../generator/dev/words/teller.js";
import { plain } from "../../../../generator/terminal/report.js";

const lines = (word: DevWord, texts?: ReadonlyMap<string, readonly string[]>) =>
  linesOfWord(word, { style: plain, folder: "/project", texts });

it("shows where to look when the extension is ready", () => {
  const addresses = {
    inspector: "http://127.0.0.1:4848",
    kiket: "http://127.0.0.1:4849",
    extension: "http://127.0.0.1:8000",
  };
  expect(lines({ type: "ready", ...addresses, token: "ab12", ms: 812 })).toEqual([
    "ready in 0.8 s",
    "inspector    http://127.0.0.1:4848/#token=ab12",
    "local Kiket  http://127.0.0.1:4849",
    "extension    http://127.0.0.1:8000",
  ]);
});

it("says what was generated, counting the rest, and what was restarted and why", () => {
  const files = ["a", "b", "c", "d"].map((path) => ({ path, change: "written" as const }));
  expect(lines({ type: "generated", files, ms: 40 })).toEqual([
    "generated in 40 ms: written a, written b, written c and 1 more",
  ]);
  expect(lines({ type: "restarted", build: 2, reason: "src/a.ts changed", ms: 212 })).toEqual([
    "restarted in 212 ms: src/a.ts changed",
  ]);
});

it("shows the source line of an error, and no control character of it or of the message", () => {
  const error: DevWord = {
    type: "error",
    stage: "types",
    severity: "error",
    code: "TS2322",
    message: "not \u001b[2Jright\n  because",
    ...{ file: "src/a.ts", line: 1, column: 3 },
    hint: "mend it",
  };
  expect(lines(error, new Map([["src/a.ts", ["a \u001b[2Jb"]]]))).toEqual([
    "src/a.ts:1:3  error  TS2322  not \\u{1b}[2Jright",
    "because",
    "1 | a \ufffd[2Jb",
    "  |   ^",
    "hint: mend it",
  ]);
});

it("reads the lines of loggers, and takes others as they are", () => {
  const line = '{"level":"info","time":"2026-11-26T03:00:00Z","message":"greeted","issue":"7","deliveryId":"dlv_1"}';
  expect(lines(wordOfLine("stdout", line))).toEqual(['| greeted  {"issue":"7"}']);
  expect(lines(wordOfLine("stdout", "plain \u001b[31mred"))).toEqual(["| plain \\u{1b}[31mred"]);
  expect(wordOfLine("stderr", '{"level":"loud"}')).toEqual({
    type: "log",
    source: "extension",
    level: "warn",
    message: '{"level":"loud"}',
  });
});

it("knows the line with which the runtime ends a delivery, and no other", () => {
  const ended =
    '{"level":"info","time":"","message":"A delivery was handled","deliveryId":"dlv_1","status":200,"ms":3.2}';
  expect(endedDelivery(wordOfLine("stdout", ended))).toBe("dlv_1");
  expect(endedDelivery(wordOfLine("stdout", ended.replace("A delivery was handled", "mine")))).toBeUndefined();
  expect(endedDelivery(wordOfLine("stdout", "A delivery was handled"))).toBeUndefined();
  for (const message of ["raw event submitted", "raw event failed; it can be claimed again when its lease ends"]) {
    const line = JSON.stringify({ level: "info", message, id: "raw_1", sourceEventType: "ticket_closed" });
    expect(endedDelivery(wordOfLine("stdout", line))).toBe("raw_1");
  }
});

it("writes one JSON object a line for programs, and lines with the time for people", async () => {
  const word: DevWord = { type: "log", source: "extension", level: "info", message: "line\nbreak \u2028" };
  let json = "";
  createJsonTeller((text) => {
    json += text;
  }).word(word);
  expect(json).toBe('{"type":"log","source":"extension","level":"info","message":"line\\nbreak \\u2028"}\n');

  let text = "";
  const teller = createTextTeller({
    out: (more) => {
      text += more;
    },
    style: plain,
    host: { read: async () => "let a: string = 1;" },
    folder: "/p",
    time: () => new Date(2026, 0, 1, 14, 2, 11).getTime(),
  });
  teller.word({ type: "error", stage: "build", severity: "error", message: "wrong", file: "a.ts", line: 1, column: 5 });
  teller.word({ type: "restarted", build: 2, reason: "a.ts changed", ms: 7 });
  await teller.written();
  expect(text).toBe(`14:02:11  a.ts:1:5  error  wrong
    1 | let a: string = 1;
      |     ^
14:02:11  restarted in 7 ms: a.ts changed
`);
});

it("shows the end of a deferred run with its event, its run and where it has thrown, and nothing that only programs need", () => {
  const stack = "Error: away\n    at Object.handle (/project/src/a.ts:1:7)\n    at handle (file:///other/chunk.js:1:2)";
  const fields = {
    ...{ event: "issue.created", version: "v1", deliveryId: "dlv_1", correlationId: "c", jobId: "job-1" },
    ...{ attempt: 1, attempts: 2, ms: 7.5, waited: 10, stages: [], outcome: "failed", reason: "handler-failed" },
    cause: { name: "Error", message: "away", stack },
  };
  const message = "A deferred delivery failed, and runs again: A handler failed";
  const word: DevWord = { type: "log", source: "extension", level: "error", message, fields };
  expect(lines(word, new Map([["src/a.ts", ["throw away();"]]]))).toEqual([
    `| ${message}  issue.created v1  run 1 of 2  8 ms  dlv_1`,
    "Error: away",
    "at src/a.ts:1:7",
    "1 | throw away();",
    "  |       ^",
  ]);
  const { cause: _, reason: __, ...others } = fields;
  expect(lines({ ...word, level: "info", message: "A deferred delivery was handled", fields: others })).toEqual([
    "| A deferred delivery was handled  issue.created v1  run 1 of 2  8 ms  dlv_1",
  ]);
});
