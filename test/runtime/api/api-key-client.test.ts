import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  ApiError,
  type ApiKeyClient,
  type ApiKeyClientOptions,
  apiKeyOptionsFrom,
  ConfigError,
  createApiKeyClient,
  KiketError,
} from "../../../runtime/index.js";
import { platformApi } from "../../support/openapi.js";
import { createScript, type Script, type Step } from "../../support/session.js";

const apiKey = "kik_platform-key-1";
const fine: Step = { status: 200, body: { data: [] } };

function connect(script: Script, changed: Partial<ApiKeyClientOptions> = {}): ApiKeyClient {
  const sleep = async (): Promise<void> => undefined;
  const options = { apiKey, organizationId: "org_1", fetch: script.fetch, sleep, ...changed };
  return createApiKeyClient(options as ApiKeyClientOptions);
}

async function headersWith(
  changed: Partial<ApiKeyClientOptions>,
): Promise<Readonly<Record<string, string>> | undefined> {
  const script = createScript(fine);
  await connect(script, changed).cases.list();
  return script.calls[0]?.headers;
}

describe("the API key is sent", () => {
  test("N9: in the headers of Kiket's own clients", async () => {
    expect(await headersWith({})).toEqual({
      accept: "application/json",
      "x-api-key": apiKey,
      "x-organization-id": "org_1",
    });
  });

  test("N9: as the documentation says", async () => {
    expect(await headersWith({ auth: "bearer", organizationId: undefined })).toEqual({
      accept: "application/json",
      authorization: `Bearer ${apiKey}`,
    });
    expect(await headersWith({ auth: "bearer" })).toEqual({
      accept: "application/json",
      authorization: `Bearer ${apiKey}`,
      "x-organization-id": "org_1",
    });
  });

  test("whatever a call says", async () => {
    const script = createScript(fine);
    await connect(script).api.GET("/api/v1/platform/cases", {
      headers: { "X-API-Key": "other", "X-Organization-Id": "2" },
    });
    expect(script.calls[0]?.headers).toMatchObject({ "x-api-key": apiKey, "x-organization-id": "org_1" });
  });

  test("to one origin only", async () => {
    const script = createScript(fine);
    const call = connect(script).api.GET("/api/v1/platform/cases", { baseUrl: "https://elsewhere.test" });
    await expect(call).rejects.toThrow("Calls can be sent only to the origin of the configured baseUrl.");
    expect(script.calls).toEqual([]);
  });

  test("not after a redirect", async () => {
    const script = createScript({ status: 307, headers: { location: "https://elsewhere.test/" } }, fine);
    const call = connect(script).cases.list();
    await expect(call).rejects.toThrow("GET /api/v1/platform/cases answered 307: redirects are not followed");
    expect(script.calls).toHaveLength(1);
  });
});

/** A call of any operation, with ids that are never valid elsewhere. */
async function call(client: ApiKeyClient, method: string, path: string): Promise<void> {
  const untyped = client.api as unknown as Record<string, (path: string, init: object) => Promise<unknown>>;
  const body = ["post", "patch", "put"].includes(method) ? { body: { any: 1 } } : {};
  await untyped[method.toUpperCase()]?.(path, {
    params: { path: { raw_event_id: "raw_1", case_id: "case_1" } },
    ...body,
  });
}

describe.each(platformApi.operations)("$operation.operationId", ({ method, path, operation }) => {
  const once = ["claimRawEvents", "processRawEvent"].includes(operation.operationId);

  test("has an Idempotency-Key exactly if the document says that it takes one", async () => {
    const { parameters = [] } = operation as { readonly parameters?: readonly unknown[] };
    const takes = parameters.some((raw) => (platformApi.resolve(raw) as { name: string }).name === "Idempotency-Key");
    const script = createScript(fine);
    await call(connect(script), method, path);
    expect("idempotency-key" in (script.calls[0]?.headers ?? {})).toBe(takes);
  });

  test(once ? "is not retried, since it is not idempotent" : "is retried, with the same key", async () => {
    for (const failure of ["broken", { status: 429 }, { status: 503 }] satisfies Step[]) {
      const script = createScript(failure, fine);
      const ended = call(connect(script, { baseUrl: "https://kiket.test/prefix/" }), method, path);
      if (once) await expect(ended).rejects.toThrow(KiketError);
      else await ended;
      expect(script.calls).toHaveLength(once ? 1 : 2);
      expect(script.calls.at(-1)).toEqual(script.calls[0]);
    }
  });
});

test("each call has a key of its own, unless the caller says which", async () => {
  const script = createScript(fine, fine, fine);
  const { cases, api } = connect(script);
  await cases.create({ title: "A" });
  await cases.create({ title: "A" });
  await api.POST("/api/v1/platform/cases", { params: { header: { "Idempotency-Key": "own" } }, body: {} });
  const [first, second, third] = script.calls.map(({ headers }) => headers["idempotency-key"]);
  expect([first === second, third]).toEqual([false, "own"]);
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
});

