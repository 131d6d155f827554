import { beforeEach, describe, expect, test, vi } from "vitest";
import type { HandlerContext } from "../../../runtime/index.js";
import { ApiConnectionError, ApiError } from "../../../runtime/index.js";
import type { CannedAnswer } from "../../support/kiket-server.js";
import { openKiket } from "../../support/open-kiket.js";
import { testClaims } from "../../support/tokens.js";

const kiket = await openKiket();

beforeEach(() => {
  kiket.calls.length = 0;
  kiket.answers.length = 0;
});

const workspaceToken = "workspace-token-1";
const log = ({ endpoints }: HandlerContext) => endpoints.logEvent("hello");

const once = { outbound: { retries: 0 } };

async function failWith(answer: CannedAnswer): Promise<ApiError> {
  kiket.answers.push(answer);
  const error: unknown = await kiket.run(log, { workspaceToken, ...once }).then(
    () => undefined,
    (cause) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error("No ApiError");
  return error;
}

describe("headers", () => {
  test("runtime token, event version and Accept always; the workspace token where configured", async () => {
    await kiket.run(log);
    await kiket.run(log, { workspaceToken: ` ${workspaceToken}\n` });
    await kiket.run(log, { env: { KIKET_WORKSPACE_TOKEN: "from-environment" } });
    const runtimeToken = await kiket.key.sign(testClaims);
    const [plain, withToken, fromEnvironment] = kiket.calls.map(({ headers }) => headers);
    expect(plain).toMatchObject({
      "x-kiket-event-version": "v1",
      accept: "application/json",
      "content-type": "application/json",
    });
    // ES256 signatures are random, so only the signed part can be compared.
    expect(String(plain?.["x-kiket-runtime-token"]).split(".")[1]).toBe(runtimeToken.split(".")[1]);
    expect(plain).not.toHaveProperty("authorization");
    expect(withToken).toMatchObject({ authorization: `Bearer ${workspaceToken}` });
    expect(fromEnvironment).toMatchObject({ authorization: "Bearer from-environment" });
  });

  test("context.api sends them too, and a call cannot replace them", async () => {
    kiket.answers.push({ status: 200, body: { rate_limit: {} } });
    await kiket.run(({ api }) => api.GET("/api/v1/ext/rate_limit", { headers: { "X-Kiket-Runtime-Token": "other" } }));
    expect(String(kiket.calls[0]?.headers["x-kiket-runtime-token"])).toMatch(/^ey/);
  });
});

describe("which tokens", () => {
  test.each([
    ["both", [true, true]],
    ["runtimeToken", [true, false]],
    ["workspaceToken", [false, true]],
  ] as const)("%s", async (credentials, expected) => {
    await kiket.run(log, { workspaceToken, outbound: { credentials } });
    const headers = kiket.calls[0]?.headers ?? {};
    expect(["x-kiket-runtime-token", "authorization"].map((name) => name in headers)).toEqual(expected);
  });

  test("none: a clear error, and no call", async () => {
    const call = kiket.run(log, { outbound: { credentials: "workspaceToken" } });
    await expect(call).rejects.toThrow("This call has no token to send");
    expect(kiket.calls).toEqual([]);
  });
});

describe("where calls go", () => {
  test("a payload's base URL of another origin is ignored, and that host gets no request", async () => {
    const evil = await openKiket();
    for (const base_url of [evil.baseUrl, `${evil.baseUrl}@${new URL(kiket.baseUrl).host}`, "ftp://x", 7, {}]) {
      await kiket.run(log, { workspaceToken }, { payload: { api: { base_url } } });
    }
    expect(evil.calls).toEqual([]);
    expect(kiket.calls.map(({ path }) => path)).toEqual(Array(5).fill("/api/v1/extensions/logs"));
  });

  test("a payload's base URL of the same origin is used", async () => {
    const base_url = `${kiket.baseUrl}/tenant/api/v1/`;
    await kiket.run(log, {}, { payload: { api: { base_url } } });
    expect(kiket.calls.map(({ path }) => path)).toEqual(["/tenant/api/v1/extensions/logs"]);
  });

  test.each([[""], ["/"], ["///"], ["/api/v1"], ["/api/v1/"]])("a configured base URL may end in %j", async (end) => {
    await kiket.run(log, { baseUrl: kiket.baseUrl + end });
    await kiket.run(log, { baseUrl: undefined, env: { KIKET_BASE_URL: kiket.baseUrl + end } });
    expect(kiket.calls.map(({ path }) => path)).toEqual(["/api/v1/extensions/logs", "/api/v1/extensions/logs"]);
  });

  test("an allowed origin is used, and gets the runtime token only", async () => {
    const other = await openKiket();
    const options = { workspaceToken, outbound: { allowedOrigins: [other.baseUrl] } };
    const payload = { api: { base_url: `${other.baseUrl}/api/v1` } };
    await kiket.run(log, options, { payload });
    expect(kiket.calls).toEqual([]);
    expect(other.calls).toMatchObject([{ path: "/api/v1/extensions/logs" }]);
    expect(String(other.calls[0]?.headers["x-kiket-runtime-token"])).toMatch(/^ey/);
    expect(other.calls[0]?.headers).not.toHaveProperty("authorization");
  });

  test("context.api refuses another host", async () => {
    const call = kiket.run(({ api }) => api.GET("/api/v1/ext/rate_limit", { baseUrl: "http://localhost:1" }));
    await expect(call).rejects.toThrow("Calls can be sent only to the origin of the configured baseUrl.");
  });

  test("a redirect is an error, and is not followed", async () => {
    const evil = await openKiket();
    const error = await failWith({ status: 307, headers: { location: `${evil.baseUrl}/api/v1/extensions/logs` } });
    expect(error.status).toBe(307);
    expect(evil.calls).toEqual([]);
  });
});

describe("an answer that is not 2xx", () => {
  const problem = { "content-type": "application/problem+json" };

  test.each<readonly [string, CannedAnswer, string]>([
    ["error", { status: 422, body: { error: "Value missing" } }, ": Value missing"],
    ["error.message", { status: 422, body: { error: { message: "Value bad" } } }, ": Value bad"],
    ["message", { status: 400, body: { message: "No such column" } }, ": No such column"],
    ["detail", { status: 400, body: { detail: "Too long" } }, ": Too long"],
    ["problem detail", { status: 409, headers: problem, body: { title: "T", detail: "D", error: "E" } }, ": D"],
    [
      "problem detail, its type in capitals",
      {
        status: 409,
        headers: { "content-type": "Application/Problem+JSON; charset=utf-8" },
        body: { detail: "D", error: "E" },
      },
      ": D",
    ],
    ["no redirect", { status: 307, body: { error: "E" } }, ": redirects are not followed"],
    ["problem title", { status: 409, headers: problem, body: { title: "T", error: "E" } }, ": T"],
    ["nothing", { status: 500, body: {} }, ""],
    ["no object", { status: 500, body: [1] }, ""],
    ["no body", { status: 502 }, ""],
  ])("its message comes from %s", async (_what, answer, said) => {
    const error = await failWith(answer);
    expect(error.message).toBe(`POST /api/v1/extensions/logs answered ${answer.status}${said}`);
    expect(error.status).toBe(answer.status);
  });

  test("says what is not valid, field by field", async () => {
    const details = [
      { field: "body.record", message: "must be object" },
      { message: "The plan is used up" },
      { field: "body.limit", message: "is required", code: 7 },
      { field: "body.name", message: "is too long" },
      { field: "body.late", message: "is not known" },
    ];
    const body = { error: "The request is not valid", details };
    const said =
      "answered 422: The request is not valid (body.record must be object; The plan is used up; body.limit is required; 2 more)";
    for (const headers of [{}, problem]) {
      const error = await failWith({ status: 422, headers, body });
      expect(error.message).toBe(`POST /api/v1/extensions/logs ${said}`);
      expect(error.details).toEqual([
        { field: "body.record", message: "must be object" },
        { message: "The plan is used up" },
        { field: "body.limit", message: "is required" },
        { field: "body.name", message: "is too long" },
        { field: "body.late", message: "is not known" },
      ]);
    }
    const alone = await failWith({ status: 400, body: { details: details.slice(0, 1) } });
    expect(alone.message).toBe("POST /api/v1/extensions/logs answered 400: body.record must be object");
  });

  test.each([
    [undefined],
    [null],
    [{ field: 7 }],
    [[null, "", 7, [], ["text"], {}, { field: "f" }, { field: "f", message: 7 }, { message: "" }, { field: ["m"] }]],
  ])("has no details if those of the body are %j", async (details) => {
    const error = await failWith({ status: 422, body: { error: "E", details } });
    expect(error.message).toBe("POST /api/v1/extensions/logs answered 422: E");
    expect(error.details).toEqual([]);
  });

  const field = "title";
  test.each([
    ["texts", { errors: ["Title is blank", "Too long"] }, [{ message: "Title is blank" }, { message: "Too long" }]],
    [
      "texts by field",
      { errors: { title: ["is blank", "is short"], message: ["is odd"], body: "is long" } },
      [
        { field, message: "is blank" },
        { field, message: "is short" },
        { field: "message", message: "is odd" },
        { field: "body", message: "is long" },
      ],
    ],
    ["objects", { errors: [{ field, message: "is blank" }, 7, null] }, [{ field, message: "is blank" }]],
    ["objects by field", { errors: { title: [{ message: "is blank" }] } }, [{ field, message: "is blank" }]],
    ["one text", { errors: "Title is blank" }, [{ message: "Title is blank" }]],
    [
      "blockers",
      {
        blockers: [
          { type: "approval", message: "Needs an approval" },
          { type: 7, message: "m" },
        ],
      },
      [{ type: "approval", message: "Needs an approval" }, { message: "m" }],
    ],
    ["blockers within error", { error: { message: "E", blockers: [{ message: "b" }] } }, [{ message: "b" }]],
    ["several lists", { details: [{ message: "a" }], errors: ["b"] }, [{ message: "a" }, { message: "b" }]],
    [
      "names of Object.prototype",
      { errors: JSON.parse('{"__proto__":["x"],"constructor":["y"]}') },
      [
        { field: "__proto__", message: "x" },
        { field: "constructor", message: "y" },
      ],
    ],
    ["texts two levels deep", { errors: { title: { en: ["is blank"] } } }, []],
  ])("its details may be %s", async (_what, body, details) => {
    for (const status of [409, 422]) expect((await failWith({ status, body })).details).toEqual(details);
  });

  test("a message that says the same as the details is not repeated", async () => {
    const error = await failWith({ status: 422, body: { error: "Title is blank", errors: ["Title is blank"] } });
    expect(error.message).toBe("POST /api/v1/extensions/logs answered 422: Title is blank");
  });

  test("a field that is not a string is left out, and details of a redirect are not shown", async () => {
    const body = { details: [{ field: 7, message: "m" }] };
    expect((await failWith({ status: 422, body })).details).toEqual([{ message: "m" }]);
    const redirect = await failWith({ status: 307, body });
    expect(redirect.message).toBe("POST /api/v1/extensions/logs answered 307: redirects are not followed");
  });

  test("details have a limit and contain no token", async () => {
    const long = { field: `${"f".repeat(495)}${workspaceToken}`, message: `${"m".repeat(495)}${workspaceToken}` };
    const details = [{ field: workspaceToken, message: `not ${workspaceToken}` }, ...Array(200).fill(long)];
    const error = await failWith({ status: 422, body: { error: "E", details } });
    expect(error.details).toHaveLength(100);
    expect(error.details[0]).toEqual({ field: "[redacted]", message: "not [redacted]" });
    expect(error.details[1]).toEqual({ field: `${"f".repeat(495)}[reda`, message: `${"m".repeat(495)}[reda` });
    expect(error.message).toBe(
      `POST /api/v1/extensions/logs answered 422: E ([redacted] not [redacted]; ${"f".repeat(160)}; ${"f".repeat(160)}; 97 more)`,
    );
  });

  test("code and request id", async () => {
    expect(await failWith({ status: 400, body: { code: "bad_value", request_id: "r-1" } })).toMatchObject({
      code: "bad_value",
      requestId: "r-1",
    });
    expect(
      await failWith({ status: 400, headers: { "x-request-id": "r-2" }, body: { error: { code: "c" } } }),
    ).toMatchObject({ code: "c", requestId: "r-2" });
    expect(await failWith({ status: 400, headers: problem, body: { type: "https://kiket.dev/p/1" } })).toMatchObject({
      code: "https://kiket.dev/p/1",
      requestId: undefined,
    });
    expect(await failWith({ status: 404, headers: problem, body: { type: "about:blank" } })).toMatchObject({
      code: undefined,
    });
  });

  test.each([
    [{ "retry-after": "12" }, {}, 12],
    [{ "retry-after": "Mon, 02 Mar 2026 08:25:34 GMT" }, {}, 30],
    [{ "retry-after": "Mon, 02 Mar 2020 08:25:34 GMT" }, {}, 0],
    [{ "retry-after": "soon" }, {}, undefined],
    [{}, { retry_after: 7 }, 7],
    [{}, { retry_after: "7" }, undefined],
  ])("retryAfter of %j and %j", async (headers, body, expected) => {
    const given: Record<string, string> = { ...headers };
    expect((await failWith({ status: 429, headers: given, body })).retryAfter).toBe(expected);
  });

  test("never contains a token, even one that Kiket sends back", async () => {
    const error = await failWith({ status: 401, body: { error: `Bad token ${workspaceToken}` } });
    expect(error.message).toBe("POST /api/v1/extensions/logs answered 401: Bad token [redacted]");
    expect(JSON.stringify({ ...error, stack: error.stack })).not.toContain(workspaceToken);
  });

  test("is cut to 500 characters, and never through a token", async () => {
    const error = await failWith({
      status: 401,
      body: { error: `${"x".repeat(495)}${workspaceToken}`, code: workspaceToken },
    });
    expect(error.message).toBe(`POST /api/v1/extensions/logs answered 401: ${"x".repeat(495)}[reda`);
    expect(error.code).toBe("[redacted]");
  });

  test("context.api throws it too", async () => {
    kiket.answers.push({ status: 403, body: { error: "Insufficient scopes" } });
    const call = kiket.run(({ api }) => api.GET("/api/v1/ext/rate_limit"));
    await expect(call).rejects.toMatchObject({ name: "ApiError", status: 403 });
  });
});

describe("a connection that fails", () => {
  /** Serves keys from the local Kiket, and passes every other call to the given function. */
  const except = (other: (signal: AbortSignal) => Promise<Response>) => async (input: unknown, init?: RequestInit) => {
    if (typeof input === "string") return fetch(input, init);
    if (init?.signal == null) throw new Error("No signal given");
    return other(init.signal);
  };

  test("is an ApiConnectionError without the address's query", async () => {
    const cut = except(() => Promise.reject(new TypeError("fetch failed")));
    const call = kiket.run(({ endpoints }) => endpoints.slaEvents().list(), { fetch: cut, ...once });
    await expect(call).rejects.toThrow(ApiConnectionError);
    await expect(call).rejects.toMatchObject({
      reason: "unreachable",
      message: "GET /api/v1/ext/sla/events could not be sent: Kiket is unreachable",
    });
  });

  test("is cancelled with the delivery", async () => {
    let cancel = (): void => undefined;
    const hang = except((signal) => {
      const answer = new Promise<Response>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
      cancel();
      return answer;
    });
    const controller = new AbortController();
    cancel = () => controller.abort();
    const call = kiket.run(log, { fetch: hang }, { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ name: "ApiConnectionError", reason: "cancelled" });
  });

  test("times out after 15 seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const hang = except((signal) => {
        const answer = new Promise<Response>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        vi.advanceTimersByTime(14_999);
        if (signal.aborted) throw new Error("Given up too early");
        vi.advanceTimersByTime(1);
        return answer;
      });
      await expect(kiket.run(log, { fetch: hang, ...once })).rejects.toMatchObject({
        name: "ApiConnectionError",
        reason: "timeout",
        message: "POST /api/v1/extensions/logs got no response within 15 s; Kiket may have carried it out",
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test("may break in the middle of the answer", async () => {
    const broken = except(async () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"rate_'));
          controller.error(new TypeError("terminated"));
        },
      });
      return new Response(body, { status: 200 });
    });
    const interrupted = { name: "ApiConnectionError", reason: "interrupted" };
    const broke = "answered 200, but the connection broke before the end of the response";
    const call = kiket.run(({ endpoints }) => endpoints.rateLimit(), { fetch: broken, ...once });
    await expect(call).rejects.toMatchObject({ ...interrupted, message: `GET /api/v1/ext/rate_limit ${broke}` });
    const write = kiket.run(log, { fetch: broken, ...once });
    const message = `POST /api/v1/extensions/logs ${broke}; Kiket may have carried it out`;
    await expect(write).rejects.toMatchObject({ ...interrupted, message });
  });
});

