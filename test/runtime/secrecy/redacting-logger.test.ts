import { describe, expect, it } from "vitest";
import type { Logger } from "../../../runtime/base/logger.js";
import { redacting } from "../../../runtime/secrecy/redacting-logger.js";

function logged(fields: object, secrets: readonly unknown[] = []): unknown {
  let written: unknown;
  const note = (_message: string, shown?: object): void => {
    written = shown;
  };
  const logger: Logger = { info: note, warn: note, error: note };
  redacting(logger, () => secrets).info("x", fields);
  return written;
}

const throwing = {
  get value(): never {
    throw new Error("secret");
  },
};

describe("a value that cannot be read", () => {
  it.each<[what: string, value: unknown, shown: unknown]>([
    ["a getter", throwing, { value: "[unreadable]" }],
    ["a toJSON", { toJSON: () => throwing.value }, "[unreadable]"],
    ["a revoked proxy", revoked(), "[unreadable]"],
    ["a list with one", [1, throwing], [1, { value: "[unreadable]" }]],
  ])("in %s leaves the rest of the line", (_what, value, shown) => {
    expect(logged({ event: "issue.created", value })).toEqual({ event: "issue.created", value: shown });
  });

  it("in the cause of an error leaves its message", () => {
    expect(logged({ cause: new Error("db down", { cause: throwing }) })).toEqual({
      cause: {
        name: "Error",
        message: "db down",
        stack: expect.stringContaining("db down"),
        cause: { value: "[unreadable]" },
      },
    });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("a secret with a newline at its end", () => {
  it("is hidden also without it", () => {
    expect(logged({ a: "t=top-secret-1", b: "t=top-secret-1\n" }, ["top-secret-1\n"])).toEqual({
      a: "t=[redacted]",
      b: "t=[redacted]",
    });
  });
});