describe("errors", () => {
  test("never contain the API key, nor the Bearer header", async () => {
    for (const auth of ["header", "bearer"] as const) {
      const body = { error: { message: `Bad key ${apiKey}`, code: "unauthorized" } };
      const script = createScript({ status: 401, body, headers: { "x-request-id": "req-1" } });
      const error: unknown = await connect(script, { auth })
        .cases.get("case_1")
        .catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status: 401, code: "unauthorized", requestId: "req-1" });
      expect((error as Error).message).toBe("GET /api/v1/platform/cases/case_1 answered 401: Bad key [redacted]");
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(apiKey);
    }
  });

  test("N9: say when the limit of calls allows another one", async () => {
    const script = createScript({ status: 429, headers: { "retry-after": "30", "x-ratelimit-remaining": "0" } });
    await expect(connect(script).cases.list()).rejects.toMatchObject({ status: 429, retryAfter: 30 });
  });

  test.each([
    [{ error: { message: "a reason" } }],
    [{ error: "a reason" }],
    [{ message: "a reason" }],
    [{ title: "a reason", status: 400, type: "about:blank" }],
  ])("are read from %j", async (body) => {
    await expect(connect(createScript({ status: 400, body })).cases.list()).rejects.toThrow("answered 400: a reason");
  });

  test("an answer that is too large or not JSON is one", async () => {
    const large = connect(createScript({ status: 200, body: { data: ["x".repeat(100)] } }), { responseBytes: 20 });
    await expect(large.cases.list()).rejects.toThrow("more than 20 bytes");
    const page = connect(createScript({ status: 200, body: "<html>" }));
    await expect(page.cases.list()).rejects.toThrow("answered 200 with a body that is not JSON");
  });

  test("a call that was cancelled is one, by the client's signal and by the call's", async () => {
    const reason = { name: "ApiConnectionError", reason: "cancelled" };
    const ofClient = connect(createScript("silent"), { signal: AbortSignal.abort() });
    await expect(ofClient.cases.list()).rejects.toMatchObject(reason);
    const { api } = connect(createScript("silent"), { signal: new AbortController().signal });
    const call = api.GET("/api/v1/platform/cases", { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject(reason);
  });
});

describe("options", () => {
  test.each([
    [{ apiKey: "" }, "apiKey is missing."],
    [{ apiKey: "a\r\nb: c" }, "apiKey must be printable ASCII without spaces."],
    [{ organizationId: undefined }, "organizationId is missing."],
    [{ auth: "bearer", organizationId: "a b" }, "organizationId must be printable ASCII without spaces."],
    [{ auth: "basic" }, "auth must be header or bearer."],
    [{ baseUrl: "api.kiket.dev" }, "baseUrl must be an http or https URL"],
    [{ baseUrl: "https://me:secret@kiket.dev" }, "baseUrl must be an http or https URL"],
    [{ retries: 11 }, "retries must be a whole number from 0 to 10."],
  ])("%j is refused", (changed, message) => {
    expect(() => connect(createScript(), changed as Partial<ApiKeyClientOptions>)).toThrow(ConfigError);
    expect(() => connect(createScript(), changed as Partial<ApiKeyClientOptions>)).toThrow(message);
  });

  test("the base URL may be left out, blank, or end in /api/v1", async () => {
    const urls = [undefined, " ", "https://kiket.test/api/v1/"].map(async (baseUrl) => {
      const script = createScript(fine);
      await connect(script, { baseUrl }).cases.list();
      return script.calls[0]?.url;
    });
    expect(await Promise.all(urls)).toEqual([
      "https://api.kiket.dev/api/v1/platform/cases",
      "https://api.kiket.dev/api/v1/platform/cases",
      "https://kiket.test/api/v1/platform/cases",
    ]);
  });

  test("are read from the environment only if they are asked for", () => {
    const env = { KIKET_API_KEY: ` ${apiKey}\n`, KIKET_ORGANIZATION_ID: "org_1", KIKET_API_URL: "https://kiket.test" };
    expect(apiKeyOptionsFrom(env)).toEqual({ apiKey, organizationId: "org_1", baseUrl: "https://kiket.test" });
    expect(apiKeyOptionsFrom({ ...env, KIKET_API_URL: undefined })).toEqual({ apiKey, organizationId: "org_1" });
    expect(() => apiKeyOptionsFrom({ ...env, KIKET_API_URL: "kiket.test" })).toThrow(
      "KIKET_API_URL must be an http or https URL",
    );
    expect(() => apiKeyOptionsFrom({ KIKET_ORGANIZATION_ID: " " })).toThrow(
      new ConfigError("Missing in the environment: KIKET_API_KEY, KIKET_ORGANIZATION_ID"),
    );
  });
});

test("what the document does not have does not compile", async () => {
  const client = (): ApiKeyClient => connect(createScript(...Array.from({ length: 9 }, () => fine)));
  // @ts-expect-error the organization is missing
  expect(() => createApiKeyClient({ apiKey })).toThrow(ConfigError);
  createApiKeyClient({ apiKey, auth: "bearer" });
  createApiKeyClient({ apiKey, organizationId: "org_1", auth: Math.random() < 2 ? "bearer" : "header" });
  // @ts-expect-error no such path
  await client().api.GET("/api/v1/platform/case");
  // @ts-expect-error a path of the first generation
  await client().api.GET("/api/v1/ext/rate_limit");
  const params = { path: { case_id: "case_1" } };
  // @ts-expect-error `toState` is missing
  await client().api.POST("/api/v1/platform/cases/{case_id}/transition", { params, body: {} });
  // @ts-expect-error a number is text
  await client().cases.create({ caseNumber: "42" });
  const [found] = (await client().cases.list()).cases;
  const title: string | undefined = found?.title;
  const unknown: unknown = found?.anything;
  expect([title, unknown]).toEqual([undefined, undefined]);
});
