import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { resolveConfig } from "../../../runtime/config/config.js";
import type { Extension, ExtensionOptions, Fetch, Handler, TelemetryRecord } from "../../../runtime/index.js";
import { ConfigError, createExtension, defineHandler } from "../../../runtime/index.js";
import { createTelemetry } from "../../../runtime/telemetry/reporter.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();

beforeEach(() => {
  kiket.calls.length = 0;
});

const v1 = { event: "issue.created", version: "v1" } as const;
const fine = defineHandler(v1, () => "fine");
const failing = defineHandler(v1, () => {
  throw new RangeError("password=hunter2");
});

async function deliver(handler: Handler, options: Omit<ExtensionOptions, "handlers">): Promise<number> {
  const extension = kiket.extension({ ...options, handlers: [handler] });
  const response = await extension.fetch(await kiket.request());
  await extension.close();
  return response.status;
}

const bodies = () => kiket.calls.map(({ method, path, body }) => ({ method, path, body }));

const id = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe("the record", () => {
  test("has the event as it was sent, and the handler's in its metadata", async () => {
    const extension = kiket.extension({
      handlers: [fine],
      telemetry: { enabled: true },
      workspaceToken: "workspace-token-1",
    });
    await extension.fetch(
      await kiket.request({ path: "/v/v1/webhooks/case.created", payload: { event: "case.created" } }),
    );
    await extension.close();
    expect(bodies()).toMatchObject([{ body: { event: "case.created", metadata: { handled_as: "issue.created" } } }]);
  });

  test("of a run is sent when the extension closes", async () => {
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
          metadata: { delivery_id: id, correlation_id: id },
        },
      },
    ]);
    expect(kiket.calls[0]?.headers).not.toHaveProperty("authorization");
    expect(kiket.calls[0]?.headers).not.toHaveProperty("x-kiket-runtime-token");
  });

  test("of a failure contains the error's class and not its text", async () => {
    expect(await deliver(failing, { telemetry: { enabled: true } })).toBe(500);
    expect(bodies()).toMatchObject([
      { body: { status: "error", error_class: "RangeError", error_message: "The handler failed", extension_id: null } },
    ]);
    expect(JSON.stringify(kiket.calls)).not.toContain("hunter2");
  });

  test("N9: has no message beside error_message, as newer records of the Node SDK", async () => {
    await deliver(failing, { telemetry: { enabled: true } });
    const [record] = kiket.calls.map(({ body }) => body as Record<string, unknown>);
    expect(Object.keys(record ?? {}).filter((name) => name.endsWith("message"))).toEqual(["error_message"]);
  });

  test("of a result that is not JSON is an error", async () => {
    await deliver(
      defineHandler(v1, (): unknown => 1n),
      { telemetry: { enabled: true } },
    );
    expect(bodies()).toMatchObject([{ body: { status: "error", error_class: "ResultError" } }]);
  });

  test("is not made if the handler did not run", async () => {
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
        deliveryId: id,
        correlationId: id,
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

describe("options", () => {
  test.each<readonly [string, (base: string) => Omit<ExtensionOptions, "handlers">, readonly string[]]>([
    ["nothing is sent by default", () => ({}), []],
    ["enabled", () => ({ telemetry: { enabled: true } }), ["/api/v1/ext/telemetry"]],
    ["a URL turns it on", (base) => ({ telemetry: { url: `${base}/collect` } }), ["/collect/telemetry"]],
    ["trailing slashes are removed", (base) => ({ telemetry: { url: `${base}/a//` } }), ["/a/telemetry"]],
    ["the URL may end in /telemetry", (base) => ({ telemetry: { url: `${base}/x/Telemetry/` } }), ["/x/Telemetry"]],
    ["a query is kept", (base) => ({ telemetry: { url: `${base}/a/?team=7` } }), ["/a/telemetry?team=7"]],
    ["the environment's URL", (base) => ({ env: { KIKET_SDK_TELEMETRY_URL: `${base}/env` } }), ["/env/telemetry"]],
    [
      "the option takes precedence over the environment",
      (base) => ({ telemetry: { url: `${base}/a` }, env: { KIKET_SDK_TELEMETRY_URL: `${base}/b` } }),
      ["/a/telemetry"],
    ],
    ["turned off", (base) => ({ telemetry: { enabled: false, url: `${base}/a` } }), []],
  ])("%s", async (_what, options, paths) => {
    await deliver(fine, options(kiket.baseUrl));
    expect(bodies().map(({ path }) => path)).toEqual(paths);
  });

  test.each([["1"], ["true"], ["True"], ["YES"], [" on "]])("opting out with %j disables everything", async (value) => {
    const records: TelemetryRecord[] = [];
    await deliver(fine, {
      telemetry: { enabled: true, onRecord: (record) => records.push(record) },
      env: { KIKET_SDK_TELEMETRY_OPTOUT: value },
    });
    expect([bodies(), records]).toEqual([[], []]);
  });

  test("an error's name that does not look like a class is not used", async () => {
    const named = defineHandler(v1, () => {
      throw Object.assign(new Error("x"), { name: "hunter2" });
    });
    await deliver(named, { telemetry: { enabled: true } });
    expect(bodies()).toMatchObject([{ body: { error_class: "Error" } }]);
  });

  test.each([["0"], [""], ["no"], ["truely"], ["2"]])("%j does not opt out", async (value) => {
    await deliver(fine, { telemetry: { enabled: true }, env: { KIKET_SDK_TELEMETRY_OPTOUT: value } });
    expect(bodies()).toHaveLength(1);
  });

  test.each(["collector", "ftp://collector.test", "https://user:word@collector.test"])(
    "%s is no collector, and is not repeated",
    (url) => {
      expect(() => createExtension({ handlers: [], env: {}, telemetry: { url } })).toThrow(
        new ConfigError(
          "telemetry.url (or KIKET_SDK_TELEMETRY_URL) must be an http or https URL without user name and password.",
        ),
      );
    },
  );
});

test("in a worker, waitUntil gets what is left to send", async () => {
  const tasks: Promise<unknown>[] = [];
  const context = {
    waitUntil(this: unknown, task: Promise<unknown>) {
      expect(this).toBe(context);
      tasks.push(task);
    },
  };
  const extension = kiket.extension({ telemetry: { enabled: true }, handlers: [fine] });
  const response = await extension.fetch(await kiket.request(), { SOME: "binding" }, context);
  expect([response.status, bodies().length, tasks.length]).toEqual([200, 0, 1]);
  await Promise.all(tasks);
  expect(bodies()).toHaveLength(1);
});

test("in a worker, no request loses records of another, even if the collector is slow", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const logger = createTestLogger();
    let arrived = 0;
    let delay = 2_000;
    const collector: Fetch = (_input, init) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          arrived += 1;
          resolve(new Response(null, { status: 204 }));
        }, delay);
        init?.signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(init.signal?.reason);
        });
      });
    const telemetry = createTelemetry(
      resolveConfig({
        handlers: [],
        env: {},
        fetch: collector,
        logger,
        telemetry: { url: "https://collector.test" },
      }),
    );
    let over = 0;
    const request = async (): Promise<void> => {
      telemetry.report({
        ...v1,
        deliveryId: "d-1",
        correlationId: "c-1",
        startedAt: 0,
        durationMs: 1,
        failure: undefined,
      });
      void telemetry.flush().then(() => {
        over += 1;
      });
      await vi.advanceTimersByTimeAsync(100);
    };
    for (let index = 0; index < 20; index += 1) await request();
    await vi.advanceTimersByTimeAsync(1_900);
    expect([over, arrived, logger.lines]).toEqual([20, 20, []]);
    delay = 4_000;
    for (let index = 0; index < 20; index += 1) await request();
    await vi.advanceTimersByTimeAsync(2_900);
    expect([over, arrived, logger.lines]).toEqual([40, 20, []]);
    delay = 10;
    await request();
    await vi.advanceTimersByTimeAsync(900);
    expect([over, arrived, logger.lines]).toEqual([41, 41, []]);
  } finally {
    vi.useRealTimers();
  }
});

