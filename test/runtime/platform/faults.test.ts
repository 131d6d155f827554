import { afterEach, describe, expect, it } from "vitest";
import { createPlatform, type Fault } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";
import { connect, now } from "./client.js";

const platform = await openPlatform({ now });
const request = await connect(platform);
afterEach(() => platform.reset());

const selfish: Record<string, unknown> = {};
selfish.self = selfish;

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

  it("lists those that can still affect a request, or delay one now", async () => {
    const broken = platform.faults.inject({ fault: "error", status: 502, times: 1 });
    const slow = platform.faults.inject({ fault: "slow", operations: "getJwks", times: 1 });
    const active = () => platform.faults.active.map(({ fault, hits }) => [fault.fault, hits]);
    expect(active()).toEqual([
      ["error", 0],
      ["slow", 0],
    ]);
    expect(platform.faults.active).toEqual([broken, slow]);
    await statuses(1);
    const keys = request("GET", "/.well-known/jwks.json");
    await expect.poll(() => slow.hits).toBe(1);
    expect(active()).toEqual([["slow", 1]]);
    slow.clear();
    expect((await keys).status).toBe(200);
    expect(active()).toEqual([]);
    expect(platform.calls.at(-1)?.fault).toBe("slow");
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

  it("fails only the given path, whatever its query is", async () => {
    platform.faults.inject({ fault: "error", path: "/api/v1/ext/sla/events", times: 1 });
    expect(await statuses(1)).toEqual([200]);
    expect(await statuses(2, "/api/v1/ext/sla/events?project_id=1")).toEqual([500, 200]);
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

  it("answers with any status and body", async () => {
    const answers: [Extract<Fault, { readonly fault: "response" }>, string | null, string][] = [
      [{ fault: "response", status: 200, body: { data: [] } }, "application/json", '{"data":[]}'],
      [{ fault: "response", status: 201, body: null }, "application/json", "null"],
      [
        { fault: "response", status: 200, body: "<h1>Maintenance</h1>" },
        "text/plain; charset=utf-8",
        "<h1>Maintenance</h1>",
      ],
      [
        { fault: "response", status: 418, body: '{"cut', headers: { "Content-Type": "application/json" } },
        "application/json",
        '{"cut',
      ],
      [{ fault: "response", status: 599, body: new Uint8Array([104, 105]) }, "application/octet-stream", "hi"],
      [{ fault: "response", status: 302, headers: { Location: "http://127.0.0.1:9/" } }, null, ""],
      [{ fault: "response", status: 204 }, null, ""],
    ];
    for (const [fault, contentType, text] of answers) {
      platform.faults.inject({ ...fault, times: 1 });
      const response = await fetch(platform.jwksUrl, { redirect: "manual" });
      expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
        fault.status,
        contentType,
        text,
      ]);
    }
    platform.faults.inject({ fault: "response", status: 302, headers: { Location: "/elsewhere" }, times: 1 });
    const { headers } = await fetch(platform.jwksUrl, { redirect: "manual" });
    expect(headers.get("location")).toBe("/elsewhere");
    platform.faults.inject({ fault: "error", retryAfter: 5, headers: { "Retry-After": "soon" }, times: 1 });
    expect((await fetch(platform.jwksUrl)).headers.get("retry-after")).toBe("soon");
    expect((await fetch(platform.jwksUrl)).status).toBe(200);
  });

  it("answers with the body as it was when the fault was injected", async () => {
    const body = { data: ["first"] };
    platform.faults.inject({ fault: "response", status: 200, body });
    body.data.push("second");
    expect(await (await fetch(platform.jwksUrl)).json()).toEqual({ data: ["first"] });
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

  it.each(["drop", "error", "response"] as const)(
    "loses only the response of an operation that was performed (%s)",
    async (kind) => {
      const create = () =>
        fetch(`${platform.baseUrl}/api/v1/ext/custom_data/com.example/leads?project_id=1`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": "k1", "x-kiket-runtime-token": token },
          body: '{"record":{"email":"a"}}',
        });
      const token = await platform.sign({ scopes: ["*"] });
      platform.faults.inject({ fault: kind, status: 500, performed: true, times: 1 });
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
      ["getJwks", 200, "slow"],
    ]);
  });

  it.each<[Fault, string | RegExp]>([
    [
      { fault: "eror" } as unknown as Fault,
      'Unknown fault "eror", expected one of error, response, rate-limit, slow, drop.',
    ],
    [
      { fault: "drop", operations: ["getJwks", "logMesage"] } as unknown as Fault,
      'Unknown operation "logMesage", expected an operationId of Kiket\'s OpenAPI document.',
    ],
    [
      { fault: "error", status: 200 },
      'The fault "error" needs a whole status from 400 to 599, not 200; the fault "response" has any status from 200.',
    ],
    [{ fault: "error", status: 1000 / 3 }, /^The fault "error" needs a whole status from 400 to 599, not 333/],
    [{ fault: "response", status: 101 }, 'The fault "response" needs a whole status from 200 to 599, not 101.'],
    [{ fault: "response", status: 600 }, 'The fault "response" needs a whole status from 200 to 599, not 600.'],
    [
      { fault: "response" } as unknown as Fault,
      'The fault "response" needs a whole status from 200 to 599, not undefined.',
    ],
    [
      { fault: "response", status: 304, body: "" },
      "A response with the status 304 has no body: leave out the body of the fault.",
    ],
    [
      { fault: "response", status: 200, body: (() => 1) as unknown as object },
      "The body of a fault cannot be sent as JSON: it is a function.",
    ],
    [{ fault: "error", body: selfish }, /^The body of a fault cannot be sent as JSON: TypeError: .*circular/],
    [{ fault: "error", headers: { "a b": "c" } }, /^The headers of a fault cannot be sent: TypeError: .*a b/],
    [{ fault: "response", status: 302, headers: { location: "/\r\nx: y" } }, /^The headers of a fault cannot be sent/],
    [{ fault: "drop", times: -1 }, "A fault's times must be 0 or more, not -1."],
    [{ fault: "slow", milliseconds: Number.NaN }, "A fault's milliseconds must be 0 or more, not NaN."],
  ])("refuses %j", (fault, message) => {
    let thrown: unknown;
    try {
      platform.faults.inject(fault);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RangeError);
    const { message: text } = thrown as RangeError;
    if (typeof message === "string") expect(text).toBe(message);
    else expect(text).toMatch(message);
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
