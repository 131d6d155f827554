import { channel } from "node:diagnostics_channel";
import fs from "node:fs";
import { inspect } from "node:util";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ApiError,
  createExtension,
  defineHandler,
  type ExtensionOptions,
  type HandlerContext,
  KiketError,
  NotImplementedError,
} from "../../../runtime/index.js";
import { redact, redacting } from "../../../runtime/secrecy/redacting-logger.js";
import { createTestLogger, testOptions } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();
const spans = new InMemorySpanExporter();
const published: unknown[] = [];
const phases = ["start", "end", "asyncStart", "asyncEnd", "error"].map((phase) =>
  channel(`tracing:kiket-gen:delivery:${phase}`),
);
const listen = (message: unknown): void => {
  published.push(inspect(message, { depth: 9, showHidden: true }));
};

beforeAll(async () => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  for (const phase of phases) phase.subscribe(listen);
});
afterAll(async () => {
  for (const phase of phases) phase.unsubscribe(listen);
  trace.disable();
});
function forget(): void {
  kiket.calls.length = 0;
  kiket.answers.length = 0;
  spans.reset();
  published.length = 0;
}
beforeEach(forget);
afterEach(() => vi.restoreAllMocks());

/** How a secret becomes known; `use` is how the handler reads it. */
interface Source {
  readonly options?: (secret: string) => Omit<ExtensionOptions, "handlers">;
  readonly payload?: (secret: string) => Readonly<Record<string, unknown>>;
  readonly use: (context: HandlerContext, secret: string) => string | undefined | Promise<string | null | undefined>;
}

const secretDefinitions = { "api.key": {} };

const sources: Readonly<Record<string, Source>> = {
  "the delivery": {
    payload: (secret) => ({ secrets: { "api.key": secret } }),
    use: (context) => context.secret("api.key"),
  },
  "the delivery, undeclared": {
    payload: (secret) => ({ secrets: { OTHER: secret } }),
    use: (context) => context.payloadSecrets.OTHER,
  },
  "the environment": {
    options: (secret) => ({ env: { "api.key": secret } }),
    use: (context) => context.secret("api.key"),
  },
  "the environment, prefixed": {
    options: (secret) => ({ env: { KIKET_SECRET_API_KEY: secret } }),
    use: (context) => context.secret("api.key"),
  },
  "the environment, prefixed and never read": {
    options: (secret) => ({ env: { KIKET_SECRET_SOMETHING: secret } }),
    use: (_context, secret) => secret,
  },
  "the environment, undeclared": {
    options: (secret) => ({ env: { OTHER: secret } }),
    use: (context) => context.secret("OTHER"),
  },
  "the constructor": {
    options: (secret) => ({ secrets: { "api.key": secret } }),
    use: (context) => context.secret("api.key"),
  },
  "the webhook secret": {
    options: (secret) => ({ env: { KIKET_WEBHOOK_SECRET: secret } }),
    use: (_context, secret) => secret,
  },
  "the password of Redis": {
    options: (secret) => ({ env: { REDIS_URL: ` redis://me:${encodeURIComponent(secret)}@localhost ` } }),
    use: (_context, secret) => secret,
  },
  "the remote store, written": {
    use: async ({ secrets }, secret) => {
      await secrets.set("remote", secret);
      return secret;
    },
  },
  "the remote store, rotated": {
    use: async ({ secrets }, secret) => {
      await secrets.rotate("remote", secret);
      return secret;
    },
  },
  "the remote store, read": {
    use: async ({ secrets }, secret) => {
      kiket.answers.push({ status: 200, body: { value: secret } });
      return secrets.get("remote");
    },
  },
};

