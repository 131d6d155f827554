import { describe, expect, test } from "vitest";
import { resolveOutbound } from "../../../runtime/api/options.js";
import { delayBefore, withRetries } from "../../../runtime/api/retry.js";
import { type ApiClient, ApiConnectionError, ApiError, ConfigError } from "../../../runtime/index.js";
import { createScript, createSession, type Step } from "../../support/session.js";

const read = (api: ApiClient) => api.GET("/api/v1/ext/rate_limit");
const write = (api: ApiClient) => api.POST("/api/v1/extensions/metrics", { body: { name: "leads", value: 1 } });
const patch = (api: ApiClient) =>
  api.PATCH("/api/v1/extensions/{extension_id}/secrets/{key}", {
    params: { path: { extension_id: 1, key: "A" } },
    body: { secret: { value: "x" } },
  });
const remove = (api: ApiClient) =>
  api.DELETE("/api/v1/extensions/{extension_id}/secrets/{key}", { params: { path: { extension_id: 1, key: "A" } } });

const fine: Step = { status: 200, body: {} };
const calls = [
  ["GET", read],
  ["POST", write],
  ["PATCH", patch],
  ["DELETE", remove],
] as const;

describe("tried again", () => {
  test.each(calls)("%s after a broken connection, 429 and 503, with the same request", async (_method, call) => {
    for (const failure of ["broken", { status: 429 }, { status: 503 }] satisfies Step[]) {
      const script = createScript(failure, fine);
      const { api, waits } = createSession(script);
      await call(api);
      expect(waits).toEqual([500]);
      expect(script.calls).toHaveLength(2);
      expect(script.calls[1]).toEqual(script.calls[0]);
    }
  });

  test.each(calls)("%s is not, after any other answer", async (_method, call) => {
    for (const status of [302, 400, 401, 403, 404, 409, 422, 500, 502, 504]) {
      const script = createScript({ status, body: { error: "No" } });
      const { api, waits } = createSession(script);
      await expect(call(api)).rejects.toMatchObject({ name: "ApiError", status });
      expect([script.calls.length, waits]).toEqual([1, []]);
    }
  });

  test("two times by default, each wait twice as long, then the last failure is thrown", async () => {
    const script = createScript("broken", { status: 503 }, { status: 429, body: { error: "Rate limit exceeded" } });
    const { api, waits } = createSession(script);
    await expect(write(api)).rejects.toMatchObject({ status: 429 });
    expect([script.calls.length, waits]).toEqual([3, [500, 1000]]);
  });

  test("as many times as configured", async () => {
    const never = createSession(createScript("broken"), { outbound: { retries: 0 } });
    await expect(read(never.api)).rejects.toMatchObject({ name: "ApiConnectionError", reason: "unreachable" });
    expect(never.waits).toEqual([]);
    const script = createScript(...Array<Step>(6).fill("broken"), fine);
    const { api, waits } = createSession(script, { outbound: { retries: 6 } });
    await read(api);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000]);
  });

  test("never after an error of another kind, which is thrown as it is", async () => {
    const { sleep, random } = resolveOutbound({ random: () => 0, sleep: async () => void log.push("wait") });
    const log: string[] = [];
    const { signal } = new AbortController();
    const run = (errors: readonly unknown[], retries: number) => {
      const left = [...errors];
      const attempt = async () => {
        log.push("attempt");
        throw left.shift();
      };
      return withRetries(attempt, { retries, sleep, random, signal, onCancel: () => new Error("cancelled") });
    };
    const broken = () => new ApiConnectionError("x", "unreachable");
    const mistake = new TypeError("fetch failed");
    await expect(run([broken(), mistake], 5)).rejects.toBe(mistake);
    expect(log).toEqual(["attempt", "wait", "attempt"]);
    await expect(run(["not an error"], 5)).rejects.toBe("not an error");
    expect(log).toHaveLength(4);
  });

  test("after an attempt that took too long", async () => {
    const script = createScript("silent", fine);
    const { api, waits } = createSession(script, { outbound: { timeout: 1 } });
    await read(api);
    expect([script.calls.length, waits]).toEqual([2, [500]]);
  });
});

