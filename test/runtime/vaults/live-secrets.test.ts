import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import {
  createExtension,
  defineHandler,
  type ExtensionOptions,
  type Handler,
  type JobQueue,
} from "../../../runtime/index.js";
import { serve } from "../../../runtime/node.js";
import { type SecretsFromOptions, secretsFrom } from "../../../runtime/secrets.js";
import { runWorker } from "../../../runtime/server/running-worker.js";
import { createTestLogger } from "../../support/deliveries.js";
import { hmacRequest } from "../../support/hmac.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { testTime } from "../../support/tokens.js";
import { createTestSource, silence, type TestSource } from "./test-source.js";

const reading = defineHandler(
  { event: "issue.created", version: "v1" },
  (_payload, { secret }) => secret("api.token") ?? "none",
);

interface Opened {
  readonly extension: ReturnType<typeof createExtension>;
  readonly log: ReturnType<typeof createTestLogger>;
  deliver(secret?: string): Promise<{ status: number; body: string; retryAfter: string | null }>;
  /** Moves the clock. */
  pass(milliseconds: number): void;
}

let number = 0;

function open(
  source: TestSource,
  options: Partial<ExtensionOptions> = {},
  from: SecretsFromOptions = {},
  handlers: readonly Handler[] = [reading],
): Opened {
  let time = testTime;
  const log = createTestLogger();
  const secrets = secretsFrom(source, from);
  const extension = createExtension({
    handlers,
    auth: "hmac",
    webhookSecrets: secrets.secret("hook"),
    secretSource: secrets,
    secretKeys: ["api.token"],
    env: {},
    logger: log,
    now: () => time,
    ...options,
  });
  closeAfterwards(() => extension.close());
  return {
    extension,
    log,
    async deliver(secret = "hook-1-hook-1") {
      number += 1;
      const timestamp = String(Math.floor(time / 1000));
      const response = await extension.fetch(
        hmacRequest({ body: `{"event":"issue.created","issue":{"id":${number}}}`, secret, timestamp }),
      );
      return { status: response.status, body: await response.text(), retryAfter: response.headers.get("retry-after") };
    },
    pass(milliseconds) {
      time += milliseconds;
    },
  };
}

const values = { hook: ["hook-1-hook-1"], "api.token": ["token-1-token-1"] } as const;

test("a handler reads the newest live value: after the delivery's and the constructor's, before the environment's", async () => {
  const source = createTestSource({ ...values, "api.token": ["newest-value", "older-value"] });
  expect((await open(source).deliver()).body).toBe('"newest-value"');
  expect((await open(source, { secrets: { "api.token": "constructor" } }).deliver()).body).toBe('"constructor"');
  const env = { KIKET_SECRET_API_TOKEN: "environment" };
  expect((await open(source, { env }).deliver()).body).toBe('"newest-value"');
  expect((await open(createTestSource({ hook: values.hook }), { env }).deliver()).body).toBe('"environment"');
});

test("only what is declared is asked for, by its name in the source, once for all options", async () => {
  const source = createTestSource({ "app/hook": ["hook-1-hook-1"], "app/API-TOKEN": ["x"] });
  const nameOf = (key: string) => (key === "hook" ? key : key.toUpperCase().replace(".", "-"));
  const { deliver } = open(source, { secretDefinitions: { "api.token": {} } }, { prefix: "app/", nameOf });
  expect((await deliver()).body).toBe('"x"');
  await deliver();
  expect(source.asked).toEqual([["app/API-TOKEN", "app/hook"]]);
});

test("all live values sign, and what the source does not have any more does not", async () => {
  const source = createTestSource({ ...values, hook: ["two-two-two", "one-one-one"] });
  const { deliver, pass } = open(source);
  const statuses = async () => [(await deliver("one-one-one")).status, (await deliver("two-two-two")).status];
  expect(await statuses()).toEqual([200, 200]);
  source.values = { ...values, hook: ["three-three", "two-two-two"] };
  pass(300_000);
  expect(await statuses()).toEqual([401, 200]);
  source.values = {};
  pass(300_000);
  expect(await statuses()).toEqual([503, 503]);
});

