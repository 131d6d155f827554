import { describe, expect, test } from "vitest";
import {
  ApiError,
  allow,
  ConfigError,
  createExtension,
  defineHandler,
  deny,
  type ExtensionOptions,
  notImplemented,
  raw,
} from "../../../runtime/index.js";
import { createTestLogger, type LogLine, type TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const ms = expect.any(Number);
const v1 = { version: "v1" } as const;

const handlers = [
  defineHandler({ event: "issue.created", ...v1 }, (_payload, { log }) => {
    log.warn("own");
    return allow();
  }),
  defineHandler({ event: "issue.denied", ...v1 }, () => deny({ message: "no" })),
  defineHandler({ event: "issue.text", ...v1 }, () => ({ text: '"status":"allow"', status: "other" })),
  defineHandler({ event: "issue.unusable", ...v1 }, () => new Map() as never),
  defineHandler({ event: "issue.raw", ...v1 }, () => raw("no", { contentType: "text/plain", status: 422 })),
  defineHandler({ event: "issue.guarded", ...v1, requiredScopes: ["admin"] }, () => "in"),
  defineHandler({ event: "issue.stub", ...v1 }, (payload, context) => notImplemented(payload, context)),
  defineHandler({ event: "issue.limited", ...v1 }, () => {
    throw new ApiError("Too many", { status: 429, code: undefined, requestId: undefined, retryAfter: 17 });
  }),
  defineHandler({ event: "issue.failing", ...v1 }, () => {
    throw new RangeError("out of range");
  }),
];

function open(options: Partial<ExtensionOptions> = {}) {
  const logger = createTestLogger();
  const extension = kiket.extension({ handlers, logger, ...options });
  // At start, it warns of the stub.
  logger.lines.length = 0;
  const deliver = async (delivery: TestDelivery = {}) => extension.fetch(await kiket.request(delivery));
  const send = (path: string, init: RequestInit = {}) =>
    extension.fetch(
      new Request(`http://extension.test${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
        ...init,
      }),
    );
  return { extension, logger, deliver, send };
}

const named: TestDelivery = { headers: { "x-kiket-delivery": "d-1" } };
const at = (event: string, version = "v1"): TestDelivery => ({
  ...named,
  path: `/v/${version}/webhooks/${event}`,
  payload: { event },
});

describe("one line for each delivery", () => {
  test.each<readonly [string, string | undefined]>([
    ["issue.created", "allow"],
    ["issue.denied", "deny"],
    ["issue.text", undefined],
  ])("that is handled: %s", async (event, verdict) => {
    const { logger, deliver } = open();
    expect((await deliver(at(event))).status).toBe(200);
    const fields = { event, version: "v1", deliveryId: "d-1", correlationId: uuid, status: 200, ms };
    expect(logger.lines.filter(({ message }) => message !== "own")).toEqual([
      {
        level: "info",
        message: "A delivery was handled",
        fields: verdict === undefined ? fields : { ...fields, verdict },
      },
    ]);
  });

  test("whose result cannot be sent: an error, then a warning for each repetition", async () => {
    const { logger, deliver } = open();
    await deliver(at("issue.unusable"));
    const again = await deliver(at("issue.unusable"));
    expect(logger.lines).toMatchObject([
      {
        level: "error",
        message: "A handler's result cannot be sent",
        fields: { status: 500, reason: "result-unusable" },
      },
      { level: "warn", message: "A delivery was handled", fields: { status: 500, repeated: true } },
    ]);
    // The id of the line that has the cause.
    const { correlationId } = (logger.lines[0]?.fields ?? {}) as { readonly correlationId?: string };
    expect(await again.json()).toMatchObject({ delivery_id: "d-1", correlation_id: correlationId });
  });

  test("whose handler answers an error itself", async () => {
    const { logger, deliver } = open();
    expect((await deliver(at("issue.raw"))).status).toBe(422);
    expect(logger.lines).toMatchObject([{ level: "warn", message: "A delivery was handled", fields: { status: 422 } }]);
  });

  test("that is repeated", async () => {
    const { logger, deliver } = open();
    await deliver(at("issue.denied"));
    await deliver(at("issue.denied"));
    expect(logger.lines.map(({ fields }) => fields)).toMatchObject([
      { verdict: "deny" },
      { verdict: "deny", repeated: true },
    ]);
    expect(logger.lines[0]?.fields).not.toHaveProperty("repeated");
  });

  test.each<readonly [TestDelivery, number, string, string]>([
    [at("issue.gone"), 404, "no-handler", "No handler registered for event 'issue.gone' with version 'v1'"],
    [
      at("issue.created", "vv1"),
      404,
      "no-handler",
      "No handler registered for event 'issue.created' with version 'vv1'",
    ],
    [at("issue.guarded"), 403, "scopes-missing", "Insufficient scopes: missing admin"],
    [{ ...named, claims: { iss: "evil" } }, 401, "token-issuer", "Invalid token issuer"],
    [{ ...named, claims: { exp: 1 } }, 401, "token-expired", "Runtime token has expired"],
  ])("that is refused: %j", async (delivery, status, reason, detail) => {
    const { logger, deliver } = open();
    const response = await deliver(delivery);
    expect(logger.lines).toMatchObject([
      {
        level: "warn",
        message: `A delivery was refused: ${detail}`,
        fields: { status, reason, deliveryId: "d-1", correlationId: uuid, ms },
      },
    ]);
    const { correlationId } = (logger.lines[0]?.fields ?? {}) as { readonly correlationId?: string };
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { delivery_id: "d-1", correlation_id: correlationId },
    ]);
  });

  test.each<readonly [string, RequestInit, number, string]>([
    ["/v/v1/webhooks/issue.created", {}, 401, "token-missing"],
    ["/v/v1/webhooks/issue.created", { body: "{" }, 400, "json-invalid"],
    ["/v/v1/webhooks/issue.created", { body: "[]" }, 400, "json-not-an-object"],
    ["/v/v1/webhooks/issue.created", { body: `${'{"a":'.repeat(65)}1${"}".repeat(65)}` }, 400, "json-too-deep"],
    ["/v/v1/webhooks/issue.created", { headers: { "content-type": "text/plain" } }, 415, "content-type"],
    ["/v/v1/webhooks/issue.created", { body: `"${"x".repeat(1_048_576)}"` }, 413, "body-too-large"],
    ["/v/v1/webhooks/issue.created", { method: "PUT" }, 405, "method-not-allowed"],
    ["/health", {}, 405, "method-not-allowed"],
    ["/nowhere", {}, 404, "not-found"],
    ["/webhooks/%ff", {}, 400, "path-malformed"],
  ])("that proves no origin: %s %j", async (path, init, status, reason) => {
    const { logger, send } = open();
    expect((await send(path, init)).status).toBe(status);
    expect(logger.lines).toMatchObject([
      { level: "warn", fields: { status, reason, unproved: true, correlationId: uuid } },
    ]);
  });

  test("that cannot be taken now", async () => {
    const { logger, extension, send } = open();
    await extension.close();
    expect((await send("/v/v1/webhooks/issue.created")).status).toBe(503);
    expect(logger.lines).toMatchObject([{ level: "warn", fields: { status: 503, reason: "closing" } }]);
  });

  test.each<readonly [string, LogLine["level"], number, string, string]>([
    ["issue.stub", "warn", 501, "not-implemented", "A delivery failed: "],
    ["issue.limited", "warn", 429, "rate-limited", "A delivery failed: Too many"],
    ["issue.failing", "error", 500, "handler-failed", "A handler failed"],
  ])("that fails: %s", async (event, level, status, reason, message) => {
    const { logger, deliver } = open();
    const response = await deliver(at(event));
    expect(response.status).toBe(status);
    expect(logger.lines).toMatchObject([
      {
        level,
        message: expect.stringContaining(message),
        fields: { event, version: "v1", deliveryId: "d-1", correlationId: uuid, status, reason, ms },
      },
    ]);
    expect(await response.json()).toMatchObject({ delivery_id: "d-1", correlation_id: uuid });
  });

  test("whose path names another event than its body, which counts", async () => {
    const { logger, deliver } = open();
    await deliver({ ...at("issue.denied"), payload: { event: "issue.other\u202e" } });
    expect(logger.lines).toMatchObject([
      { level: "info", fields: { event: "issue.denied", bodyEvent: "issue.other\\u202e", status: 200 } },
    ]);
    await deliver(at("issue.created"));
    expect(logger.lines.at(-1)?.fields).not.toHaveProperty("bodyEvent");
  });
});

test("every line of a delivery, its telemetry and its response have the same correlation id", async () => {
  const records: object[] = [];
  const { logger, deliver } = open({ telemetry: { onRecord: (record) => records.push(record) } });
  await deliver(at("issue.created"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const [own, line] = logger.lines as [LogLine, LogLine];
  const { correlationId } = line.fields as { readonly correlationId: string };
  expect(own).toMatchObject({ message: "own", fields: { deliveryId: "d-1", correlationId } });
  expect(records).toMatchObject([{ deliveryId: "d-1", correlationId }]);
});

test("names that nobody has proved are shortened, and have no invisible characters", async () => {
  const { logger, send } = open();
  const event = `a\u009b31m\u202e\n${"x".repeat(5_000)}`;
  const headers = {
    "content-type": "application/json",
    "x-kiket-delivery": "\u0085\u009bd",
    "x-kiket-event-version": "y".repeat(500),
  };
  const response = await send(`/webhooks/${encodeURIComponent(event)}`, { headers });
  const { fields } = logger.lines[0] as { readonly fields: Record<string, string> };
  expect(fields.event).toMatch(/^a\\u009b31m\\u202e\\u000ax{10,100}\.\.\.$/);
  expect(fields.version).toBe(`${"y".repeat(100)}...`);
  expect(fields.deliveryId).toBe("\\u0085\\u009bd");
  expect(await response.json()).toMatchObject({ delivery_id: "\\u0085\\u009bd" });
});

describe("a flood", () => {
  test("of refusals for one reason leaves ten lines and the number of the others", async () => {
    const { logger, extension, send } = open();
    for (let index = 0; index < 100; index += 1) await send("/v/v1/webhooks/issue.created");
    await send("/nowhere");
    await extension.close();
    const of = (reason: string) =>
      logger.lines.filter(({ fields }) => (fields as { reason?: string }).reason === reason);
    const told = of("token-missing").flatMap(({ fields }) => (fields as { leftOut?: number }).leftOut ?? []);
    const lines = of("token-missing").length - told.length;
    // On a slow machine the flood may last longer than the second that is limited.
    expect(lines).toBeGreaterThanOrEqual(10);
    expect(lines + told.reduce((sum, leftOut) => sum + leftOut, 0)).toBe(100);
    expect(of("not-found")).toHaveLength(1);
  });

  test("at the level debug leaves every line", async () => {
    const { logger, send } = open({ logLevel: "debug" });
    for (let index = 0; index < 100; index += 1) await send("/v/v1/webhooks/issue.created");
    expect(logger.lines).toHaveLength(100);
  });

  test("of failures of a handler leaves every line", async () => {
    const { logger, deliver } = open();
    for (let index = 0; index < 20; index += 1) await deliver({ path: "/v/v1/webhooks/issue.failing" });
    expect(logger.lines).toHaveLength(20);
  });
});

describe("the level", () => {
  const messages = async (options: Partial<ExtensionOptions>) => {
    const { logger, deliver } = open(options);
    for (const event of ["issue.created", "issue.gone", "issue.failing"]) await deliver(at(event));
    return logger.lines.map(({ level, message }) => `${level} ${message}`);
  };
  const own = "warn own";
  const handled = "info A delivery was handled";
  const refused = "warn A delivery was refused: No handler registered for event 'issue.gone' with version 'v1'";
  const failed = "error A handler failed";

  test.each<readonly [Partial<ExtensionOptions>, readonly string[]]>([
    [{}, [own, handled, refused, failed]],
    [{ logLevel: "info" }, [own, handled, refused, failed]],
    [{ logLevel: "warn" }, [own, refused, failed]],
    [{ logLevel: "error" }, [failed]],
    [{ logLevel: "silent" }, []],
    [{ env: { KIKET_LOG_LEVEL: "error" } }, [failed]],
    [{ env: { KIKET_LOG_LEVEL: " WARN " } }, [own, refused, failed]],
    [{ env: { KIKET_LOG_LEVEL: "" } }, [own, handled, refused, failed]],
    [{ logLevel: "silent", env: { KIKET_LOG_LEVEL: "debug" } }, []],
  ])("%j", async (options, expected) => {
    expect(await messages(options)).toEqual(expected);
  });

  test("that does not exist is a wrong configuration", () => {
    const make = (options: Partial<ExtensionOptions>) => () => createExtension({ env: {}, ...options, handlers: [] });
    const message = "logLevel (or KIKET_LOG_LEVEL) must be debug, info, warn, error, silent.";
    expect(make({ env: { KIKET_LOG_LEVEL: "verbose" } })).toThrow(ConfigError);
    expect(make({ env: { KIKET_LOG_LEVEL: "verbose" } })).toThrow(message);
    expect(make({ logLevel: "trace" as never })).toThrow(message);
  });
});
