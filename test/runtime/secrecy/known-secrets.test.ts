import { describe, expect, test } from "vitest";
import { type ActiveDelivery, createActiveDelivery } from "../../../runtime/base/active-delivery.js";
import { type Concealment, createConcealment } from "../../../runtime/secrecy/known-secrets.js";

function newRun(): ActiveDelivery {
  return createActiveDelivery(new Request("http://extension.test"));
}

function newConcealment(): Concealment {
  return createConcealment([], [], { given: {}, env: {} });
}

/** Hides a secret of a finished run. */
function learn(concealment: Concealment, ...secrets: readonly string[]): void {
  const run = newRun();
  for (const secret of secrets) concealment.conceal(secret, run);
  concealment.release(run);
}

const long = "x".repeat(256 * 1024 - 10);

describe("secrets that became known in a run are hidden in the log", () => {
  test("however many there are", () => {
    const concealment = newConcealment();
    learn(concealment, "first-secret");
    learn(concealment, ...Array.from({ length: 5_000 }, (_, i) => `secret-${i}`));
    expect([...concealment.secrets()]).toHaveLength(5_001);
    expect([...concealment.secrets()]).toContain("first-secret");
  });

  test("up to 256 Ki characters, the oldest forgotten first", () => {
    const concealment = newConcealment();
    learn(concealment, "12345", "67890", long);
    expect([...concealment.secrets()]).toEqual(["12345", "67890", long]);
    learn(concealment, "12345");
    expect([...concealment.secrets()]).toEqual(["67890", long, "12345"]);
    learn(concealment, "a");
    expect([...concealment.secrets()]).toEqual([long, "12345", "a"]);
    learn(concealment, "b".repeat(300 * 1024));
    expect([...concealment.secrets()]).toEqual(["b".repeat(300 * 1024)]);
  });

  test("without a limit while the delivery is in progress", () => {
    const concealment = newConcealment();
    const run = newRun();
    concealment.conceal("read-first", run);
    concealment.conceal(long, run);
    learn(concealment, `${long}y`);
    expect([...concealment.secrets()]).toEqual([`${long}y`, "read-first", long]);
    concealment.release(run);
    expect([...concealment.secrets()]).toEqual(["read-first", long]);
  });

  test("if work that a handler started adds them after its end", () => {
    const concealment = newConcealment();
    const run = newRun();
    concealment.release(run);
    concealment.conceal("late", run);
    learn(concealment, long, "0123456");
    expect([...concealment.secrets()]).toEqual([long, "0123456"]);
  });
});
