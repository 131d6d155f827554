import { describe, expect, it } from "vitest";
import type { Laboratory } from "../../../../generator/doctor/receiver/probe.js";
import { keyProbes } from "../../../../generator/doctor/receiver/probes/delivery-probes.js";

/** A receiver that has just looked at the keys. `statusAt`: what it answers so many milliseconds later, and whether it looks before. */
function laboratory(statusAt: (time: number) => { readonly status: number; readonly looks: boolean }) {
  const calls = [{ operationId: "getJwks", at: 0 }];
  const ids = new Set<string | undefined>();
  let time = 0;
  const lab = {
    ...{ subject: { family: "runtime" }, now: () => time, lookTime: 31_000 },
    platform: { calls, rotateKeys: async () => undefined, faults: { jwksDown: () => ({ clear: () => undefined }) } },
    async pause(milliseconds: number) {
      time += milliseconds;
    },
    async send({ deliveryId }: { readonly deliveryId?: string } = {}) {
      ids.add(deliveryId);
      const { status, looks } = statusAt(time);
      if (looks) calls.push({ operationId: "getJwks", at: time });
      return { reply: { kind: "answer", status, text: "" }, changes: 0 };
    },
  };
  return { lab: lab as unknown as Laboratory, ids, elapsed: () => time };
}

async function run(id: string, statusAt: Parameters<typeof laboratory>[0]) {
  const { lab, ids, elapsed } = laboratory(statusAt);
  const { reply, status } = (await keyProbes.find((probe) => probe.id === id)?.run(lab)) ?? {};
  return { reply: reply?.kind === "answer" ? reply.status : undefined, status, attempts: ids.size, after: elapsed() };
}

describe("a receiver that looks at the keys at most every 30 s", () => {
  const looksAgain = (found: number) => (time: number) =>
    time < 30_000 ? { status: 401, looks: false } : { status: found, looks: true };

  it("is graded by what it answers when it has looked, with a warning for what it refuses before", async () => {
    const once = { status: "warning", attempts: 16, after: 30_000 };
    expect(await run("keys-down", looksAgain(503))).toEqual({ reply: 503, ...once });
    expect(await run("keys-rotated", looksAgain(200))).toEqual({ reply: 200, ...once });
  });

  it("is wrong if it refuses then too, and so is one that does not look in time", async () => {
    expect(await run("keys-down", looksAgain(401))).toMatchObject({ reply: 401, status: undefined, after: 30_000 });
    const never = () => ({ status: 401, looks: false });
    expect(await run("keys-rotated", never)).toMatchObject({ reply: 401, status: undefined, after: 32_000 });
  });
});

it("a receiver that answers 503 until it may look gets the same delivery again, as from Kiket", async () => {
  const patient = (time: number) => ({ status: time < 6000 ? 503 : 200, looks: time >= 6000 });
  expect(await run("keys-rotated", patient)).toEqual({ reply: 200, status: undefined, attempts: 2, after: 6000 });
});
