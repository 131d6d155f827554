import { describe, expect, test } from "vitest";
import {
  ApiError,
  ConfigError,
  createIngestionClient,
  type IngestionClient,
  type IngestionClientOptions,
  KiketError,
} from "../../../runtime/index.js";
import { createScript, type Script, type Step } from "../../support/session.js";

const apiKey = "platform-key-1";

function connect(script: Script, changed: Partial<IngestionClientOptions> = {}): IngestionClient {
  const sleep = async (): Promise<void> => undefined;
  return createIngestionClient({ apiKey, organizationId: "org-1", fetch: script.fetch, sleep, ...changed });
}

const event = {
  sourceSystem: "github",
  sourceEventType: "push",
  idempotencyKey: "push-1",
  payload: { repository_name: "kiket" },
};
const evidence = { evidenceType: "commit", title: "A commit", sourceSystem: "github", dedupeKey: "commit-1" };
const normalized = {
  organizationId: "org-1",
  eventType: "evidence.observed",
  sourceSystem: "github",
  actor: { id: 1 },
  subject: {},
  occurredAt: "2026-03-02T08:25:04Z",
  correlationIds: ["push-1"],
  attributes: {},
  dedupeKey: "push-1",
  evidence: [],
  intents: [],
};
const receipt = { rawEventId: "r-1", operationalEventId: null, evidenceCount: 0, duplicate: false };

test.each([[{}], [[]], [null], [7], [undefined], [{ data: [] }]])(
  "an answer of %j to a write is not an error, because the write has happened",
  async (body) => {
    const client = connect(createScript({ status: 200, body }, { status: 200, body }));
    const plain = typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
    expect(await client.createRawEvent(event)).toEqual(plain);
    expect(await client.submitRawEvent("r-1", normalized)).toEqual({ rawEventId: "r-1", ...plain });
  },
);

test("the requests of all calls", async () => {
  const claimed = { id: "r-1", organizationId: "org-1", idempotencyKey: "push-1" };
  const script = createScript(
    { status: 200, body: { version: 1 } },
    { status: 201, body: { rawEvent: { id: "r-1" }, duplicate: false } },
    { status: 200, body: { id: "r-1", status: "processed" } },
    { status: 201, body: { id: "e-1" } },
    { status: 200, body: { data: [claimed] } },
    { status: 200, body: { data: [] } },
    { status: 200, body: receipt },
  );
  const client = connect(script);
  const results = [
    await client.getContract(),
    await client.createRawEvent(event),
    await client.processRawEvent("r/1"),
    await client.createEvidence(evidence),
    await client.claimRawEvents({ limit: 5, leaseSeconds: 60 }),
    await client.claimRawEvents(),
    await client.submitRawEvent("r-1", normalized),
  ];
  expect(results).toEqual([
    { version: 1 },
    { rawEvent: { id: "r-1" }, duplicate: false },
    { id: "r-1", status: "processed" },
    { id: "e-1" },
    [claimed],
    [],
    receipt,
  ]);
  const base = "https://api.kiket.dev/api/v1/platform";
  expect(script.calls.map(({ method, url, body }) => [method, url, body === "" ? null : JSON.parse(body)])).toEqual([
    ["GET", `${base}/extension-ingestion/contract`, null],
    ["POST", `${base}/raw-events`, event],
    ["POST", `${base}/raw-events/r%2F1/process`, null],
    ["POST", `${base}/evidence`, evidence],
    ["GET", `${base}/raw-events/claim?limit=5&leaseSeconds=60`, null],
    ["GET", `${base}/raw-events/claim`, null],
    ["POST", `${base}/raw-events/r-1/submit`, { normalized }],
  ]);
  for (const { headers } of script.calls) {
    expect(headers).toMatchObject({ "x-api-key": apiKey, "x-organization-id": "org-1", accept: "application/json" });
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("x-kiket-runtime-token");
  }
});

