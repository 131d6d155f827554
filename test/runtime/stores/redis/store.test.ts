import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../support/project.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { keepsThePromises } from "../conformance.js";
import { claimAt, hour, reply, useRedis } from "./open-store.js";

describeWithRedis("the store on Redis", () => {
  const under = useRedis();

  keepsThePromises({ open: () => under.open(), isLasting: true, pass: under.pass });

  test("keeps one key for each, which is hashed, has a slot of its own, and ends by itself", async () => {
    const store = await under.open();
    await store.begin("secret token", claimAt(5_000));
    const [key = ""] = await under.redis.keys("*");
    expect(key).toMatch(/^kiket-gen:\{[\w-]{43}\}$/);
    expect(await under.redis.pttl(key)).toBeLessThanOrEqual(60_000);
    expect(await under.redis.pttl(key)).toBeGreaterThan(30_000);
    await store.finish("secret token", reply, 1_000);
    expect(await under.redis.keys("*")).toEqual([key]);
    expect(await under.redis.pttl(key)).toBeLessThanOrEqual(hour - 1_000);
    expect(await under.redis.pttl(key)).toBeGreaterThan(hour - 31_000);
  });
});

describeWithRedis("what a delivery costs", () => {
  const under = useRedis();
  const numbers = async (): Promise<Record<string, number>> => {
    const text = await under.redis.info();
    const lines = text.split("\r\n").map((line) => line.split(":"));
    return Object.fromEntries([
      ...lines.map(([name = "", value]) => [name, Number(value)]),
      ["ofThisAnswer", text.length],
    ]);
  };

  test("is what the documentation says", async () => {
    const page = readFileSync(join(root, "docs/reference/redis.md"), "utf8");
    const stated = [...page.matchAll(/^\|[^|]*\| (\d+) bytes \|$/gm)].map(([, bytes]) => Number(bytes));
    const store = await under.open();
    await store.begin("warm", claimAt(0));
    // The check of the settings was sent before this one, so its long answer is not measured.
    await store.begin("warm too", claimAt(0));
    const before = await numbers();
    // Redis counts an answer when it is sent, which is after these numbers were made.
    before.total_net_output_bytes = (before.total_net_output_bytes ?? 0) + (before.ofThisAnswer ?? 0);
    const deliveries = 5_000;
    for (let index = 0; index < deliveries; index += 1) {
      const id = randomUUID();
      const subject = `token ${id} com.example.leads\nissue.created\nv1\n${id}`;
      const verdict = { status: 200, body: '{"ok":true}', subject, keepUntil: Date.now() + 24 * hour };
      const claim = { owner: `${id} ${index}`, now: 0, leaseUntil: 60_000 };
      for (const key of [`jti ${id}`, subject]) await store.begin(key, claim);
      await Promise.all([subject, `jti ${id}`].map((key) => store.finish(key, verdict)));
    }
    const after = await numbers();
    const each = (name: string): number => ((after[name] ?? 0) - (before[name] ?? 0)) / deliveries;
    const measured = ["total_net_input_bytes", "total_net_output_bytes", "used_memory"].map(each);
    for (const [index, bytes] of measured.entries()) {
      expect(bytes).toBeLessThan((stated[index] ?? 0) * 1.1);
      expect(bytes).toBeGreaterThan((stated[index] ?? 0) * 0.7);
    }
    expect(Math.round(each("total_commands_processed"))).toBe(8);
  });
});
