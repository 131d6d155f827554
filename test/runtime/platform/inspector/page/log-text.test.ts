import { describe, expect, it } from "vitest";
import type { AttemptRecord, LogLine } from "../../../../../runtime/platform/inspector/delivery-record.js";
import { failureReason, fieldText } from "../../../../../runtime/platform/inspector/page/state/log-text.js";
import { attempt } from "../../../../support/inspector-backend.js";

const thrown = {
  name: "TypeError",
  message: "priority high is not a number",
  stack: [
    "TypeError: priority high is not a number",
    "    at refuse (file:///p/node_modules/zod/index.js:5:9)",
    "    at parsePriority (/p/src/handlers/issue.created.v1.ts:5:9)",
    "    at process.processTicks (node:internal/process/task_queues:95:5)",
  ].join("\n"),
};

describe("fieldText", () => {
  it("writes a stack with a line for each call, and the errors that caused it", () => {
    expect(fieldText(thrown)).toBe(thrown.stack);
    const cause = { name: "Error", message: "second", stack: "Error: first\n    at a (/p/a.ts:1:2)" };
    expect(fieldText({ ...thrown, cause })).toBe(
      `${thrown.stack}\ncaused by Error: second\nError: first\n    at a (/p/a.ts:1:2)`,
    );
  });

  it("leaves text as it is, and writes everything else as JSON", () => {
    expect(["a b", 7, null, { stack: 3 }].map(fieldText)).toEqual(["a b", "7", "null", '{"stack":3}']);
  });
});

describe("failureReason", () => {
  const line = (level: LogLine["level"], message: string, fields = {}): LogLine => ({ at: 1, level, message, fields });
  const failed = (status: number, logs: readonly LogLine[] = [], members: Partial<AttemptRecord> = {}) =>
    failureReason(attempt({ reply: { status, headers: {}, body: "" }, logs, ...members }));

  it("is what was thrown, with the project's own line of code", () => {
    const logs = [line("error", "A handler failed", { cause: thrown }), line("info", "later")];
    expect(failed(500, logs)).toBe(
      "TypeError: priority high is not a number\n    at parsePriority (/p/src/handlers/issue.created.v1.ts:5:9)",
    );
    const packages = { ...thrown, stack: "TypeError: no\n    at a (/p/node_modules/a/index.js:1:1)" };
    expect(failed(500, [line("error", "A handler failed", { cause: packages })])).toBe(
      "TypeError: priority high is not a number",
    );
  });

  it("is the last error of the log, else the last warning, else why there was no reply", () => {
    expect(failed(400, [line("error", "one"), line("error", "two"), line("warn", "three")])).toBe("two");
    expect(failed(413, [line("warn", "A delivery was refused: Body larger than 1048576 bytes")])).toBe(
      "A delivery was refused: Body larger than 1048576 bytes",
    );
    const { reply: _, ...silent } = attempt({ error: "The connection was closed" });
    expect(failureReason(silent)).toBe("The connection was closed");
    expect(failureReason({ ...silent, logs: [line("error", "one")] })).toBe("The connection was closed\none");
  });

  it("is absent for an attempt that has not failed, whatever was logged", () => {
    expect(failed(200, [line("error", "one")])).toBeUndefined();
    expect(failed(500)).toBeUndefined();
  });
});
