import { expect, test } from "vitest";
import { KiketError } from "../../../../runtime/index.js";
import { createCalls } from "../../../../runtime/stores/redis/calls.js";

test("calls without an answer may hold so many bytes; then no other is sent until they are answered", async () => {
  const calls = createCalls(
    { timeout: 1, mostUnanswered: 100, mostBytes: 10 },
    (error) => new KiketError((error as Error).message),
    () => undefined,
  );
  let answer = (): void => undefined;
  const silent = () =>
    new Promise<void>((resolve) => {
      answer = resolve;
    });
  const ignore = () => undefined;
  await expect(calls.make(silent, ignore, 10)).rejects.toThrow("no answer within 0.001 s");
  await expect(calls.make(async () => "sent", ignore)).rejects.toThrow("earlier calls have no answer yet");
  answer();
  await Promise.resolve();
  expect(await calls.make(async () => "sent", ignore)).toBe("sent");
});