test("an unknown signature loads the secrets again at once, but nobody can do that often", async () => {
  const source = createTestSource(values);
  const { deliver, pass } = open(source);
  expect((await deliver()).status).toBe(200);
  source.values = { ...values, hook: ["fresh-fresh", "hook-1-hook-1"] };
  expect((await deliver("fresh-fresh")).status).toBe(200);
  expect(source.asked).toHaveLength(2);
  const statuses: number[] = [];
  for (let count = 0; count < 10; count += 1) statuses.push((await deliver("forged-forged")).status);
  // Kiket repeats what is answered 503: whether it was forged is not known then.
  expect(statuses).toEqual([401, 401, 401, 401, 503, 503, 503, 503, 503, 503]);
  expect(source.asked).toHaveLength(6);
  expect((await deliver()).status).toBe(200);
  pass(5_000);
  expect((await deliver("forged-forged")).status).toBe(401);
  expect(source.asked).toHaveLength(7);
});

test("before they are loaded, deliveries are answered 503 and the extension is not ready", async () => {
  const source = createTestSource(values);
  source.trouble = new Error("the vault is sealed");
  const { extension, deliver, pass, log } = open(source);
  const ready = async () => (await extension.fetch(new Request("http://x/ready"))).status;
  expect(await deliver()).toEqual({
    status: 503,
    retryAfter: "30",
    body: expect.stringContaining('{"error":"Secrets are unavailable"'),
  });
  expect(await ready()).toBe(503);
  await deliver();
  // Between two tries it is not asked again.
  expect(source.asked).toHaveLength(1);
  source.trouble = undefined;
  pass(60_000);
  expect((await deliver()).status).toBe(200);
  expect(await ready()).toBe(200);
  expect(log.lines.filter(({ message }) => message.includes("cannot be loaded"))).toHaveLength(1);
});

test("a source that does not answer is waited for within the time limit only", async () => {
  const source = createTestSource(values);
  source.trouble = silence;
  const { deliver } = open(source, {}, { timeout: 30 });
  expect((await deliver()).status).toBe(503);
});

test("serve listens when they are loaded, and refuses to when they cannot be", async () => {
  const source = createTestSource(values);
  const good = open(source);
  const server = await serve(good.extension, { port: 0, env: {}, signals: false });
  expect(source.asked).toHaveLength(1);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  await server.close();

  const start = (from: SecretsFromOptions, trouble?: unknown) => {
    const failing = createTestSource({ "api.token": ["x"] });
    failing.trouble = trouble;
    return serve(open(failing, {}, from).extension, { port: 0, env: {}, signals: false });
  };
  await expect(start({ startWithin: 0 }, new Error("connection refused"))).rejects.toThrow(
    "Secrets cannot be loaded from the test source: connection refused",
  );
  await expect(start({ startWithin: 0, timeout: 20 }, silence)).rejects.toThrow("no answer within 0.02 s");
  await expect(start({ prefix: "app/" })).rejects.toThrow(
    "Secrets cannot be loaded from the test source: there is no app/hook, which webhookSecrets needs. Add it to the source, or correct its name (prefix, nameOf)",
  );
});

test("serve tries again for a while, but not what only a person can change", async () => {
  const source = createTestSource(values);
  source.trouble = new Error("not yet");
  setTimeout(() => {
    source.trouble = undefined;
  }, 100);
  const server = await serve(open(source, { now: undefined }).extension, { port: 0, env: {}, signals: false });
  expect(source.asked.length).toBeGreaterThan(1);
  await server.close();
});

test("required secrets: a source counts, and a missing one names it", async () => {
  const secretDefinitions = { "api.token": { required: ".kiket/manifest.yaml" } };
  const options = { secretDefinitions, requireAtStart: true };
  const with_ = open(createTestSource(values), options);
  expect((await with_.deliver()).status).toBe(200);
  const source = createTestSource({ hook: values.hook });
  const { extension, deliver, pass } = open(source, options, { prefix: "" });
  await expect(serve(extension, { port: 0, env: {}, signals: false })).rejects.toThrow(
    "Required by the manifest but not set:\n  .kiket/manifest.yaml: secret api.token (set api.token in the test source or KIKET_SECRET_API_TOKEN or api.token)",
  );
  expect((await deliver()).status).toBe(503);
  source.values = values;
  pass(300_000);
  expect((await deliver()).status).toBe(200);
});

