import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { ExtensionOptions, HandlerContext, SettingDefinitions } from "../../../runtime/index.js";
import { ConfigError, defineHandler, ScopeError } from "../../../runtime/index.js";
import { createTestLogger, type TestDelivery } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { testClaims } from "../../support/tokens.js";

const kiket = await openKiket();

function run<T>(
  use: (context: HandlerContext) => T | Promise<T>,
  options?: Omit<ExtensionOptions, "handlers">,
  delivery?: TestDelivery,
): Promise<T> {
  return kiket.run(use, options, delivery);
}

const definitions: SettingDefinitions = {
  GREETING: { type: "string", default: "Hello" },
  LIMIT: { type: "integer", default: 30 },
  RATE: { type: "number" },
  STRICT: { type: "boolean", default: true },
  MAPPING: { type: "object" },
  FREE: { type: "unknown" },
};

/** What every line of one delivery has. */
const ids = {
  event: "issue.created",
  version: "v1",
  deliveryId: expect.any(String),
  correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
};

describe("settings", () => {
  const read = (context: HandlerContext) => context.settings;

  test("manifest defaults come last", async () => {
    expect(await run(read, { settingDefinitions: definitions })).toEqual({
      GREETING: "Hello",
      LIMIT: 30,
      STRICT: true,
    });
  });

  test("constructor, then delivery, then environment", async () => {
    const settings = await run(
      read,
      {
        settingDefinitions: definitions,
        settings: { GREETING: "constructor" },
        env: { GREETING: "environment", LIMIT: "2", STRICT: "false" },
      },
      { payload: { secrets: { GREETING: "delivery", LIMIT: "1" } } },
    );
    expect(settings).toEqual({ GREETING: "constructor", LIMIT: 1, STRICT: false });
  });

  test("texts are converted to their type", async () => {
    const secrets = {
      GREETING: " Hi ",
      LIMIT: "-7",
      RATE: "2.5e3",
      STRICT: "false",
      MAPPING: '{"a":["b"]}',
      FREE: "7",
    };
    expect(await run(read, { settingDefinitions: definitions }, { payload: { secrets } })).toEqual({
      GREETING: " Hi ",
      LIMIT: -7,
      RATE: 2500,
      STRICT: false,
      MAPPING: { a: ["b"] },
      FREE: "7",
    });
  });

  test("an empty text is ignored", async () => {
    const delivery = { payload: { secrets: { GREETING: "", LIMIT: "" } } };
    const settings = await run(read, { settingDefinitions: definitions, env: { GREETING: "", LIMIT: "5" } }, delivery);
    expect(settings).toMatchObject({ GREETING: "Hello", LIMIT: 5 });
  });

  test.each([
    ["LIMIT", "3.5"],
    ["LIMIT", "0x10"],
    ["LIMIT", "9007199254740993"],
    ["LIMIT", "0x3"],
    ["RATE", "many"],
    ["RATE", "Infinity"],
    ["STRICT", "yes"],
    ["STRICT", "TRUE"],
    ["MAPPING", "[1]"],
    ["MAPPING", "{"],
  ])("%s does not accept %j: this is logged without the value, and the next source is used", async (name, text) => {
    const logger = createTestLogger();
    const options = { settingDefinitions: definitions, logger, env: { LIMIT: "8", RATE: "9", STRICT: "false" } };
    const settings = await run(read, options, { payload: { secrets: { [name]: text } } });
    expect(settings).toMatchObject({ LIMIT: 8, RATE: 9, STRICT: false });
    const type = definitions[name]?.type;
    expect(logger.others).toEqual([
      {
        level: "warn",
        message: `Setting ${name} ignored: not a valid ${type}`,
        fields: { setting: name, source: "delivery", ...ids },
      },
    ]);
  });

  const narrow: SettingDefinitions = {
    CARRIER: { type: "string", options: ["dhl", "ups", "dpd"], default: "dhl" },
    LABELS: { type: "object", items: "text", default: { a: "b" } },
    ROUTES: { type: "object", items: "texts", default: { a: ["b"] } },
  };
  const narrowDefaults = { CARRIER: "dhl", LABELS: { a: "b" }, ROUTES: { a: ["b"] } };

  test.each([
    ["CARRIER", "fedex", "not one of dhl, ups, dpd"],
    ["CARRIER", "DHL", "not one of dhl, ups, dpd"],
    ["LABELS", '{"a":{"b":1}}', "not a valid object of strings"],
    ["LABELS", '{"a":["b"]}', "not a valid object of strings"],
    ["LABELS", "[]", "not a valid object of strings"],
    ["ROUTES", '{"a":"b"}', "not a valid object of lists of strings"],
    ["ROUTES", '{"a":["b",1]}', "not a valid object of lists of strings"],
  ])("%s does not accept %j, whatever the source, since its type does not allow it", async (name, text, reason) => {
    const lines = (source: string) => [
      { level: "warn", message: `Setting ${name} ignored: ${reason}`, fields: { setting: name, source } },
    ];
    const bring = createTestLogger();
    const payload = { secrets: { [name]: text } };
    expect(await run(read, { settingDefinitions: narrow, logger: bring }, { payload })).toEqual(narrowDefaults);
    expect(bring.others).toMatchObject(lines("delivery"));
    expect(bring.others[0]?.fields).toMatchObject(ids);

    const set = createTestLogger();
    const env = { [name]: text };
    expect(await run(read, { settingDefinitions: narrow, logger: set, env })).toEqual(narrowDefaults);
    expect(set.others).toEqual(lines(`environment variable ${name}`));

    const given = createTestLogger();
    const settings = { [name]: text };
    expect(await run(read, { settingDefinitions: narrow, logger: given, settings })).toEqual(narrowDefaults);
    expect(given.others).toEqual(lines("constructor"));
  });

  test("if the type does not allow a value, the next source is used; valid values are accepted", async () => {
    const env = { CARRIER: "ups", LABELS: "{}", ROUTES: '{"x":[]}' };
    const payload = { secrets: { CARRIER: "fedex", LABELS: '{"x":"y"}', ROUTES: '{"x":1}' } };
    expect(await run(read, { settingDefinitions: narrow, env }, { payload })).toEqual({
      CARRIER: "ups",
      LABELS: { x: "y" },
      ROUTES: { x: [] },
    });
  });

  test("constructor values keep their type, and may have no definition", async () => {
    const settings = { LIMIT: 12, STRICT: false, MAPPING: { a: 1 }, OTHER: [1], RATE: "1.5", GREETING: 7 };
    expect(await run(read, { settingDefinitions: definitions, settings })).toEqual({
      LIMIT: 12,
      STRICT: false,
      MAPPING: { a: 1 },
      OTHER: [1],
      RATE: 1.5,
      GREETING: "Hello",
    });
  });

  test("the setting's own variable, then the variable of its default, then the fallback", async () => {
    const referring: SettingDefinitions = { LIMIT: { type: "integer", default: 30, defaultFrom: "DEFAULT_LIMIT" } };
    const limit = (env: Record<string, string>) => run(read, { settingDefinitions: referring, env });
    expect(await limit({})).toEqual({ LIMIT: 30 });
    expect(await limit({ DEFAULT_LIMIT: "40" })).toEqual({ LIMIT: 40 });
    expect(await limit({ DEFAULT_LIMIT: "many" })).toEqual({ LIMIT: 30 });
    expect(await limit({ DEFAULT_LIMIT: "" })).toEqual({ LIMIT: 30 });
    expect(await limit({ DEFAULT_LIMIT: "40", LIMIT: "50" })).toEqual({ LIMIT: 50 });
  });

  test("reading a required setting without a value is an error, not undefined", async () => {
    const strict: SettingDefinitions = {
      REGION: { type: "string", required: "extension.yaml:20" },
      LIMIT: { type: "integer", default: 3 },
    };
    const message =
      "Setting REGION has no value: extension.yaml:20 requires it, but it is not set in the delivery or in the environment (REGION).";
    const use = ({ settings }: HandlerContext) => {
      expect({ ...settings }).toEqual({ LIMIT: 3 });
      expect(JSON.stringify(settings)).toBe('{"LIMIT":3}');
      return settings.REGION;
    };
    await expect(run(use, { settingDefinitions: strict })).rejects.toThrow(new ConfigError(message));
    const delivery = { payload: { secrets: { LIMIT: "4" } } };
    await expect(run(({ settings }) => settings.REGION, { settingDefinitions: strict }, delivery)).rejects.toThrow(
      new ConfigError(message),
    );
    const brought = { payload: { secrets: { REGION: "eu" } } };
    expect(await run(({ settings }) => settings, { settingDefinitions: strict }, brought)).toEqual({
      REGION: "eu",
      LIMIT: 3,
    });
  });

  test("a delivery may send a setting as a JSON value of its type", async () => {
    const secrets = { LIMIT: 5, GREETING: null };
    const settings = await run(read, { settingDefinitions: definitions }, { payload: { secrets } });
    expect(settings).toMatchObject({ LIMIT: 5, GREETING: "Hello" });
  });

  test("secrets that are not an object, and names of Object.prototype, have no effect", async () => {
    for (const secrets of [null, "text", ["GREETING"], { GREETING: 7 }, JSON.parse('{"__proto__":{"GREETING":"x"}}')]) {
      const settings = await run(read, { settingDefinitions: definitions }, { payload: { secrets } });
      expect(settings).toMatchObject({ GREETING: "Hello" });
    }
  });
});

