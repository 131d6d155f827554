import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../../../runtime/index.js";
import { createRedisStore, type RedisStoreOptions } from "../../../../runtime/redis.js";
import { createTestLogger } from "../../../support/deliveries.js";
import { freePort } from "../../../support/free-port.js";
import { root } from "../../../support/project.js";
import { describeWithRedis, startRedis } from "../../../support/redis-server.js";
import { claimAt, quiet, reply, useRedis } from "./open-store.js";

const page = readFileSync(join(root, "docs/reference/redis.md"), "utf8");

describe("the options of the store on Redis", () => {
  const before = process.env.REDIS_URL;
  afterEach(() => {
    if (before === undefined) delete process.env.REDIS_URL;
    else process.env.REDIS_URL = before;
  });
  const refusal = async (options: object): Promise<string> => {
    const error: unknown = await createRedisStore(options as RedisStoreOptions).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  };

  test.each([
    ["no URL", "a secret"],
    ["another protocol", "http://user:a secret@localhost"],
    ["no host", "redis://"],
    ["no text", 6379],
    ["with a path", "redis://user:a secret@localhost:6379/main"],
    ["with a path that is no database", "redis://user:a secret@localhost:6379/0/1"],
  ])("an address that is %s is refused, and not repeated", async (_what, url) => {
    const message = await refusal({ url });
    expect(message).toBe(
      "url of the delivery store must be the address of a Redis: redis://user:password@host:6379, or rediss:// for TLS, with nothing after the port but the number of a database, such as /0. Special characters in the password are percent-encoded.",
    );
  });

  test("a client of another library, or one that forgets calls, is refused", async () => {
    const ofAnother = "client of the delivery store must be a Redis or Cluster of ioredis.";
    expect(await refusal({ client: { set() {}, options: {} } })).toBe(ofAnother);
    expect(await refusal({ client: {} })).toBe(ofAnother);
    const forgetful = new Redis({ lazyConnect: true, autoResendUnfulfilledCommands: false });
    expect(await refusal({ client: forgetful })).toBe(
      "client of the delivery store must not have autoResendUnfulfilledCommands: false.",
    );
  });

  test("without an address, the message names the variable", async () => {
    delete process.env.REDIS_URL;
    expect(await refusal({})).toBe(
      "url of the delivery store, or REDIS_URL of the environment, is not set. It is the address of a Redis, such as redis://localhost:6379, or rediss:// for TLS.",
    );
  });

  test("both url and client, braces and a wrong time are refused", async () => {
    const client = new Redis({ lazyConnect: true });
    expect(await refusal({ url: "redis://localhost", client })).toBe(
      "The delivery store on Redis takes url or client, not both.",
    );
    const braces = "must not contain braces: they would move all keys to one slot of a Redis Cluster.";
    expect(await refusal({ client, prefix: "{all}" })).toBe(`prefix of the delivery store ${braces}`);
    const prefixed = new Redis({ lazyConnect: true, keyPrefix: "{all}:" });
    expect(await refusal({ client: prefixed })).toBe(`keyPrefix of the client ${braces}`);
    expect(await refusal({ client, timeout: 0 })).toMatch(/^timeout of the delivery store must be a whole number/);
  });
});