test("the last values are used for maxStale at most: then a handler that reads one fails, and Kiket repeats", async () => {
  const source = createTestSource(values);
  const { deliver, pass, log, extension } = open(source, { webhookSecrets: "fixed-secret" }, { maxStale: 600_000 });
  expect((await deliver("fixed-secret")).body).toBe('"token-1-token-1"');
  source.trouble = new Error("gone");
  pass(599_000);
  expect((await deliver("fixed-secret")).body).toBe('"token-1-token-1"');
  pass(2_000);
  expect((await deliver("fixed-secret")).status).toBe(503);
  const line = log.lines.find(({ fields }) => JSON.stringify(fields).includes("secrets-unavailable"));
  expect(JSON.stringify(line)).toContain("Secret api.token is older than maxStale");
  // Nothing of the proof of origin is missing.
  expect((await extension.fetch(new Request("http://x/ready"))).status).toBe(200);
});

test("webhook secrets that are too old prove nothing, and the extension is not ready", async () => {
  const source = createTestSource(values);
  const { deliver, pass, extension } = open(source, {}, { maxStale: 600_000 });
  expect((await deliver()).status).toBe(200);
  source.trouble = new Error("gone");
  pass(600_000);
  expect((await deliver()).status).toBe(503);
  expect((await extension.fetch(new Request("http://x/ready"))).status).toBe(503);
});

test("values that are too old because no timer could run are loaded again before the next delivery", async () => {
  const source = createTestSource(values);
  const { deliver, pass } = open(source, {}, { maxStale: 600_000 });
  expect((await deliver()).status).toBe(200);
  pass(3_600_000);
  expect((await deliver()).status).toBe(200);
  source.trouble = new Error("gone");
  pass(3_600_000);
  expect((await deliver()).status).toBe(503);
  source.trouble = undefined;
  pass(61_000);
  expect((await deliver()).status).toBe(200);
});

test("a secret that is too old does not take another one with it, and what it may have signed is refused with 503", async () => {
  const source = createTestSource(values);
  const webhookSecrets = [secretsFrom(source, { maxStale: 600_000 }).secret("hook"), "fixed-secret"];
  const { deliver, pass } = open(createTestSource(values), { webhookSecrets });
  expect([(await deliver()).status, (await deliver("fixed-secret")).status]).toEqual([200, 200]);
  source.trouble = new Error("gone");
  pass(600_000);
  expect((await deliver("fixed-secret")).status).toBe(200);
  expect((await deliver()).status).toBe(503);
});

test("webhook secrets that are gone refuse with 503, and count as soon as they are there again", async () => {
  const source = createTestSource(values);
  const { deliver, pass } = open(source);
  expect((await deliver()).status).toBe(200);
  source.values = { "api.token": values["api.token"] };
  pass(300_000);
  expect((await deliver()).status).toBe(503);
  source.values = values;
  expect((await deliver()).status).toBe(200);
  // Who sends often does not ask the source often.
  source.values = { "api.token": values["api.token"] };
  pass(300_000);
  const before = source.asked.length;
  for (let each = 0; each < 20; each += 1) expect((await deliver()).status).toBe(503);
  expect(source.asked.length - before).toBeLessThan(8);
});

test("a source that is asked for nothing is not asked", async () => {
  const source = createTestSource(values);
  source.trouble = new Error("never asked");
  const { deliver } = open(source, { webhookSecrets: "fixed-secret", secretKeys: [] });
  expect((await deliver("fixed-secret")).body).toBe('"none"');
  expect(source.asked).toEqual([]);
});

test("a worker takes jobs when they are loaded, and ends when they cannot be", async () => {
  const began: string[] = [];
  const start = (source: TestSource) => {
    const queue: JobQueue = {
      name: "a durable queue",
      isDurable: true,
      add: async () => undefined,
      async work() {
        began.push(`asked ${source.asked.length} times`);
        return { close: async () => undefined };
      },
    };
    const deferred = defineHandler({ event: "issue.created", version: "v1", defer: true }, () => undefined);
    const { extension } = open(source, { queue }, { startWithin: 0 }, [deferred]);
    return runWorker(extension, { signals: false, env: {} });
  };
  const failing = createTestSource(values);
  failing.trouble = new Error("connection refused");
  await expect(start(failing)).rejects.toThrow("Secrets cannot be loaded from the test source: connection refused");
  expect(began).toEqual([]);
  const worker = await start(createTestSource(values));
  expect(began).toEqual(["asked 1 times"]);
  await worker.close();
});

