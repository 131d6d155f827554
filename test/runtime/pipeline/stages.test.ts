import { describe, expect, it } from "vitest";
import type { Stage } from "../../../runtime/base/active-delivery.js";
import { allow, createMemoryStore, defineHandler, type ExtensionOptions } from "../../../runtime/index.js";
import { createTestLogger, type TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const handlers = [
  defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { settings, secret }) => {
    await pause(20);
    return allow({ message: `${Object.keys(settings).length} ${secret("NONE")}` });
  }),
  defineHandler({ event: "issue.failing", version: "v1" }, () => {
    throw new RangeError("out of range");
  }),
];

/** The fields of the line of a delivery. */
async function lineOf(
  env: Record<string, string>,
  delivery: TestDelivery = {},
  options: Partial<ExtensionOptions> = {},
) {
  const logger = createTestLogger();
  const extension = kiket.extension({ handlers, logger, env, ...options });
  await extension.fetch(await kiket.request(delivery));
  return (logger.lines.at(-1)?.fields ?? {}) as { readonly stages?: readonly Stage[] };
}

const asked = { KIKET_LOG_STAGES: "1" };
const names = ({ stages }: { readonly stages?: readonly Stage[] }) => stages?.map(({ name }) => name);
const all = ["body", "verify", "route", "begin", "handler", "settings", "secrets", "reply", "finish"];

describe("the line of a delivery says where its time went", () => {
  it("only if it is asked for", async () => {
    expect(await lineOf({})).not.toHaveProperty("stages");
    expect(await lineOf({ KIKET_LOG_STAGES: "0" })).not.toHaveProperty("stages");
    expect(names(await lineOf(asked))?.sort()).toEqual([...all].sort());
  });

  it("in real time, one stage after the other, all of them within the whole", async () => {
    const before = Date.now();
    const { stages = [] } = await lineOf(asked);
    const after = Date.now();
    const steps = stages.filter(({ name }) => name !== "settings" && name !== "secrets");
    expect(steps.map(({ name }) => name)).toEqual(["body", "verify", "route", "begin", "handler", "reply", "finish"]);
    for (const [index, { at, ms }] of steps.entries()) {
      const next = steps[index + 1];
      if (next !== undefined) expect(Math.abs(next.at - at - ms)).toBeLessThan(0.01);
    }
    const handler = steps.find(({ name }) => name === "handler");
    expect(handler?.ms).toBeGreaterThan(15);
    expect(stages[0]?.at).toBeGreaterThan(before - 2);
    expect((steps.at(-1)?.at ?? 0) + (steps.at(-1)?.ms ?? 0)).toBeLessThan(after + 3);
    const settings = stages.find(({ name }) => name === "settings");
    expect(settings?.at).toBeGreaterThan(handler?.at ?? Number.POSITIVE_INFINITY);
    expect(steps.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThan(after - before + 2);
  });

  it("up to the one that refused or failed it", async () => {
    const expired = { claims: { exp: 1 } };
    expect(names(await lineOf(asked, expired))).toEqual(["body", "verify"]);
    const unknown = { path: "/v/v1/webhooks/issue.closed", payload: { event: "issue.closed" } };
    expect(names(await lineOf(asked, unknown))).toEqual(["body", "verify", "route"]);
    const failing = { path: "/v/v1/webhooks/issue.failing", payload: { event: "issue.failing" } };
    const steps = ["body", "verify", "route", "begin", "handler", "finish"];
    expect(names(await lineOf(asked, failing))).toEqual(steps);
  });

  it("with the time of a store that answers later", async () => {
    const memory = createMemoryStore();
    const deliveryStore = {
      ...memory,
      begin: async (...given: Parameters<typeof memory.begin>) => {
        await pause(20);
        return memory.begin(...given);
      },
    };
    const { stages } = await lineOf(asked, {}, { deliveryStore });
    expect(stages?.find(({ name }) => name === "begin")?.ms).toBeGreaterThan(15);
  });
});