describe("secret", () => {
  test("from the delivery, then from the environment; an empty text is ignored", async () => {
    const env = { API_KEY: "environment", TOKEN: "environment", EMPTY: "" };
    const payload = { secrets: { API_KEY: "delivery", TOKEN: "", NUMBER: 7 } };
    const names = ["API_KEY", "TOKEN", "EMPTY", "NUMBER", "ABSENT", "constructor", "__proto__"];
    const values = await run(({ secret }) => names.map((name) => secret(name)), { env }, { payload });
    expect(values).toEqual(["delivery", "environment", undefined, undefined, undefined, undefined, undefined]);
  });

  test("from the delivery, then the constructor, then KIKET_SECRET_, then the variable of its own name", async () => {
    const env = { KIKET_SECRET_A_KEY: "prefixed", "a.key": "own", KIKET_SECRET_B: "prefixed", B: "own" };
    const secrets = { "a.key": "constructor", EMPTY: "" };
    const read = ({ secret }: HandlerContext) => [secret("a.key"), secret("B"), secret("EMPTY")];
    expect(await run(read, { env, secrets }, { payload: { secrets: { "a.key": "delivery" } } })).toEqual([
      "delivery",
      "prefixed",
      undefined,
    ]);
    expect(await run(read, { env, secrets })).toEqual(["constructor", "prefixed", undefined]);
    expect(await run(read, { env })).toEqual(["prefixed", "prefixed", undefined]);
  });

  test("payloadSecrets contains the texts in the delivery", async () => {
    const payload = { secrets: { API_KEY: "delivery", EMPTY: "", NUMBER: 7 } };
    expect(await run((context) => context.payloadSecrets, {}, { payload })).toEqual({ API_KEY: "delivery", EMPTY: "" });
    expect(await run((context) => context.payloadSecrets)).toEqual({});
  });
});

