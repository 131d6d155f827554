import { afterEach, describe, expect, it } from "vitest";
import { createPlatform, type Fault } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";
import { connect, now } from "./client.js";

const platform = await openPlatform({ now });
const request = await connect(platform);
afterEach(() => platform.reset());

const statuses = async (times: number, path = "/api/v1/ext/rate_limit"): Promise<number[]> => {
  const answers: number[] = [];
  for (let index = 0; index < times; index += 1) answers.push((await request("GET", path)).status);
  return answers;
};

describe("inject", () => {
  it("fails every request with 500 until it is cleared", async () => {
    const fault = platform.faults.inject({ fault: "error" });
    expect(await statuses(2)).toEqual([500, 500]);
    expect(fault.hits).toBe(2);
    fault.clear();
    expect(await statuses(1)).toEqual([200]);
    expect(fault.hits).toBe(2);
  });

  it("fails as often as `times` says", async () => {
    platform.faults.inject({ fault: "error", status: 503, retryAfter: 7, times: 2 });
    const first = await request("GET", "/api/v1/ext/rate_limit");
    expect([first.status, first.headers.get("retry-after"), first.body]).toEqual([
      503,
      "7",
      { error: "Injected fault", retry_after: 7 },
    ]);
    expect(await statuses(2)).toEqual([503, 200]);
  });

  it("fails only the given operations", async () => {
    platform.faults.inject({ fault: "error", operations: ["listSlaEvents", "listIntakeForms"] });
    expect(await statuses(1)).toEqual([200]);
    expect(await statuses(1, "/api/v1/ext/sla/events?project_id=1")).toEqual([500]);
    expect(await statuses(1, "/api/v1/ext/intake_forms?project_id=1")).toEqual([500]);
  });

  it("without operations, fails unknown paths too", async () => {
    platform.faults.inject({ fault: "error", operations: "getJwks" });
    expect(await statuses(1, "/nowhere")).toEqual([404]);
    platform.faults.inject({ fault: "error", status: 502 });
    expect(await statuses(1, "/nowhere")).toEqual([502]);
  });

  it("answers 429 with Retry-After", async () => {
    platform.faults.inject({ fault: "rate-limit", retryAfter: 12, times: 1 });
    const limited = await request("GET", "/api/v1/ext/rate_limit");
    expect([limited.status, limited.headers.get("retry-after"), limited.body]).toEqual([
      429,
      "12",
      { error: "Rate limit exceeded", retry_after: 12 },
    ]);
  });

  it("answers with the given body and headers", async () => {
    platform.faults.inject({
      fault: "error",
      status: 500,
      body: { type: "about:blank", title: "Broken", status: 500 },
      headers: { "content-type": "application/problem+json", "x-request-id": "req_1" },
    });
    const response = await fetch(platform.jwksUrl);
    expect([response.headers.get("content-type"), response.headers.get("x-request-id")]).toEqual([
      "application/problem+json",
      "req_1",
    ]);
    expect(await response.json()).toEqual({ type: "about:blank", title: "Broken", status: 500 });
  });

  it("closes the connection", async () => {
    platform.faults.inject({ fault: "drop", times: 1 });
    await expect(fetch(platform.jwksUrl)).rejects.toThrow("fetch failed");
    expect((await fetch(platform.jwksUrl)).status).toBe(200);
  });

  it("delays the response until it is cleared", async () => {
    const fault = platform.faults.inject({ fault: "slow" });
    let answered = false;
    const answer = fetch(platform.jwksUrl).then((response) => {
      answered = true;
      return response.status;
    });
    while (fault.hits === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    fault.clear();
    expect(await answer).toBe(200);
  });

  it("delays the response for a time, then the next fault decides", async () => {
    const slow = platform.faults.inject({ fault: "slow", milliseconds: 1 });
    const broken = platform.faults.inject({ fault: "error", status: 500 });
    const never = platform.faults.inject({ fault: "error", status: 501 });
    expect(await statuses(1)).toEqual([500]);
    expect([slow.hits, broken.hits, never.hits]).toEqual([1, 1, 0]);
  });

  it.each(["drop", "error"] as const)(
    "loses only the response of an operation that was performed (%s)",
    async (kind) => {
      const create = () =>
        fetch(`${platform.baseUrl}/api/v1/ext/custom_data/com.example/leads?project_id=1`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": "k1", "x-kiket-runtime-token": token },
          body: '{"record":{"email":"a"}}',
        });
      const token = await platform.sign({ scopes: ["*"] });
      platform.faults.inject({ fault: kind, performed: true, times: 1 });
      if (kind === "drop") await expect(create()).rejects.toThrow("fetch failed");
      else expect((await create()).status).toBe(500);
      expect((await create()).status).toBe(201);
      const listed = await request("GET", "/api/v1/ext/custom_data/com.example/leads?project_id=1");
      expect(listed.body).toMatchObject({ data: [{ email: "a" }] });
      expect((listed.body as { data: unknown[] }).data).toHaveLength(1);
    },
  );

  it("without `performed`, the operation is not performed", async () => {
    platform.faults.inject({ fault: "error", operations: "createCustomDataRecord", times: 1 });
    const path = "/api/v1/ext/custom_data/com.example/leads?project_id=1";
    await request("POST", path, { body: { record: { email: "a" } } });
    expect((await request("GET", path)).body).toEqual({ data: [] });
  });

  it("is named in the recorded calls", async () => {
    platform.faults.inject({ fault: "drop", times: 1 });
    platform.faults.inject({ fault: "error", times: 1 });
    platform.faults.inject({ fault: "slow", milliseconds: 0, times: 1 });
    await fetch(platform.jwksUrl).catch(() => undefined);
    await fetch(platform.jwksUrl);
    await fetch(platform.jwksUrl);
    expect(platform.calls.map(({ operationId, status, fault }) => [operationId, status, fault])).toEqual([
      ["getJwks", 0, "drop"],
      ["getJwks", 500, "error"],
      ["getJwks", 200, undefined],
    ]);
  });

  it.each<[Fault, string]>([
    [{ fault: "eror" } as unknown as Fault, 'Unknown fault "eror", expected one of error, rate-limit, slow, drop.'],
    [
      { fault: "drop", operations: ["getJwks", "logMesage"] } as unknown as Fault,
      'Unknown operation "logMesage", expected an operationId of Kiket\'s OpenAPI document.',
    ],
    [{ fault: "error", status: 200 }, "An error fault needs a status from 400 to 599, not 200."],
    [{ fault: "drop", times: -1 }, "A fault's times must be 0 or more, not -1."],
    [{ fault: "slow", milliseconds: Number.NaN }, "A fault's milliseconds must be 0 or more, not NaN."],
  ])("refuses %j", (fault, message) => {
    expect(() => platform.faults.inject(fault)).toThrow(new RangeError(message));
  });
});

describe("jwksDown", () => {
  it("answers 503 only for the keys", async () => {
    const down = platform.faults.jwksDown();
    expect((await fetch(platform.jwksUrl)).status).toBe(503);
    expect(await statuses(1)).toEqual([200]);
    down.clear();
    expect((await fetch(platform.jwksUrl)).status).toBe(200);
  });
});

describe("clear and close", () => {
  it("ends all faults", async () => {
    platform.faults.inject({ fault: "error" });
    platform.faults.inject({ fault: "drop" });
    platform.faults.clear();
    expect(await statuses(1)).toEqual([200]);
  });

  it("is part of reset", async () => {
    platform.faults.inject({ fault: "error" });
    platform.reset();
    expect(await statuses(1)).toEqual([200]);
  });

  it("close works while responses are delayed", async () => {
    const other = await createPlatform();
    const fault = other.faults.inject({ fault: "slow" });
    const answer = fetch(other.jwksUrl);
    const failed = expect(answer).rejects.toThrow("fetch failed");
    while (fault.hits === 0) await new Promise((resolve) => setImmediate(resolve));
    await other.close();
    await failed;
  });
});
