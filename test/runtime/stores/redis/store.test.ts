import { expect, test } from "vitest";
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
