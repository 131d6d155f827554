import { expect, test } from "vitest";
import { createOutbox, type Letter } from "../../../../runtime/stores/redis/outbox.js";
import { reply } from "./open-store.js";

const never = () => new Promise<never>(() => undefined);
const verdict = (key: string, body = "{}"): Letter => ({
  ...{ key, until: 1_000, send: never },
  reply: { ...reply, body },
});

function openOutbox(now = () => 0) {
  const told: string[] = [];
  return { outbox: createOutbox(now, () => told.push("full")), told };
}

test("50,000 verdicts are kept; then the oldest give way, which is told once", async () => {
  const { outbox, told } = openOutbox();
  for (let index = 0; index < 50_000; index += 1) outbox.keep(verdict(`${index}`));
  expect(told).toEqual([]);
  expect(outbox.replyFor("0")).toEqual({ ...reply, body: "{}" });
  for (const key of ["more", "still more"]) outbox.keep(verdict(key));
  expect(told).toEqual(["full"]);
  expect(["0", "1", "2", "still more"].map((key) => outbox.replyFor(key) !== undefined)).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(await outbox.drain(0)).toBe(50_000);
});

test("32 MiB are kept: a long verdict takes the place of many", async () => {
  const { outbox, told } = openOutbox();
  const long = "x".repeat(5_000_000);
  for (const key of ["a", "b", "c"]) outbox.keep(verdict(key, long));
  expect(told).toEqual([]);
  outbox.keep(verdict("d", long));
  expect(told).toEqual(["full"]);
  expect(["a", "b", "c", "d"].map((key) => outbox.replyFor(key)?.body.length)).toEqual([
    undefined,
    5_000_000,
    5_000_000,
    5_000_000,
  ]);
  expect(await outbox.drain(0)).toBe(3);
});

test("a claim that gives way is no verdict that is lost", async () => {
  const { outbox, told } = openOutbox();
  outbox.keep({ key: "claim", until: 1_000, send: never });
  for (let index = 0; index < 50_000; index += 1) outbox.keep(verdict(`${index}`));
  expect(told).toEqual([]);
  expect(await outbox.drain(0)).toBe(50_000);
});

test("a verdict is of use until its end by the monotonic clock, and is not sent later", async () => {
  let now = 0;
  const sent: string[] = [];
  const { outbox } = openOutbox(() => now);
  outbox.keep({ ...verdict("a"), send: async () => void sent.push("a") });
  now = 999;
  expect(outbox.replyFor("a")).toBeDefined();
  now = 1_000;
  expect(outbox.replyFor("a")).toBeUndefined();
  expect(await outbox.drain(0)).toBe(0);
  expect(sent).toEqual([]);
});