describeWithRedis("the store on Redis", () => {
  const under = useRedis();

  test("uses a client that it is given, after the client's own prefix, and leaves it open", async () => {
    const client = new Redis(under.server.url, { keyPrefix: "app:" });
    const store = await under.open({ client, prefix: "deliveries" });
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    expect(await under.redis.keys("*")).toEqual([expect.stringMatching(/^app:deliveries:\{[\w-]{43}\}$/)]);
    await store.fail("a", "one");
    expect(await under.redis.keys("*")).toEqual([]);
    await store.close();
    expect(await client.ping()).toBe("PONG");
    expect(client.listenerCount("ready")).toBe(0);
    client.disconnect();
  });

  test("takes its address from REDIS_URL", async () => {
    const before = process.env.REDIS_URL;
    process.env.REDIS_URL = under.server.url;
    const store = await createRedisStore({ logger: quiet });
    if (before === undefined) delete process.env.REDIS_URL;
    else process.env.REDIS_URL = before;
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    await store.close();
  });

  test("works as the user of the documentation, who may do nothing else", async () => {
    const line = /^ {4}(ACL SETUSER .*)$/m.exec(page)?.[1]?.split(" ") ?? [];
    const [command = "", ...args] = line;
    await under.redis.call(command, ...args);
    const logger = createTestLogger();
    const url = under.server.url.replace("//", "//kiket:password@");
    const store = await under.open({ url, logger });
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    await store.fail("a", "one");
    expect(await store.begin("a", claimAt(0, "two"))).toEqual({ state: "new" });
    await store.finish("a", reply, 0);
    expect(await store.begin("a", claimAt(1, "three"))).toEqual({ state: "done", reply });
    const user = new Redis(url, { enableReadyCheck: false });
    for (const forbidden of [user.get("other"), user.flushall(), user.config("SET", "maxmemory", "1")]) {
      await expect(forbidden).rejects.toThrow("NOPERM");
    }
    user.disconnect();
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ level: "warn", fields: { appendonly: "no" } }]);
  });

  test("without a right that only a script uses, the message says so", async () => {
    await under.redis.call(
      "ACL",
      "SETUSER",
      "half",
      "on",
      ">secret",
      "~*",
      ..."-@all +eval +evalsha +get +info".split(" "),
    );
    const store = await under.open({ url: under.server.url.replace("//", "//half:secret@"), timeout: 500 });
    await expect(store.begin("a", claimAt(0))).rejects.toThrow("the user lacks a right: docs/reference/redis.md");
  });

  test.each([
    ["a wrong password", "//kiket:wrong secret@", /WRONGPASS .* \(user or password of the url is wrong\)$/],
    [
      "no right to the keys",
      "//narrow:secret@",
      /NOPERM .* \(the user lacks a right: .*redis\.md and jobs\.md have the ACL lines\)$/,
    ],
  ])("with %s, calls fail and say so, and the password is nowhere", async (_what, user, message) => {
    await under.redis.call("ACL", "SETUSER", "narrow", "on", ">secret", "-@all", "+eval", "+evalsha", "+info");
    const logger = createTestLogger();
    const store = await under.open({ url: under.server.url.replace("//", user), logger });
    const error = (await store.begin("a", claimAt(0)).catch((reason: unknown) => reason)) as Error;
    expect(error.message).toMatch(message);
    expect(error.message).toContain(":***@127.0.0.1");
    expect(JSON.stringify([logger.lines, error.message, error.stack, { ...error }])).not.toContain("secret");
  });
});

describeWithRedis("a Redis with a password", () => {
  const under = useRedis({ settings: { requirepass: "sesame" } });

  test("asks for it", async () => {
    const store = await under.open({ timeout: 500 });
    await expect(store.begin("a", claimAt(0))).rejects.toThrow(
      "it asks for a password: put user and password into the url",
    );
    const known = await under.open({ url: under.server.url.replace("//", "//:sesame@") });
    expect(await known.begin("a", claimAt(0))).toEqual({ state: "new" });
  });
});

describeWithRedis("a Redis with TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "kiket-gen-tls-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const hasOpenssl = (() => {
    try {
      return execFileSync("openssl", ["version"]).length > 0;
    } catch {
      return false;
    }
  })();

  test.runIf(hasOpenssl)("is used if its certificate is trusted, else refused", async () => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const options = ["-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", ...options, ...subject], { stdio: "ignore" });
    const port = await freePort();
    const settings = { "tls-port": `${port}`, "tls-cert-file": cert, "tls-key-file": key, "tls-auth-clients": "no" };
    const server = await startRedis({ settings });
    const url = `rediss://127.0.0.1:${port}`;
    const logger = createTestLogger();
    const refused = await createRedisStore({ url, timeout: 1_000, logger });
    await expect(refused.begin("a", claimAt(0))).rejects.toThrow("no answer within 1 s");
    expect(logger.lines).toEqual([
      {
        level: "warn",
        message: "The delivery store has no connection to Redis",
        fields: { redis: url, reason: expect.stringMatching(/^self-signed certificate/) },
      },
    ]);
    await refused.close();
    const client = new Redis(url, { tls: { ca: readFileSync(cert) } });
    const store = await createRedisStore({ client, logger: quiet });
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    await store.close();
    client.disconnect();
    await server.close();
  });
});