/** Where the secret is in what a handler logs. */
const hidingPlaces: Readonly<Record<string, (secret: string, depth: number) => readonly [string, object?]>> = {
  message: (secret) => [`value is ${secret}!`],
  field: (secret) => ["m", { secret }],
  "field name": (secret) => ["m", { [secret]: 1 }],
  depth: (secret, depth) => [
    "m",
    { deep: Array.from({ length: depth }).reduce((inner) => ({ inner }), secret as unknown) as object },
  ],
  list: (secret) => ["m", { list: [1, [secret]] }],
  map: (secret) => ["m", { map: new Map([[secret, new Map([["a", secret]])]]) }],
  set: (secret) => ["m", { set: new Set([secret]) }],
  "an error": (secret) => ["m", { error: new Error(`no ${secret}`, { cause: new Error(secret) }) }],
  "an error's name": (secret) => ["m", { error: Object.assign(new Error("m"), { name: secret }) }],
  "an error's members": (secret) => ["m", { error: Object.assign(new Error("m"), { config: { secret } }) }],
  "an error as the fields": (secret) => ["m", new Error(secret)],
  toJSON: (secret) => ["m", { value: { toJSON: () => ({ secret }) } }],
  "a getter": (secret) => [
    "m",
    {
      get value() {
        return secret;
      },
    },
  ],
  "a getter that throws": (secret) => [
    "m",
    {
      get value() {
        throw new Error(secret);
      },
    },
  ],
  "JSON text": (secret) => ["m", { text: JSON.stringify({ secret }) }],
  "a URL": (secret) => ["m", { url: `https://vendor.test/?key=${encodeURIComponent(secret)}` }],
  "a symbol": (secret) => ["m", { symbol: Symbol(secret) }],
  bytes: (secret) => ["m", { bytes: Buffer.from(secret) }],
  headers: (secret) => ["m", { headers: new Map(Object.entries({ authorization: `Bearer ${secret}` })) }],
  "a class": (secret) => [
    "m",
    {
      value: new (class Vault {
        secret = secret;
      })(),
    },
  ],
  "a circle": (secret) => {
    const circle: Record<string, unknown> = { secret };
    circle.circle = circle;
    return ["m", circle];
  },
};

/** How a handler ends. */
const ends: Readonly<Record<string, (secret: string) => unknown>> = {
  "a result": () => "fine",
  "an error": (secret) => {
    throw new Error(`login failed: ${secret}`);
  },
  "a text": (secret) => {
    throw secret;
  },
  "an object": (secret) => {
    throw { secret };
  },
  "a cause": (secret) => {
    throw new KiketError("m", { cause: { secret } });
  },
  "a name": (secret) => {
    throw Object.assign(new Error("m"), { name: secret });
  },
  "an error of a stub": (secret) => {
    throw new NotImplementedError(secret);
  },
  "an error of the API": (secret) => {
    throw new ApiError(secret, { status: 429, code: secret, requestId: secret, retryAfter: 1 });
  },
  "a result that is no JSON": (secret) => () => secret,
};

/** Every way to look at what a handler gets. */
function looks(context: HandlerContext): string {
  const seen = [
    context,
    context.auth,
    context.payloadSecrets,
    context.settings,
    context.log,
    context.secrets,
    context.api,
  ];
  return seen
    .flatMap((value) => [
      inspect(value, { depth: 9 }),
      inspect(value, { depth: 9, showHidden: true, getters: true }),
      JSON.stringify(value) ?? "",
      String(value),
    ])
    .join("\n");
}

/** A secret of arbitrary characters; the prefix keeps it from being found by chance. */
const canaries = fc
  .string({ unit: "binary", minLength: 2, maxLength: 30 })
  .map((text) => `c4n4ry${text}`)
  .filter((text) => text.trim() === text);

function traces(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), inspect(secret).slice(1, -1), encodeURIComponent(secret)];
}

