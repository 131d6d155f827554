import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ExtensionOptions, Handler, TelemetryRecord } from "../../runtime/index.js";
import { ConfigError, createExtension, defineHandler } from "../../runtime/index.js";
import { createTestLogger, signedRequest, testOptions } from "../support/deliveries.js";
import { createKiketServer, type KiketServer } from "../support/kiket-server.js";
import { createSigningKey, type SigningKey } from "../support/tokens.js";

let key: SigningKey;
let kiket: KiketServer;

beforeAll(async () => {
  key = await createSigningKey("key-1");
  kiket = await createKiketServer([key.publicJwk]);
});
afterAll(() => kiket.close());
beforeEach(() => {
  kiket.calls.length = 0;
});

const v1 = { event: "issue.created", version: "v1" } as const;
const fine = defineHandler(v1, () => "fine");
const failing = defineHandler(v1, () => {
  throw new RangeError("password=hunter2");
});

async function deliver(handler: Handler, options: Omit<ExtensionOptions, "handlers">): Promise<number> {
  const extension = createExtension({ ...testOptions(kiket), ...options, handlers: [handler] });
  const response = await extension.fetch(await signedRequest(key));
  await extension.close();
  return response.status;
}

const bodies = () => kiket.calls.map(({ method, path, body }) => ({ method, path, body }));

describe("the record", () => {
  test("of a run, flushed on close", async () => {
    await deliver(fine, {
      telemetry: { enabled: true },
      workspaceToken: "workspace-token-1",
      extensionId: "com.example.greeter",
      extensionVersion: "1.2.3",
    });
    expect(bodies()).toEqual([
      {
        method: "POST",
        path: "/api/v1/ext/telemetry",
        body: {
          event: "issue.created",
          version: "v1",
          status: "ok",
          duration_ms: expect.any(Number),
          timestamp: "2026-03-02T08:25:04.000Z",
          extension_id: "com.example.greeter",
          extension_version: "1.2.3",
          error_message: null,
          error_class: null,
          metadata: {},
        },
      },
    ]);
    expect(kiket.calls[0]?.headers).not.toHaveProperty("authorization");
    expect(kiket.calls[0]?.headers).not.toHaveProperty("x-kiket-runtime-token");
  });

  test("of a failure holds the error's class and no text of it", async () => {
    expect(await deliver(failing, { telemetry: { enabled: true } })).toBe(500);
    expect(bodies()).toMatchObject([
      { body: { status: "error", error_class: "RangeError", error_message: "The handler failed", extension_id: null } },
    ]);
    expect(JSON.stringify(kiket.calls)).not.toContain("hunter2");
  });

  test("of a result that is no JSON is an error", async () => {
    await deliver(
      defineHandler(v1, () => 1n),
      { telemetry: { enabled: true } },
    );
    expect(bodies()).toMatchObject([{ body: { status: "error", error_class: "TypeError" } }]);
  });

  test("is not made where the handler did not run", async () => {
    const guarded = defineHandler({ ...v1, requiredScopes: ["admin"] }, () => "in");
    expect(await deliver(guarded, { telemetry: { enabled: true } })).toBe(403);
    expect(bodies()).toEqual([]);
  });

  test("goes to onRecord in camelCase", async () => {
    const records: TelemetryRecord[] = [];
    await deliver(fine, { telemetry: { onRecord: (record) => records.push(record) } });
    expect(records).toEqual([
      {
        event: "issue.created",
        version: "v1",
        status: "ok",
        durationMs: expect.any(Number),
        timestamp: "2026-03-02T08:25:04.000Z",
        extensionId: null,
        extensionVersion: null,
        errorMessage: null,
        errorClass: null,
        metadata: {},
      },
    ]);
    expect(bodies()).toEqual([]);
  });
});