describe("how long it waits", () => {
  test.each([
    [{ "retry-after": "3" }, undefined, 3000],
    [{ "retry-after": "Mon, 02 Mar 2026 08:25:11 GMT" }, undefined, 7000],
    [{ "retry-after": "Mon, 02 Mar 2020 08:25:11 GMT" }, undefined, 0],
    [{}, { retry_after: 4 }, 4000],
    [{ "retry-after": "10" }, undefined, 10_000],
    [{ "retry-after": "whenever" }, undefined, 500],
  ])("as %j and %j ask", async (headers: Record<string, string>, body, expected) => {
    for (const status of [429, 503]) {
      const { api, waits } = createSession(createScript({ status, headers, body: body ?? {} }, fine));
      await write(api);
      expect(waits).toEqual([expected]);
    }
  });

  test("not at all if Kiket asks for more than 10 s: the error says when to try again", async () => {
    const { api, waits } = createSession(createScript({ status: 429, headers: { "retry-after": "11" } }, fine));
    await expect(write(api)).rejects.toMatchObject({ status: 429, retryAfter: 11 });
    expect(waits).toEqual([]);
  });

  test("with jitter: up to a half less, or up to half a second more than Retry-After", () => {
    const limited = new ApiError("x", { status: 429, code: undefined, requestId: undefined, retryAfter: 3 });
    const jitters = [0, 0.5, 0.99];
    expect(jitters.map((value) => delayBefore(new Error("x"), 2, () => value))).toEqual([1000, 750, 505]);
    expect(jitters.map((value) => delayBefore(limited, 2, () => value))).toEqual([3000, 3250, 3495]);
  });

  test("not longer than the time left for the handler", async () => {
    for (const [left, expected] of [
      [500, []],
      [501, [500]],
    ] as const) {
      const { api, waits } = createSession(createScript("broken", fine), { timeLeft: () => left });
      await read(api).catch(() => undefined);
      expect(waits).toEqual(expected);
    }
  });
});

describe("cancelled", () => {
  test("before the call: nothing is sent twice", async () => {
    const script = createScript("silent", fine);
    const { api, waits } = createSession(script, {
      signal: () => AbortSignal.abort(new Error("The extension is closing")),
    });
    await expect(read(api)).rejects.toMatchObject({
      name: "ApiConnectionError",
      reason: "cancelled",
      message: "GET /api/v1/ext/rate_limit was cancelled",
    });
    expect(waits).toEqual([]);
  });

  test("while it waits: no further attempt", async () => {
    const controller = new AbortController();
    const script = createScript({ status: 503 }, fine);
    const { api } = createSession(script, {
      signal: () => controller.signal,
      outbound: { sleep: async () => controller.abort() },
    });
    await expect(read(api)).rejects.toMatchObject({ name: "ApiConnectionError", reason: "cancelled" });
    expect(script.calls).toHaveLength(1);
  });

  test("while it is in progress, whatever the reason's name", async () => {
    const controller = new AbortController();
    const script = createScript("silent", fine);
    const { api } = createSession(script, { signal: () => controller.signal });
    const call = read(api);
    controller.abort(new Error("The extension is closing"));
    await expect(call).rejects.toMatchObject({ name: "ApiConnectionError", reason: "cancelled" });
    expect(script.calls).toHaveLength(1);
  });

  test("by the call's own signal", async () => {
    const controller = new AbortController();
    const { api } = createSession(createScript("silent"));
    const call = api.GET("/api/v1/ext/rate_limit", { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ reason: "cancelled" });
  });

  test("the default wait ends with the signal and leaves no timer", async () => {
    const { sleep } = resolveOutbound({});
    const controller = new AbortController();
    const waiting = sleep(2 ** 30, controller.signal);
    controller.abort();
    await waiting;
    await sleep(2 ** 30, AbortSignal.abort());
    await sleep(0, new AbortController().signal);
  });
});

describe("the options", () => {
  test.each([
    [{ timeout: 0 }, "outbound.timeout must be a whole number from 1 to 2147483647."],
    [{ timeout: Number.POSITIVE_INFINITY }, "outbound.timeout must be"],
    [{ retries: -1 }, "outbound.retries must be a whole number from 0 to 10."],
    [{ retries: 11 }, "outbound.retries must be"],
    [{ retries: 0.5 }, "outbound.retries must be"],
    [{ credentials: "none" as "both" }, "outbound.credentials must be one of both, runtimeToken, workspaceToken."],
    [{ logEventTo: "file" as "logs" }, "outbound.logEventTo must be one of logs, events."],
    [{ allowedOrigins: ["kiket.dev"] }, "outbound.allowedOrigins must contain origins such as https://eu.kiket.dev"],
    [{ allowedOrigins: ["http://eu.kiket.dev"] }, "outbound.allowedOrigins must contain origins"],
    [{ allowedOrigins: ["https://eu.kiket.dev/api"] }, "outbound.allowedOrigins must contain origins"],
    [{ allowedOrigins: ["https://user:pass@eu.kiket.dev"] }, "outbound.allowedOrigins must contain origins"],
    [{ allowedOrigins: ["https://*.kiket.dev"] }, "outbound.allowedOrigins must contain origins"],
    [{ allowedOrigins: ["ftp://eu.kiket.dev"] }, "outbound.allowedOrigins must contain origins"],
  ])("%j is refused", (options, message) => {
    expect(() => resolveOutbound(options)).toThrow(ConfigError);
    expect(() => resolveOutbound(options)).toThrow(message);
  });

  test("origins are compared as browsers do", () => {
    const allowedOrigins = [
      "https://EU.kiket.dev/",
      "https://us.kiket.dev:8443",
      "http://127.0.0.1:9000",
      "http://localhost",
    ];
    expect([...resolveOutbound({ allowedOrigins }).allowedOrigins]).toEqual([
      "https://eu.kiket.dev",
      "https://us.kiket.dev:8443",
      "http://127.0.0.1:9000",
      "http://localhost",
    ]);
  });
});