describe("a secret is not found", () => {
  test("in log lines, answers, telemetry, channels, spans, inspection and JSON", async () => {
    const place = fc.constantFrom(...Object.keys(hidingPlaces));
    const scenario = fc.record({
      secret: canaries,
      source: fc.constantFrom(...Object.keys(sources)),
      places: fc.array(place, { minLength: 1, maxLength: 4 }),
      depth: fc.nat(12),
      end: fc.constantFrom(...Object.keys(ends)),
    });
    let run = 0;
    let watched = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async ({ secret, places, depth, ...names }) => {
        const source = sources[names.source] as Source;
        const logger = createTestLogger();
        const surfaces: string[] = [];
        const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
          const known = await source.use(context, secret);
          expect(known).toBe(secret);
          surfaces.push(looks(context));
          for (const name of places) context.log.info(...(hidingPlaces[name]?.(secret, depth) ?? ["m"]));
          return ends[names.end]?.(secret);
        });
        const extension = kiket.extension({
          extensionId: "com.example.greeter",
          secretDefinitions,
          ...source.options?.(secret),
          logger,
          telemetry: { url: `${kiket.baseUrl}/collector`, onRecord: (record) => surfaces.push(inspect(record)) },
          handlers: [handler],
        });
        run += 1;
        forget();
        const request = await kiket.request({
          claims: { jti: `run-${run}` },
          payload: source.payload?.(secret) ?? {},
        });
        const response = await extension.fetch(request);
        surfaces.push(await response.text(), JSON.stringify([...response.headers]));
        await extension.close();
        surfaces.push(
          JSON.stringify(logger.lines),
          inspect(logger.lines, { depth: 30, showHidden: true }),
          inspect(extension, { depth: 9, showHidden: true }),
          JSON.stringify(kiket.calls.filter(({ path }) => path.startsWith("/collector"))),
          published.join("\n"),
          JSON.stringify(
            spans.getFinishedSpans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
          ),
        );
        expect(surfaces).toHaveLength(10);
        expect(kiket.calls.filter(({ path }) => path.startsWith("/collector"))).toHaveLength(1);
        watched += Math.min(published.length, spans.getFinishedSpans().length);
        expect(logger.lines.length).toBeGreaterThanOrEqual(places.length);
        const whole = surfaces.join("\n");
        for (const trace of traces(secret)) expect(whole.includes(trace), `${trace} in ${whole}`).toBe(false);
      }),
      { numRuns: 250 },
    );
    expect(run).toBeGreaterThanOrEqual(250);
    expect(watched).toBe(run);
  }, 120_000);

  test("nor are the keys of the queue", async () => {
    const logger = createTestLogger();
    const keys = ["c4n4ry-bmV3ZXI=", "c4n4ry-b2xkZXI="];
    await kiket.run((context) => context.log.info(`keys ${keys.join()}`, { keys }), {
      logger,
      env: { KIKET_QUEUE_KEY: ` ${keys.join(" , ")},` },
    });
    expect(JSON.stringify(logger.lines)).toContain("keys ");
    expect(JSON.stringify(logger.lines)).not.toContain("c4n4ry");
  });

  test("nor are the tokens", async () => {
    const logger = createTestLogger();
    const surfaces: string[] = [];
    const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
      surfaces.push(looks(context));
      context.log.info(`as ${context.auth.runtimeToken}`, {
        token: context.auth.runtimeToken,
        other: "workspace-token-1",
      });
      kiket.answers.push({ status: 400, body: { error: `bad token ${context.auth.runtimeToken} workspace-token-1` } });
      const error = await context.endpoints.rateLimit().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ApiError);
      surfaces.push(inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error));
      throw new Error(`as ${context.auth.runtimeToken} and workspace-token-1`);
    });
    const workspaceToken = "workspace-token-1";
    const extension = kiket.extension({ logger, workspaceToken, handlers: [handler] });
    const request = await kiket.request();
    const { authentication } = (await request.clone().json()) as { authentication: { runtime_token: string } };
    const response = await extension.fetch(request);
    surfaces.push(
      await response.text(),
      JSON.stringify(logger.lines),
      inspect(extension, { depth: 9, showHidden: true }),
    );
    expect(response.status).toBe(500);
    expect(logger.lines).toHaveLength(2);
    const whole = surfaces.join("\n");
    expect(whole).not.toContain(workspaceToken);
    expect(whole).not.toContain(authentication.runtime_token);
    expect(whole).not.toContain(authentication.runtime_token.split(".")[2]);
  });

  test("nor is one that is a number", async () => {
    const logger = createTestLogger();
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (payload, { log, secret }) => {
      log.info("PIN 987654", { payload, pins: [987654, 98765, 9876543], code: 4711, secret: secret("PIN") ?? null });
    });
    const settingDefinitions = { BURST: { type: "integer" } } as const;
    const extension = kiket.extension({ settingDefinitions, logger, handlers: [handler] });
    const secrets = { PIN: 987654, PAIR: { code: 4711 }, BURST: 5 };
    await extension.fetch(await kiket.request({ payload: { secrets, burst: 5 } }));
    expect(logger.others).toMatchObject([
      {
        message: "PIN [redacted]",
        fields: {
          payload: { burst: 5, secrets: { PIN: "[redacted]", PAIR: { code: "[redacted]" }, BURST: 5 } },
          pins: ["[redacted]", 98765, 9876543],
          code: "[redacted]",
          secret: null,
        },
      },
    ]);
  });

  test("nor are the credentials of a payload", async () => {
    const logger = createTestLogger();
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (payload, { log }) => {
      log.info("got calendar-token-1", { payload });
      throw new Error("calendar-token-1 and hook-token-1 refused");
    });
    const payload = {
      access_token: "calendar-token-1",
      external_webhook: {
        headers: { Authorization: "Bearer live-vendor-token" },
        query_params: { token: "hook-token-1", page: "1" },
        original_url: "https://kiket.dev/webhooks/ext/address-token-1/a",
      },
    };
    const extension = kiket.extension({ logger, handlers: [handler] });
    await extension.fetch(await kiket.request({ payload }));
    expect(logger.lines).toMatchObject([
      {
        message: "got [redacted]",
        fields: {
          payload: {
            access_token: "[redacted]",
            external_webhook: {
              headers: { Authorization: "[redacted]" },
              query_params: { token: "[redacted]", page: "1" },
              original_url: "https://kiket.dev/webhooks/ext/[redacted]/a",
            },
            authentication: { runtime_token: "[redacted]" },
          },
        },
      },
      { fields: { cause: { message: "[redacted] and [redacted] refused" } } },
    ]);
  });

  test("nor is one of the options that is a number or an object, or an object in JSON", async () => {
    const logger = createTestLogger();
    const account = { private_key: "c4n4ry-private", nested: [{ pin: 445566 }] };
    const secrets = {
      PIN: 987654,
      SHORT: 7,
      BIG: 12345678901234567890n,
      OBJECT: account,
      JSON: '{"key":"c4n4ry-json"}',
    };
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { log }) => {
      log.info("987654 12345678901234567890 c4n4ry-private 445566 c4n4ry-json", {
        pin: 987654,
        seven: 7,
        inner: account,
      });
      throw new Error("c4n4ry-json and 987654");
    });
    const extension = kiket.extension({ secrets: secrets as never, logger, handlers: [handler] });
    await extension.fetch(await kiket.request());
    expect(logger.lines).toMatchObject([
      {
        message: "[redacted] [redacted] [redacted] [redacted] [redacted]",
        fields: { pin: "[redacted]", seven: 7, inner: { private_key: "[redacted]", nested: [{ pin: "[redacted]" }] } },
      },
      { fields: { cause: { message: "[redacted] and [redacted]" } } },
    ]);
  });

  test("however many secrets a handler reads before it logs the first", async () => {
    const logger = createTestLogger();
    const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { secrets, log }) => {
      for (let i = 0; i < 1_001; i += 1) {
        kiket.answers.push({ status: 200, body: { value: `remote-secret-${i};` } });
        await secrets.get("remote");
      }
      log.info("the first is remote-secret-0;");
    });
    const extension = kiket.extension({
      extensionId: "com.example.greeter",
      logger,
      handlers: [handler],
    });
    await extension.fetch(await kiket.request());
    expect(logger.others.map(({ message }) => message)).toEqual(["the first is [redacted]"]);
  });

  test("in the lines that the default logger writes to the console", async () => {
    const lines: string[] = [];
    const written = vi.spyOn(fs, "writeSync").mockImplementation((_descriptor: number, bytes: unknown) => {
      lines.push(
        ...new TextDecoder()
          .decode(bytes as Uint8Array)
          .trimEnd()
          .split("\n"),
      );
      return (bytes as Uint8Array).length;
    });
    const secret = 'se"cret\nvalue';
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { log, secret: read }) => {
      log.info(`is ${read("API_KEY")}`, { level: "none", big: 7n, key: read("API_KEY") });
      log.warn("plain");
      throw new Error(read("API_KEY"));
    });
    const { logger: _logger, ...options } = testOptions(kiket);
    const extension = createExtension({ ...options, env: { API_KEY: secret }, handlers: [handler] });
    expect((await extension.fetch(await kiket.request())).status).toBe(500);
    await extension.close();
    written.mockRestore();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: "info", message: "is [redacted]", big: "7", key: "[redacted]" },
      { level: "warn", message: "plain" },
      { level: "error", message: "A handler failed", cause: { message: "[redacted]" } },
    ]);
    for (const trace of traces(secret)) expect(lines.join("\n")).not.toContain(trace);
  });

  test("in the message of a wrong configuration", () => {
    const wrong: readonly Omit<ExtensionOptions, "handlers">[] = [
      { baseUrl: "https://user:c4n4ry@kiket.test" },
      { workspaceToken: "c4n4ry with spaces" },
      { telemetry: { url: "c4n4ry" } },
      { env: { KIKET_BASE_URL: "c4n4ry" } },
      { requireAtStart: true, secrets: { A: "c4n4ry" }, secretDefinitions: { A: {}, B: { required: "m.yaml:1" } } },
    ];
    for (const options of wrong) {
      const make = () => createExtension({ env: {}, ...options, handlers: [] });
      expect(make).toThrow(KiketError);
      try {
        make();
      } catch (error) {
        expect(inspect(error, { depth: 9 })).not.toContain("c4n4ry");
      }
    }
  });
});