describe("whether and where", () => {
  test.each<readonly [string, (base: string) => Omit<ExtensionOptions, "handlers">, readonly string[]]>([
    ["nothing is sent by default", () => ({}), []],
    ["enabled", () => ({ telemetry: { enabled: true } }), ["/api/v1/ext/telemetry"]],
    ["a URL turns it on", (base) => ({ telemetry: { url: `${base}/collect` } }), ["/collect/telemetry"]],
    ["slashes at its end are dropped", (base) => ({ telemetry: { url: `${base}/a//` } }), ["/a/telemetry"]],
    ["it may name /telemetry itself", (base) => ({ telemetry: { url: `${base}/x/Telemetry/` } }), ["/x/Telemetry"]],
    ["the environment's URL", (base) => ({ env: { KIKET_SDK_TELEMETRY_URL: `${base}/env` } }), ["/env/telemetry"]],
    [
      "the option before the environment",
      (base) => ({ telemetry: { url: `${base}/a` }, env: { KIKET_SDK_TELEMETRY_URL: `${base}/b` } }),
      ["/a/telemetry"],
    ],
    ["turned off", (base) => ({ telemetry: { enabled: false, url: `${base}/a` } }), []],
  ])("%s", async (_what, options, paths) => {
    await deliver(fine, options(kiket.baseUrl));
    expect(bodies().map(({ path }) => path)).toEqual(paths);
  });

  test.each([["1"], ["true"], ["YES"], [" on "]])("opting out with %j silences everything", async (value) => {
    const records: TelemetryRecord[] = [];
    await deliver(fine, {
      telemetry: { enabled: true, onRecord: (record) => records.push(record) },
      env: { KIKET_SDK_TELEMETRY_OPTOUT: value },
    });
    expect([bodies(), records]).toEqual([[], []]);
  });

  test.each([["0"], [""], ["no"]])("%j is no opting out", async (value) => {
    await deliver(fine, { telemetry: { enabled: true }, env: { KIKET_SDK_TELEMETRY_OPTOUT: value } });
    expect(bodies()).toHaveLength(1);
  });

  test("a URL that is none is a mistake", () => {
    const make = () => createExtension({ handlers: [], env: {}, telemetry: { url: "collector" } });
    expect(make).toThrow(ConfigError);
  });
});

describe("never in the way", () => {
  test("the answer does not wait for the collector or for onRecord", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let posts = 0;
    const collector = async (input: unknown, init?: RequestInit) => {
      if (String(input).endsWith("jwks.json")) return fetch(String(input), init);
      posts += 1;
      await held;
      return new Response(null, { status: 204 });
    };
    const extension = createExtension({
      ...testOptions(kiket),
      fetch: collector,
      telemetry: { enabled: true, onRecord: () => held },
      handlers: [fine],
    });
    const statuses: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      statuses.push((await extension.fetch(await signedRequest(key))).status);
    }
    expect(statuses).toEqual([200, 200, 200]);
    release();
    await extension.close();
    expect(posts).toBe(3);
  });

  test.each<readonly [string, Omit<ExtensionOptions, "handlers">]>([
    [
      "an onRecord that throws",
      {
        telemetry: {
          onRecord: () => {
            throw new Error("no");
          },
        },
      },
    ],
    ["an onRecord that rejects", { telemetry: { onRecord: () => Promise.reject(new Error("no")) } }],
    ["a collector that is down", { telemetry: { url: "http://127.0.0.1:1" } }],
  ])("%s is logged and changes nothing", async (_what, options) => {
    const logger = createTestLogger();
    expect(await deliver(fine, { ...options, logger })).toBe(200);
    expect(logger.lines).toMatchObject([{ level: "warn", message: "A telemetry record was lost" }]);
  });

  test("a collector that refuses is logged", async () => {
    const logger = createTestLogger();
    kiket.answers.push({ status: 500, body: {} });
    expect(await deliver(fine, { telemetry: { enabled: true }, logger })).toBe(200);
    expect(logger.lines).toMatchObject([{ level: "warn", message: "A telemetry record was lost" }]);
  });
});