describe("deliveryId", () => {
  test.each<readonly [string, TestDelivery, string]>([
    ["from the header", { headers: { "x-kiket-delivery": "d-1" }, payload: { id: "evt_1" } }, "d-1"],
    ["from the body", { payload: { id: "evt_1" } }, "evt_1"],
    ["from the token, if an id in the body is data of the event", { payload: { id: 7 } }, "token-1"],
    ["from the token", { payload: { id: null } }, "token-1"],
  ])("%s", async (_what, delivery, expected) => {
    expect(await run((context) => [context.deliveryId, context.deliveryId], {}, delivery)).toEqual([
      expected,
      expected,
    ]);
  });

  test("without any id, it is the same for the same request, and different for another", async () => {
    const ids: string[] = [];
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { deliveryId }) => {
      ids.push(deliveryId);
      throw new Error("try again");
    });
    const extension = kiket.extension({ handlers: [handler] });
    const request = await kiket.request({ claims: { jti: undefined } });
    await extension.fetch(request.clone());
    await extension.fetch(request);
    await extension.fetch(await kiket.request({ claims: { jti: undefined } }));
    expect(ids[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});

test("event, version, headers, extension", async () => {
  const seen = await run(
    ({ event, eventVersion, headers, extensionId, extensionVersion }) => [
      event,
      eventVersion,
      headers.get("x-kiket-event"),
      extensionId,
      extensionVersion,
    ],
    { extensionId: "com.example.greeter", extensionVersion: "1.2.3" },
    { headers: { "x-kiket-event": "issue.created" }, path: "/v/1/webhooks/issue.created" },
  );
  expect(seen).toEqual(["issue.created", "v1", "issue.created", "com.example.greeter", "1.2.3"]);
});

test("each member is always the same object, and works without the context", async () => {
  const same = await run((context) => {
    const { endpoints, secret, requireScopes, settings, signal } = context;
    requireScopes("issues:read");
    return [
      endpoints === context.endpoints,
      endpoints.secrets === context.secrets,
      settings === context.settings,
      signal === context.signal,
      secret("ABSENT") === undefined,
    ];
  });
  expect(same).toEqual([true, true, true, true, true]);
});

test("now is the option's clock, and works without the context", async () => {
  let time = Date.parse("2026-03-02T08:25:04Z");
  const times = await run(
    (context) => {
      const { now } = context;
      time += 5;
      return [now(), context.now()];
    },
    { now: () => time },
  );
  expect(times).toEqual([1772439904005, 1772439904005]);
});

test("requireScopes throws the missing scopes", async () => {
  const call = run(({ requireScopes }) => requireScopes("issues:read", "admin", "issues"));
  await expect(call).rejects.toThrow(ScopeError);
  await expect(call).rejects.toMatchObject({
    message: "Insufficient scopes: missing admin, issues",
    requiredScopes: ["issues:read", "admin", "issues"],
    missingScopes: ["admin", "issues"],
  });
  await run(({ requireScopes }) => requireScopes("anything"), {}, { claims: { scopes: ["*"] } });
});

test("the signal is aborted with the request", async () => {
  const controller = new AbortController();
  const states = await run(
    ({ signal }) => {
      const before = signal.aborted;
      controller.abort();
      return [before, signal.aborted];
    },
    {},
    { signal: controller.signal },
  );
  expect(states).toEqual([false, true]);
});

describe("secrets are not in", () => {
  const token = "runtime-secret-in-payload";

  test("log lines: fields, messages, errors", async () => {
    const logger = createTestLogger();
    const options = {
      logger,
      workspaceToken: "workspace-token-1",
      secretDefinitions: { API_KEY: {} },
      env: { API_KEY: "environment-secret" },
      settingDefinitions: { MODE: { type: "string" } },
    } as const;
    const secrets = { SMTP_PASSWORD: token, MODE: "production" };
    await run(
      ({ log, auth }) => {
        log.info(`sent with ${token}`, { nested: [{ key: "environment-secret" }], mode: "production" });
        log.warn(`bearer workspace-token-1`);
        log.error("failed", { cause: new Error(auth.runtimeToken ?? "no token") });
      },
      options,
      { payload: { secrets } },
    );
    expect(logger.others).toMatchObject([
      {
        level: "info",
        message: "sent with [redacted]",
        fields: {
          event: "issue.created",
          version: "v1",
          deliveryId: "token-1",
          nested: [{ key: "[redacted]" }],
          mode: "production",
        },
      },
      { level: "warn", message: "bearer [redacted]" },
      { level: "error", message: "failed", fields: { cause: { name: "Error", message: "[redacted]" } } },
    ]);
  });

  test("the log line of a failed handler, and the response", async () => {
    const logger = createTestLogger();
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { secret }) => {
      throw new Error(`login failed with ${secret("SMTP_PASSWORD")}`);
    });
    const extension = kiket.extension({ logger, handlers: [handler] });
    const response = await extension.fetch(await kiket.request({ payload: { secrets: { SMTP_PASSWORD: token } } }));
    expect(await response.text()).not.toContain(token);
    expect(logger.lines).toMatchObject([{ fields: { cause: { message: "login failed with [redacted]" } } }]);
    expect(JSON.stringify(logger.lines)).not.toContain(token);
  });

  test("inspection and JSON of the context", async () => {
    const [shown, json, runtimeToken] = await run(
      (context) => {
        context.secret("SMTP_PASSWORD");
        return [inspect(context, { depth: 5 }), JSON.stringify(context), context.auth.runtimeToken];
      },
      { workspaceToken: "workspace-token-1" },
      { payload: { secrets: { SMTP_PASSWORD: token } } },
    );
    for (const secret of [token, runtimeToken ?? "", "workspace-token-1", String(testClaims.jti)]) {
      expect(shown).not.toContain(secret);
      expect(json).not.toContain(secret);
    }
  });
});