describe("redact", () => {
  test.each([
    ["a secret1 b", ["secret1"], "a [redacted] b"],
    ["secret1secret12", ["secret1", "secret12"], "[redacted][redacted]"],
    ["https://x.test/?a=p%40ss%20word", ["p@ss word"], "https://x.test/?a=[redacted]"],
    ['{"a":"q\\"uote"}', ['q"uote'], '{"a":"[redacted]"}'],
    ["pin 1234", ["1234"], "pin 1234"],
    ["1234", ["1234"], "[redacted]"],
    ["a b", ["", undefined], "a b"],
    ["half \ud800 pair", ["half \ud800"], "[redacted] pair"],
  ])("%j without %j", (text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected);
  });
});

describe("a line with very many values", () => {
  function fieldsOf(fields: object): unknown {
    const logger = createTestLogger();
    redacting(logger, () => ["secret1"]).info("m", fields);
    return logger.lines[0]?.fields;
  }

  test("marks circular values, and shows a value that occurs twice", () => {
    const twice = { name: "secret1" };
    const circle: Record<string, unknown> = { one: twice, two: [twice] };
    circle.circle = circle;
    circle.error = new Error("m", { cause: circle });
    circle.map = new Map([["a", circle]]);
    expect(fieldsOf({ circle })).toEqual({
      circle: {
        one: { name: "[redacted]" },
        two: [{ name: "[redacted]" }],
        circle: "[circular]",
        error: { name: "Error", message: "m", stack: expect.any(String), cause: "[circular]" },
        map: [["a", "[circular]"]],
      },
    });
  });

  test("leaves out what comes after 10,000 values", () => {
    const list = Array.from({ length: 12 }, () => Array(1_000).fill("x"));
    expect(fieldsOf({ list })).toEqual({
      list: [
        ...Array.from({ length: 9 }, () => Array(1_000).fill("x")),
        [...Array(988).fill("x"), ...Array(12).fill("[left out]")],
        "[left out]",
        "[left out]",
      ],
    });
  });

  test("is not walked through completely if objects have many references to each other", () => {
    let reads = 0;
    const nodes: object[] = Array.from({ length: 20 }, () => ({}));
    for (const node of nodes) {
      for (const [i, other] of nodes.entries()) {
        const get = (): object => {
          reads += 1;
          return other;
        };
        Object.defineProperty(node, `n${i}`, { enumerable: true, get });
      }
    }
    fieldsOf({ nodes });
    expect(reads).toBeGreaterThan(9_000);
    expect(reads).toBeLessThan(11_000);
  });
});

test("a delivery does not fail if the logger throws or rejects", async () => {
  const broken = () => {
    throw new Error("disk full");
  };
  const rejecting = () => Promise.reject(new Error("disk full")) as unknown as undefined;
  const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { log }) => {
    log.info("one");
    log.warn("two");
    return "done";
  });
  const logger = { info: broken, warn: rejecting, error: broken };
  const extension = kiket.extension({ logger, handlers: [handler] });
  const response = await extension.fetch(await kiket.request());
  expect([response.status, await response.json()]).toEqual([200, "done"]);
});
