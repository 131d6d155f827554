import { describe, expect, test } from "vitest";
import { createIdempotencyKeys } from "../../../runtime/api/idempotency-key.js";
import type { ApiClient } from "../../../runtime/index.js";
import { createScript, createSession, type TestSession } from "../../support/session.js";

const emit = (api: ApiClient, value: number) =>
  api.POST("/api/v1/extensions/metrics", { body: { name: "leads", value } });

/** The keys of the calls of one run of a handler. */
async function keysOf(use: (api: ApiClient) => Promise<unknown>, session: TestSession = {}): Promise<string[]> {
  const script = createScript(...Array(10).fill({ status: 200, body: {} }));
  await use(createSession(script, session).api);
  return script.calls.map(({ headers }) => headers["idempotency-key"] ?? "none");
}

const counting = async (api: ApiClient) => {
  await emit(api, 1);
  await emit(api, 2);
  await emit(api, 1);
};

describe("Idempotency-Key", () => {
  test("is a hash of delivery, method, path and body", async () => {
    const [key] = await keysOf((api) => emit(api, 1));
    expect(key).toBe("d7d995ceec597f8b9a316a1a9af6747ee9f703a4e96fb1635f05a77d093bff63");
  });

  test("is sent with writes, and with writes only", async () => {
    const path = { extension_id: 1, key: "A" };
    const keys = await keysOf(async (api) => {
      await api.GET("/api/v1/ext/rate_limit");
      await api.DELETE("/api/v1/extensions/{extension_id}/secrets/{key}", { params: { path } });
      await emit(api, 1);
    });
    expect(keys[0]).toBe("none");
    expect(keys.slice(1)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  test("is different for each call, also for equal calls", async () => {
    expect(new Set(await keysOf(counting)).size).toBe(3);
  });

  test("is the same in a redelivery, and different for another delivery", async () => {
    expect(await keysOf(counting)).toEqual(await keysOf(counting));
    const other = await keysOf(counting, { deliveryId: "d-2" });
    for (const key of await keysOf(counting)) expect(other).not.toContain(key);
  });

  test("stays with its call if a redelivery skips what is done", async () => {
    const [, second] = await keysOf(counting);
    expect(await keysOf((api) => emit(api, 2))).toEqual([second]);
  });

  test("does not depend on the order of concurrent calls", async () => {
    const forwards = await keysOf((api) => Promise.all([emit(api, 1), emit(api, 2)]));
    const backwards = await keysOf((api) => Promise.all([emit(api, 2), emit(api, 1)]));
    expect(forwards.toSorted()).toEqual(backwards.toSorted());
  });

  test("does not depend on the origin, but on the path, the query and the method", async () => {
    const make = (method: string, url: string) => createIdempotencyKeys(["d-1"])(method, url, undefined);
    const key = await make("POST", "https://kiket.dev/a?b=1");
    expect(await make("POST", "https://eu.kiket.dev/a?b=1")).toBe(key);
    expect(await make("PATCH", "https://kiket.dev/a?b=1")).not.toBe(key);
    expect(await make("POST", "https://kiket.dev/a?b=2")).not.toBe(key);
    expect(await make("POST", "https://kiket.dev/c?b=1")).not.toBe(key);
  });

  test("may be set by the handler", async () => {
    const own = (api: ApiClient) =>
      api.POST("/api/v1/extensions/metrics", {
        body: { name: "leads", value: 1 },
        params: { header: { "Idempotency-Key": "mine" } },
      });
    expect(await keysOf(own)).toEqual(["mine"]);
  });
});