describe("retries", () => {
  const fine: Step = { status: 200, body: { ...receipt, rawEvent: {}, data: [] } };
  const repeatable = [
    ["getContract", (client: IngestionClient) => client.getContract()],
    ["createRawEvent", (client: IngestionClient) => client.createRawEvent(event)],
    ["createEvidence", (client: IngestionClient) => client.createEvidence(evidence)],
    ["submitRawEvent", (client: IngestionClient) => client.submitRawEvent("r-1", normalized)],
  ] as const;
  const once = [
    ["processRawEvent", (client: IngestionClient) => client.processRawEvent("r-1")],
    ["claimRawEvents", (client: IngestionClient) => client.claimRawEvents()],
  ] as const;

  test.each(repeatable)("%s", async (_name, call) => {
    for (const failure of ["broken", { status: 429 }, { status: 503 }] satisfies Step[]) {
      const script = createScript(failure, fine);
      await call(connect(script));
      expect(script.calls).toHaveLength(2);
      expect(script.calls[1]).toEqual(script.calls[0]);
    }
  });

  test.each(once)("%s is not retried, since it is not idempotent", async (_name, call) => {
    for (const failure of ["broken", { status: 429 }, { status: 503 }] satisfies Step[]) {
      const script = createScript(failure, fine);
      await expect(call(connect(script))).rejects.toThrow(KiketError);
      expect(script.calls).toHaveLength(1);
    }
  });
});

describe("errors", () => {
  test("are typed, and never contain the API key", async () => {
    const body = { error: { message: `Bad key ${apiKey}`, code: "unauthorized" } };
    const script = createScript({ status: 401, body, headers: { "x-request-id": "req-1" } });
    const error: unknown = await connect(script)
      .getContract()
      .catch((cause: unknown) => cause);
    if (!(error instanceof ApiError)) throw new Error("No ApiError");
    expect(error).toMatchObject({ status: 401, code: "unauthorized", requestId: "req-1" });
    expect(error.message).toBe("GET /api/v1/platform/extension-ingestion/contract answered 401: Bad key [redacted]");
    expect(JSON.stringify({ ...error, stack: error.stack })).not.toContain(apiKey);
  });

  test("are thrown if a response is not JSON, or has an unexpected shape", async () => {
    const html = connect(createScript({ status: 200, body: "<html>" })).getContract();
    await expect(html).rejects.toThrow("answered 200 with a body that is not JSON");
    const empty = connect(createScript({ status: 200, body: {} })).claimRawEvents();
    await expect(empty).rejects.toThrow("Unexpected response from Kiket: expected a list of raw events.");
  });

  test("a redirect is not followed", async () => {
    const script = createScript({ status: 302, headers: { location: "https://elsewhere.test" } });
    await expect(connect(script).getContract()).rejects.toThrow("answered 302: redirects are not followed");
    expect(script.calls).toHaveLength(1);
  });

  test("cancelled", async () => {
    const call = connect(createScript("silent"), { signal: AbortSignal.abort() }).getContract();
    await expect(call).rejects.toMatchObject({ name: "ApiConnectionError", reason: "cancelled" });
  });

  test.each([[".."], ["."], [""]])("%j is not a valid id", async (id) => {
    const script = createScript();
    await expect(connect(script).processRawEvent(id)).rejects.toThrow(
      "id must be an id that can be used as a path segment.",
    );
    expect(script.calls).toEqual([]);
  });
});

describe("options", () => {
  test.each([
    [{ apiKey: "" }, "apiKey is missing."],
    [{ apiKey: "a\r\nb" }, "apiKey must be printable ASCII without spaces."],
    [{ apiKey: undefined as unknown as string }, "apiKey is missing."],
    [{ organizationId: " " }, "organizationId must be printable ASCII without spaces."],
    [{ baseUrl: "kiket.dev" }, "baseUrl must be an http or https URL"],
    [{ baseUrl: "https://me:secret@kiket.dev" }, "baseUrl must be an http or https URL"],
    [{ retries: 99 }, "retries must be a whole number from 0 to 10."],
    [{ timeout: -1 }, "timeout must be a whole number from 1"],
    [{ responseBytes: 0 }, "responseBytes must be a whole number from 1"],
  ])("%j is refused", (changed, message) => {
    expect(() => connect(createScript(), changed)).toThrow(ConfigError);
    expect(() => connect(createScript(), changed)).toThrow(message);
  });

  test("a blank base URL is ignored", async () => {
    const script = createScript({ status: 200, body: {} });
    await connect(script, { baseUrl: " " }).getContract();
    expect(script.calls[0]?.url).toBe("https://api.kiket.dev/api/v1/platform/extension-ingestion/contract");
  });

  test("a base URL may end in /api/v1", async () => {
    const script = createScript({ status: 200, body: {} });
    await connect(script, { baseUrl: "https://kiket.test/api/v1/" }).getContract();
    expect(script.calls[0]?.url).toBe("https://kiket.test/api/v1/platform/extension-ingestion/contract");
  });
});