test("they are renewed in the background before they are too old, one line for each change of state", async () => {
  vi.useFakeTimers();
  try {
    const source = createTestSource(values);
    const log = createTestLogger();
    const secrets = secretsFrom(source, { ttl: 100_000, maxStale: 1_000_000 });
    const extension = createExtension({
      handlers: [reading],
      secretSource: secrets,
      secretKeys: ["api.token"],
      env: {},
      logger: log,
      now: Date.now,
    });
    await extension.fetch(new Request("http://x/ready"));
    await vi.advanceTimersByTimeAsync(74_000);
    expect(source.asked).toHaveLength(1);
    source.values = { "api.token": ["token-2-token-2", "token-1-token-1"] };
    await vi.advanceTimersByTimeAsync(22_000);
    expect(source.asked).toHaveLength(2);
    source.trouble = new Error("gone");
    await vi.advanceTimersByTimeAsync(1_200_000);
    const tries = source.asked.length;
    expect(tries).toBeGreaterThan(15);
    expect(tries).toBeLessThan(60);
    source.trouble = undefined;
    await vi.advanceTimersByTimeAsync(61_000);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "info Secrets have changed in the test source: api.token",
      expect.stringMatching(
        /^warn Secrets cannot be renewed from the test source; the last values are used for 9\d\d s at most$/,
      ),
      "error Secrets of the test source could not be renewed for 1000 s (maxStale), and are no longer used",
      "info Secrets come from the test source again",
    ]);
    await extension.close();
    const after = source.asked.length;
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(source.asked).toHaveLength(after);
  } finally {
    vi.useRealTimers();
  }
});

test("no value is shown: not by the handle, not by log lines, also after it was replaced", async () => {
  const source = createTestSource(values);
  const noisy = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { log }) => {
    log.info("token-1-token-1 token-2-token-2 hook-1-hook-1");
    return "done";
  });
  const { deliver, pass, log, extension } = open(source, {}, {}, [noisy]);
  await deliver();
  source.values = { hook: ["hook-1-hook-1"], "api.token": ["token-2-token-2"] };
  pass(300_000);
  await deliver();
  extension.log.warn("token-1-token-1 token-2-token-2");
  const messages = log.lines.map(({ message }) => message);
  expect(messages).toContain("[redacted] token-2-token-2 [redacted]");
  expect(messages).toContain("[redacted] [redacted] [redacted]");
  expect(messages).toContain("[redacted] [redacted]");
  const handle = secretsFrom(source);
  const shown = inspect([handle, handle.secret("hook"), extension], { depth: 9, showHidden: true });
  expect(shown).not.toMatch(/hook-1|token-[12]/);
});

test.each([
  [{ ttl: 0 }, "ttl must be a whole number from 1 to 2147483647."],
  [{ ttl: 5_000, maxStale: 4_999 }, "maxStale must be a whole number from 5000 to 2147483647."],
  [{ timeout: 1.5 }, "timeout must be a whole number"],
])("an option that is not valid is refused: %j", (options, message) => {
  expect(() => secretsFrom(createTestSource({}), options)).toThrow(message);
});

test("the options take only what secretsFrom makes", () => {
  const handle = secretsFrom(createTestSource({}));
  const create = (options: object) => () => createExtension({ handlers: [reading], env: {}, ...options });
  expect(create({ secretSource: createTestSource({}) })).toThrow("secretSource must come from secretsFrom()");
  expect(create({ auth: "hmac", webhookSecrets: { key: "x" } })).toThrow("webhookSecrets must come from secretsFrom()");
  expect(create({ auth: "hmac", webhookSecrets: handle })).toThrow("webhookSecrets needs one secret of the source");
  expect(create({ workspaceToken: handle })).toThrow("workspaceToken needs one secret of the source");
  expect(() => handle.secret(" ")).toThrow("secret() needs the key of a secret.");
});