test("a redirect whose status is hidden, as in some runtimes, is an error too", async () => {
  // What `fetch` shows of a redirect that it does not follow: no status, no headers, no body.
  const hidden = async (input: unknown, init?: RequestInit) =>
    typeof input === "string" ? fetch(input, init) : Response.error();
  const call = kiket.run(log, { fetch: hidden });
  await expect(call).rejects.toThrow("POST /api/v1/extensions/logs answered 302: redirects are not followed");
});

describe("an answer of 2xx that is not JSON", () => {
  test.each([
    ["<html>", { "content-type": "text/html" }],
    ['{"rate_', { "content-type": "application/json" }],
    ["oops", { "content-type": "" }],
    ["%PDF-1.7", { "content-type": "application/pdf" }],
    ["\u0000\u0001", { "content-type": "application/octet-stream" }],
    ["a,b", { "content-type": `text/csv; charset=${"x".repeat(10_000)}` }],
    [" ", { "content-type": "application/json" }],
  ])("%j is a clear error", async (text, headers) => {
    const html = async (input: unknown, init?: RequestInit) => {
      if (typeof input === "string") return fetch(input, init);
      return new Response(text, { status: 200, headers });
    };
    const call = kiket.run(({ endpoints }) => endpoints.rateLimit(), { fetch: html });
    await expect(call).rejects.toThrow("GET /api/v1/ext/rate_limit answered 200 with a body that is not JSON");
    await expect(call).rejects.toMatchObject({ name: "ApiError", status: 200, code: undefined, details: [] });
  });
});

test("a 2xx response with another content type is read as the caller asked", async () => {
  const odd = async (input: unknown, init?: RequestInit) => {
    if (typeof input === "string") return fetch(input, init);
    return new Response("oops", { status: 200, headers: { "content-type": "application/jsonx" } });
  };
  const read = async ({ api }: HandlerContext) => (await api.GET("/api/v1/ext/rate_limit", { parseAs: "text" })).data;
  expect(await kiket.run(read, { fetch: odd })).toBe("oops");
});
