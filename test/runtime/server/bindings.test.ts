import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigError, createExtension, defineHandler, type ExtensionOptions } from "../../../runtime/index.js";
import { createTestLogger, signedRequest, testOptions } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();

const context = { waitUntil: () => undefined };

/** As the runtime runs in a Cloudflare worker. */
function inWorker(): void {
  vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
}
afterEach(() => vi.unstubAllGlobals());

let keys = 0;

const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { settings, secret }) => {
  keys += 1;
  return { run: keys, greeting: settings.GREETING, limits: settings.LIMITS, secret: secret("API_KEY") };
});

function create(options: Partial<ExtensionOptions> = {}) {
  const logger = createTestLogger();
  const { env: _env, baseUrl: _baseUrl, ...common } = testOptions(kiket);
  const extension = createExtension({
    ...common,
    handlers: [handler],
    settingDefinitions: { GREETING: { type: "string", default: "Hello" }, LIMITS: { type: "object" } },
    secretDefinitions: { API_KEY: { required: "extension.yaml:7" } },
    logger,
    ...options,
  });
  const deliver = async (...platform: readonly unknown[]) => {
    const response = await extension.fetch(await signedRequest(kiket.key), ...platform);
    return { status: response.status, body: await response.json() };
  };
  return { extension, logger, deliver };
}

describe("in a worker", () => {
  test("settings, secrets and KIKET_* come from the bindings of the first request", async () => {
    inWorker();
    const { deliver, logger } = create();
    expect(logger.others).toEqual([]);
    const bindings = {
      KIKET_BASE_URL: kiket.baseUrl,
      KIKET_SECRET_API_KEY: "from the bindings",
      GREETING: "Hi",
      LIMITS: { most: 3 },
      STORE: new (class Store {
        get = () => "x";
      })(),
    };
    expect(await deliver(bindings, context)).toEqual({
      status: 200,
      body: { run: expect.any(Number), greeting: "Hi", limits: { most: 3 }, secret: "from the bindings" },
    });
    expect(logger.others).toEqual([]);
  });

  test("the webhook secret may come from the bindings only", async () => {
    inWorker();
    const { extension, deliver } = create({ auth: "hmac" });
    expect(extension.events).toEqual([{ event: "issue.created", version: "v1" }]);
    expect(await deliver({ KIKET_WEBHOOK_SECRET: "s" }, context)).toMatchObject({ status: 401 });
  });

  test("what is wrong in the bindings is a line in the log, and 500, until it is right", async () => {
    inWorker();
    const { deliver, logger } = create();
    expect(await deliver({ KIKET_BASE_URL: "kiket.dev" }, context)).toEqual({
      status: 500,
      body: { error: "Internal error", correlation_id: expect.any(String) },
    });
    expect(logger.lines).toMatchObject([
      {
        level: "error",
        message: "baseUrl (or KIKET_BASE_URL) must be an http or https URL without user name and password.",
      },
    ]);
    expect(await deliver({ KIKET_BASE_URL: kiket.baseUrl, KIKET_SECRET_API_KEY: "k" }, context)).toMatchObject({
      status: 200,
    });
  });

  test("mistakes that no binding can correct are thrown at once", () => {
    inWorker();
    expect(() => create({ handlers: [handler, handler] })).toThrow(ConfigError);
    expect(() => create({ basePath: "/:a" })).toThrow(ConfigError);
  });

  test("secrets of the bindings are kept out of log lines", async () => {
    inWorker();
    const { extension, deliver, logger } = create();
    extension.log.info("before");
    await deliver({ KIKET_BASE_URL: kiket.baseUrl, KIKET_SECRET_API_KEY: "secret-of-the-bindings" }, context);
    extension.log.info("it is secret-of-the-bindings");
    expect(logger.others.map(({ message }) => message)).toEqual(["before", "it is [redacted]"]);
  });
});

test("a closed extension refuses deliveries of every environment", async () => {
  inWorker();
  const { extension, deliver } = create();
  const bindings = { KIKET_BASE_URL: kiket.baseUrl, KIKET_SECRET_API_KEY: "k" };
  expect(await deliver(bindings, context)).toMatchObject({ status: 200 });
  await extension.close();
  const closing = { status: 503, body: { error: "The extension is closing" } };
  expect(await deliver(bindings, context)).toMatchObject(closing);
  expect(await deliver({ ...bindings, GREETING: "new" }, context)).toMatchObject(closing);
});

describe("several environments in one isolate", () => {
  const envOf = (greeting: string) => ({
    KIKET_BASE_URL: kiket.baseUrl,
    KIKET_SECRET_API_KEY: `key of ${greeting}`,
    GREETING: greeting,
  });

  test("do not see each other's values", async () => {
    const { deliver } = create({ requireAtStart: false });
    for (const greeting of ["a", "b", "a", "b"]) {
      expect((await deliver(envOf(greeting), context)).body).toMatchObject({ greeting, secret: `key of ${greeting}` });
    }
  });

  test("equal ones share what was made for the first: keys are loaded once, and no delivery runs twice", async () => {
    const { extension } = create();
    const before = kiket.keyRequests();
    const signed = await signedRequest(kiket.key);
    const answers: { readonly run: number }[] = [];
    for (let index = 0; index < 3; index += 1) {
      const answer = await extension.fetch(signed.clone(), { ...envOf("c") }, context);
      answers.push((await answer.json()) as { readonly run: number });
    }
    expect(new Set(answers.map(({ run }) => run)).size).toBe(1);
    expect(kiket.keyRequests() - before).toBe(1);
  });
});

describe("no bindings", () => {
  const plain = { status: 200, body: { greeting: "Hello" } };
  const options = () => ({ env: undefined, baseUrl: kiket.baseUrl });

  test.each([
    ["nothing", []],
    ["the server of Bun", [{ GREETING: "x", upgrade: () => undefined }]],
    ["the information of Deno", [{ GREETING: "x", remoteAddr: {} }]],
    ["a context alone", [{ GREETING: "x", waitUntil: () => undefined }]],
    ["parameters of a route", [{ params: { GREETING: "x" } }]],
  ])("are %s", async (_what, platform) => {
    expect(await create(options()).deliver(...platform)).toMatchObject(plain);
  });

  test("with the option env, which is used alone", async () => {
    const { deliver } = create({ baseUrl: kiket.baseUrl, env: {} });
    expect(await deliver({ GREETING: "x" }, context)).toMatchObject(plain);
  });
});
