import { beforeEach, describe, expect, it } from "vitest";
import { DeliveryError, type Platform, retrySchedule } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";
import { now } from "./client.js";

let platform: Platform;
beforeEach(async () => {
  platform = await openPlatform({ now });
});

interface Sent {
  readonly id: string | null;
  readonly token: string;
}

/** Replies with these statuses in turn, then always with the last one. 0 throws. */
function target(...statuses: readonly number[]) {
  const sent: Sent[] = [];
  return {
    sent,
    async fetch(request: Request) {
      const status = statuses[Math.min(sent.length, statuses.length - 1)] ?? 200;
      const { authentication } = (await request.json()) as { authentication: { runtime_token: string } };
      sent.push({ id: request.headers.get("x-kiket-delivery"), token: authentication.runtime_token });
      if (status === 0) throw new Error("connection refused");
      return Response.json({ ok: status < 300 }, { status });
    },
  };
}

const seconds = (platform: Platform) => (platform.clock.now() - now()) / 1000;

describe("the clock", () => {
  it("follows its source and can be moved ahead", async () => {
    expect(platform.clock.now()).toBe(now());
    const { advance, now: read } = platform.clock;
    advance(90_000);
    expect(read()).toBe(now() + 90_000);
  });

  it("ages tokens", async () => {
    const token = await platform.sign({ scopes: ["*"] });
    const status = async () =>
      (await fetch(`${platform.baseUrl}/api/v1/ext/rate_limit`, { headers: { "x-kiket-runtime-token": token } }))
        .status;
    platform.clock.advance(299_000);
    expect(await status()).toBe(200);
    platform.clock.advance(1_000);
    expect(await status()).toBe(401);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("does not accept %d", (milliseconds) => {
    expect(() => platform.clock.advance(milliseconds)).toThrow(
      new RangeError(
        `clock.advance needs a number of milliseconds from 0, and the new time must fit in a Date; got ${milliseconds}.`,
      ),
    );
  });
});

describe("retrySchedule", () => {
  it("is the one in the documentation", () => {
    expect(retrySchedule).toEqual([30_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000]);
    expect(platform.retrySchedule).toBe(retrySchedule);
  });
});

describe("deliverWithRetries", () => {
  it.each([
    [[200], "delivered", [200]],
    [[202], "delivered", [202]],
    [[500, 503, 200], "delivered", [500, 503, 200]],
    [[429, 201], "delivered", [429, 201]],
    [[0, 200], "delivered", [undefined, 200]],
    [[400], "refused", [400]],
    [[401], "refused", [401]],
    [[404], "refused", [404]],
    [[302], "refused", [302]],
    [[500, 422], "refused", [500, 422]],
    [[500], "failed", [500, 500, 500, 500, 500, 500, 500]],
    [[0], "failed", [undefined, undefined, undefined, undefined, undefined, undefined, undefined]],
  ] as const)("replies with %j: %s", async (replies, result, statuses) => {
    const answers = target(...replies);
    const retried = await platform.deliverWithRetries(answers, { event: "e" });
    expect(retried.result).toBe(result);
    expect(retried.attempts.map(({ outcome }) => outcome?.status)).toEqual(statuses);
    expect(retried.attempts.map(({ attempt }) => attempt)).toEqual(statuses.map((_, index) => index + 1));
  });

  it("waits as in the documentation, on the platform's clock", async () => {
    const answers = target(500);
    const { attempts } = await platform.deliverWithRetries(answers, { event: "e" });
    expect(attempts.map(({ at }) => (at - now()) / 1000)).toEqual([0, 30, 90, 390, 2190, 9390, 38190]);
    expect(seconds(platform)).toBe(38190);
  });

  it("sends the same id with a new token each time", async () => {
    const answers = target(500, 500, 200);
    const { deliveryId } = await platform.deliverWithRetries(answers, { event: "e" });
    expect(answers.sent.map(({ id }) => id)).toEqual([deliveryId, deliveryId, deliveryId]);
    expect(new Set(answers.sent.map(({ token }) => token)).size).toBe(3);
  });

  it("keeps the error of an attempt without reply", async () => {
    const { attempts } = await platform.deliverWithRetries(target(0, 200), { event: "e", deliveryId: "dlv_7" });
    expect(attempts[0]?.error).toBeInstanceOf(DeliveryError);
    expect(attempts[0]?.error?.message).toBe("Delivery of e v1 to the extension failed: connection refused");
  });

  it("treats timeouts as failures", async () => {
    let calls = 0;
    const hanging = {
      fetch: () => {
        calls += 1;
        return calls === 1 ? new Promise<Response>(() => {}) : Promise.resolve(Response.json({}));
      },
    };
    const { result, attempts } = await platform.deliverWithRetries(hanging, { event: "e", timeout: 20 });
    expect([result, attempts.length]).toEqual(["delivered", 2]);
  });

  it("uses the schedule and wait in the options", async () => {
    const waited: number[] = [];
    const wait = async (milliseconds: number) => {
      waited.push(milliseconds);
    };
    const { result } = await platform.deliverWithRetries(target(500), { event: "e" }, { schedule: [5, 10], wait });
    expect([result, waited, seconds(platform)]).toEqual(["failed", [5, 10], 0]);
  });

  it("throws an error of the caller at once", async () => {
    await expect(platform.deliverWithRetries(target(200), { event: "e", auth: "hmac" })).rejects.toThrow(TypeError);
  });

  it("moves the clock ahead only when all deliveries wait", async () => {
    const order: string[] = [];
    const failing = (name: string, times: number) => {
      let failures = 0;
      return {
        fetch: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`${name} at ${seconds(platform)}`);
          failures += 1;
          return Response.json({}, { status: failures > times ? 200 : 503 });
        },
      };
    };
    const results = await Promise.all([
      platform.deliverWithRetries(failing("a", 2), { event: "e" }),
      platform.deliverWithRetries(failing("b", 1), { event: "e" }, { schedule: [45_000] }),
      platform.deliverWithRetries(failing("c", 0), { event: "e" }),
    ]);
    expect(results.map(({ result }) => result)).toEqual(["delivered", "delivered", "delivered"]);
    expect(order.slice(0, 3).sort()).toEqual(["a at 0", "b at 0", "c at 0"]);
    expect(order.slice(3)).toEqual(["a at 30", "b at 45", "a at 90"]);
  });

  it("is woken by advance", async () => {
    const answers = target(500, 200);
    const busy = platform.deliver({ fetch: () => held }, { event: "e" });
    let release = (): void => undefined;
    const held = new Promise<Response>((resolve) => {
      release = () => resolve(Response.json({}));
    });
    const retried = platform.deliverWithRetries(answers, { event: "e" });
    while (answers.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers.sent).toHaveLength(1);
    platform.clock.advance(30_000);
    expect((await retried).result).toBe("delivered");
    release();
    await busy;
  });
});

describe("rotateKeys", () => {
  const kids = async () =>
    ((await (await fetch(platform.jwksUrl)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  const status = async (token: string) =>
    (await fetch(`${platform.baseUrl}/api/v1/ext/rate_limit`, { headers: { "x-kiket-runtime-token": token } })).status;
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid as string;

  it("keeps the old key published by default", async () => {
    const [old] = await kids();
    const before = await platform.sign({ scopes: ["*"] });
    const fresh = await platform.rotateKeys();
    expect(await kids()).toEqual([fresh, old]);
    expect(kidOf(await platform.sign())).toBe(fresh);
    expect(await status(before)).toBe(200);
  });

  it("removes the old keys, and refuses their tokens", async () => {
    const before = await platform.sign({ scopes: ["*"] });
    await platform.rotateKeys();
    const fresh = await platform.rotateKeys({ keepOld: false });
    expect(await kids()).toEqual([fresh]);
    expect(await status(before)).toBe(401);
    expect(await status(await platform.sign({ scopes: ["*"] }))).toBe(200);
  });
});