describe("effect on deliveries", () => {
  /** Serves keys, as Kiket does, and answers records as the test decides. */
  function collecting(answer: (init: RequestInit | undefined) => Promise<Response>): Fetch {
    return async (input, init) => (String(input).endsWith("jwks.json") ? fetch(String(input), init) : answer(init));
  }

  async function deliverMany(extension: Extension, count: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) {
      statuses.push((await extension.fetch(await kiket.request({ claims: { jti: `run-${index}` } }))).status);
    }
    return statuses;
  }

  test("the response does not wait for the collector or for onRecord", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let posts = 0;
    const collector = collecting(async () => {
      posts += 1;
      await held;
      return new Response(null, { status: 204 });
    });
    const telemetry = { enabled: true, onRecord: () => held };
    const extension = kiket.extension({ fetch: collector, telemetry, handlers: [fine] });
    expect(await deliverMany(extension, 3)).toEqual([200, 200, 200]);
    release();
    await extension.close();
    expect(posts).toBe(3);
  });

  test("a collector that never responds changes no response, and keeps only a few connections open", async () => {
    const logger = createTestLogger();
    const aborted: unknown[] = [];
    let posts = 0;
    const collector = collecting((init) => {
      posts += 1;
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => {
          aborted.push(init.signal?.reason);
          reject(init.signal?.reason);
        });
      });
    });
    const telemetry = { enabled: true };
    const extension = kiket.extension({ logger, fetch: collector, telemetry, handlers: [fine] });
    expect(await deliverMany(extension, 30)).toEqual(Array.from({ length: 30 }, () => 200));
    while (posts < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const closed = extension.close();
    await vi.advanceTimersByTimeAsync(3_000);
    await closed;
    expect(posts).toBe(4);
    expect(aborted).toHaveLength(4);
    expect(logger.others.map(({ message }) => message)).toEqual([
      "Telemetry records are being lost: the extension closed before they were sent",
    ]);
  });

  test.each<readonly [string, Omit<ExtensionOptions, "handlers">]>([
    [
      "that throws",
      {
        telemetry: {
          onRecord: () => {
            throw new Error("no");
          },
        },
      },
    ],
    ["that rejects", { telemetry: { onRecord: () => Promise.reject(new Error("no")) } }],
  ])("an onRecord %s is logged and changes nothing", async (_what, options) => {
    const logger = createTestLogger();
    expect(await deliver(fine, { ...options, logger })).toBe(200);
    expect(logger.others).toMatchObject([{ level: "warn", message: "telemetry.onRecord failed" }]);
  });

  test("a collector that is down is logged and changes nothing", async () => {
    const logger = createTestLogger();
    expect(await deliver(fine, { telemetry: { url: "http://127.0.0.1:1" }, logger })).toBe(200);
    expect(logger.others).toMatchObject([
      { level: "warn", message: "Telemetry records are being lost: the collector did not accept them" },
    ]);
  });

  test.each([500, 503, 429])("after %i from the collector, the record is sent again", async (status) => {
    const logger = createTestLogger();
    kiket.answers.push({ status, body: {} });
    expect(await deliver(fine, { telemetry: { enabled: true }, logger })).toBe(200);
    expect(bodies()).toHaveLength(2);
    expect(bodies()[0]).toEqual(bodies()[1]);
    expect(logger.others).toEqual([]);
  });

  test.each([400, 401, 404, 302])("after %i from the collector, the record is not sent again", async (status) => {
    const logger = createTestLogger();
    kiket.answers.push({ status, body: {} });
    expect(await deliver(fine, { telemetry: { enabled: true }, logger })).toBe(200);
    expect(bodies()).toHaveLength(1);
    expect(logger.others).toMatchObject([
      {
        level: "warn",
        message: "Telemetry records are being lost: the collector did not accept them",
        fields: { cause: { message: `The collector answered ${status}` } },
      },
    ]);
  });
});
