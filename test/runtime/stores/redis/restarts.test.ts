import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { defineHandler } from "../../../../runtime/index.js";
import { serve } from "../../../../runtime/node.js";
import { deliverNow } from "../../../support/deliveries.js";
import { openKiket } from "../../../support/open-kiket.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { quiet, useRedis } from "./open-store.js";

describeWithRedis("two instances, while Redis is killed and started again and again", async () => {
  const kiket = await openKiket();
  const under = useRedis({ settings: { appendonly: "yes", appendfsync: "always" } });

  async function deliver(url: string, id: string) {
    const response = await deliverNow(kiket.key, url, id);
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.json() };
  }

  test("lose no delivery, run none twice, and repeat the verdict of each", async () => {
    const runs = new Map<string, number>();
    const open = async (name: string) => {
      const handler = defineHandler(
        { event: "issue.created", version: "v1" },
        async (_payload, { deliveryId = "" }) => {
          const run = (runs.get(deliveryId) ?? 0) + 1;
          runs.set(deliveryId, run);
          await sleep(Math.random() * 40);
          return { by: name, run };
        },
      );
      const deliveryStore = await under.open({ timeout: 400 });
      const logger = { ...quiet, error() {} };
      const extension = kiket.extension({ handlers: [handler], deliveryStore, logger, now: Date.now });
      return serve(extension, { port: 0, host: "127.0.0.1" });
    };
    const servers = [await open("one"), await open("two")];
    const urls = servers.map(({ url }) => url);
    const ids = Array.from({ length: 300 }, (_, index) => `d${index}`);
    const verdicts = new Map<string, unknown>();
    const refused = new Set<string | null>();
    const attempt = async (id: string, start: number): Promise<void> => {
      for (let tries = start; ; tries += 1) {
        const answer = await deliver(urls[tries % 2] ?? "", id);
        if (answer.status === 200) return void verdicts.set(id, answer.body);
        expect(answer.status).toBe(503);
        refused.add(answer.retryAfter);
        await sleep(20);
      }
    };
    /** A few at the same time, fewer than an extension takes. */
    const forAll = async (make: (id: string, index: number) => Promise<void>): Promise<void> => {
      let next = 0;
      const work = async (): Promise<void> => {
        for (let index = next++; index < ids.length; index = next++) await make(ids[index] ?? "", index);
      };
      await Promise.all(Array.from({ length: 12 }, work));
    };
    const all = forAll(attempt);
    for (let round = 1; round <= 5; round += 1) {
      await expect.poll(() => verdicts.size).toBeGreaterThan(round * 45);
      await under.server.stop("SIGKILL");
      // Sometimes for longer than a call may take.
      await sleep(round % 2 === 0 ? 0 : 700);
      await under.server.start();
    }
    await all;
    expect(refused.size).toBeGreaterThan(0);
    expect(refused).not.toContain(null);
    expect([...runs.values()].filter((count) => count !== 1)).toEqual([]);
    expect(runs.size).toBe(ids.length);
    for (const url of urls) {
      await forAll(async (id) => {
        const again = async () => (await deliver(url, id)).body;
        await expect.poll(again).toEqual(verdicts.get(id));
      });
    }
    expect([...runs.values()].filter((count) => count !== 1)).toEqual([]);
    for (const server of servers) await server.close();
  });
});
