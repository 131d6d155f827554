import { type ChildProcess, fork } from "node:child_process";
import { Agent, createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, defineHandler } from "../../../runtime/index.js";
import { serve } from "../../../runtime/node.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { root } from "../../support/project.js";
import { testClaims } from "../../support/tokens.js";

const kiket = await openKiket();

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface Program {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<Ended>;
  /** The next message of the program. */
  next(): Promise<unknown>;
}

const programs: ChildProcess[] = [];
afterAll(() => {
  for (const child of programs) child.kill("SIGKILL");
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const child = fork(join(root, "test/support/programs/lifecycle.mjs"), {
    env: { KIKET_BASE_URL: kiket.baseUrl, ...env },
    execArgv: [],
    stdio: "pipe",
  });
  programs.push(child);
  const messages: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  child.on("message", (message) => {
    const resolve = waiting.shift();
    if (resolve === undefined) messages.push(message);
    else resolve(message);
  });
  const ended = new Promise<Ended>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  const next = async (): Promise<unknown> =>
    messages.length > 0 ? messages.shift() : new Promise((resolve) => waiting.push(resolve));
  const first = (await Promise.race([next(), ended])) as { readonly url?: string };
  if (first.url === undefined) throw new Error(`It did not start: ${JSON.stringify(first)}`);
  return { child, url: first.url, ended, next };
}

let deliveries = 0;
const keptAlive = new Agent({ keepAlive: true });
afterAll(() => keptAlive.destroy());

async function deliver(url: string, title: string): Promise<{ readonly status: number; readonly body: string }> {
  deliveries += 1;
  const iat = Math.floor(Date.now() / 1000);
  const runtime_token = await kiket.key.sign({ ...testClaims, jti: `lifecycle-${deliveries}`, iat, exp: iat + 300 });
  const body = JSON.stringify({ event: "issue.created", issue: { title }, authentication: { runtime_token } });
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const request = httpRequest(`${url}/v/v1/webhooks/issue.created`, { method: "POST", headers, agent: keptAlive });
    request.on("error", reject);
    request.on("response", (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.end(body);
  });
}

async function untilClosed(url: string): Promise<void> {
  const isOpen = () =>
    fetch(`${url}/health`, { headers: { connection: "close" } }).then(
      () => true,
      () => false,
    );
  while (await isOpen());
}

describe("a stop signal", () => {
  beforeEach(() => {
    kiket.calls.length = 0;
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s: accepts no connections, finishes running deliveries, sends telemetry, ends with status 0",
    async (signal) => {
      const program = await start({ KIKET_SDK_TELEMETRY_URL: kiket.baseUrl });
      const answer = deliver(program.url, "held");
      expect(await program.next()).toBe("started");
      program.child.kill(signal);
      await untilClosed(program.url);
      program.child.send("finish");
      expect(await answer).toEqual({ status: 200, body: '"done"' });
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(kiket.calls).toMatchObject([{ path: "/telemetry", body: { status: "ok" } }]);
    },
  );

  test("does not wait for an idle connection", async () => {
    const program = await start();
    const answer = deliver(program.url, "held");
    await program.next();
    program.child.send("finish");
    expect(await answer).toMatchObject({ status: 200 });
    program.child.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });

  test("a second signal ends the process at once", async () => {
    const program = await start();
    void deliver(program.url, "endless").catch(() => undefined);
    await program.next();
    program.child.kill("SIGTERM");
    await untilClosed(program.url);
    program.child.kill("SIGINT");
    expect(await program.ended).toEqual({ code: 130, signal: null });
  });

  test("is not handled with signals: false, and not after the server has closed", async () => {
    for (const env of [{ SIGNALS: "false" }, { CLOSE_FIRST: "yes" }]) {
      const program = await start(env);
      program.child.kill("SIGTERM");
      expect(await program.ended).toEqual({ code: null, signal: "SIGTERM" });
    }
  });

  // These wait for seconds that no option shortens.
  test.concurrent("aborts the signal of a handler that never ends, then closes its connection: status 1", async () => {
    const program = await start({ CLOSE_WITHIN: "30" });
    const answer = deliver(program.url, "endless").then(
      () => "answered",
      () => "cut off",
    );
    await program.next();
    program.child.kill("SIGTERM");
    expect(await program.next()).toEqual({ aborted: "The extension is closing" });
    expect(await answer).toBe("cut off");
    expect(await program.ended).toEqual({ code: 1, signal: null });
  });

  test.concurrent("ends although the collector never responds", async () => {
    const collector = createServer(() => undefined);
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const { port } = collector.address() as AddressInfo;
    const program = await start({ KIKET_SDK_TELEMETRY_URL: `http://127.0.0.1:${port}` });
    const answer = deliver(program.url, "held");
    await program.next();
    program.child.send("finish");
    expect(await answer).toMatchObject({ status: 200 });
    program.child.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    collector.closeAllConnections();
    await new Promise((resolve) => collector.close(resolve));
  });

  test.concurrent("ends although the program has work that never ends", async () => {
    const program = await start({ HOLD: "yes" });
    program.child.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });
});

describe("readiness", () => {
  const ask = async (path: string, method: string, send: (request: Request) => Promise<Response>) => {
    const response = await send(new Request(`http://extension.test${path}`, { method }));
    const body = await response.text();
    return [response.status, body === "" ? body : JSON.parse(body)];
  };

  test("is 200 from the start, without keys, until the extension closes; health stays 200", async () => {
    let keyRequests = 0;
    const extension = kiket.extension({
      handlers: [],
      fetch: async () => {
        keyRequests += 1;
        return new Response(null, { status: 500 });
      },
    });
    expect(await ask("/ready", "GET", extension.fetch)).toEqual([200, { status: "ready" }]);
    expect(await ask("/ready", "HEAD", extension.fetch)).toEqual([200, ""]);
    expect(await ask("/ready", "POST", extension.fetch)).toMatchObject([405, { error: "Method POST not allowed" }]);
    await extension.close();
    expect(await ask("/ready", "GET", extension.fetch)).toEqual([503, { status: "stopping" }]);
    expect(await ask("/health", "GET", extension.fetch)).toMatchObject([200, { status: "ok" }]);
    expect(keyRequests).toBe(0);
  });

  test("is 503 while the last delivery is running", async () => {
    let finish = (): void => undefined;
    let started = (): void => undefined;
    const isStarted = new Promise<void>((resolve) => {
      started = resolve;
    });
    const held = defineHandler({ event: "issue.created", version: "v1" }, () => {
      started();
      return new Promise<string>((resolve) => {
        finish = () => resolve("done");
      });
    });
    const extension = kiket.extension({ handlers: [held] });
    const answer = extension.fetch(await kiket.request());
    await isStarted;
    const closed = extension.close();
    expect(await ask("/ready", "GET", extension.fetch)).toEqual([503, { status: "stopping" }]);
    const late = await extension.fetch(await kiket.request({ claims: { jti: "late" } }));
    expect([late.status, late.headers.get("retry-after")]).toEqual([503, "5"]);
    finish();
    expect(await (await answer).json()).toBe("done");
    await closed;
  });
});

test("closing does not wait longer than closeWithin", async () => {
  const reasons: unknown[] = [];
  let started = (): void => undefined;
  const isStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  const endless = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { signal }) => {
    signal.addEventListener("abort", () => reasons.push(String(signal.reason)));
    started();
    return new Promise(() => undefined);
  });
  const extension = kiket.extension({ handlers: [endless] });
  void extension.fetch(await kiket.request());
  await isStarted;
  await extension.close({ within: 0 });
  expect(reasons).toEqual(["KiketError: The extension is closing"]);
});

const noTimes = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31];

test.each(noTimes)("closeWithin %d is an error", async (closeWithin) => {
  const extension = kiket.extension({ handlers: [] });
  await expect(serve(extension, { port: 0, env: {}, closeWithin })).rejects.toThrow(
    new ConfigError("closeWithin must be a whole number from 0 to 2147483647."),
  );
});

test.each(noTimes)("close within %d is an error, and closes nothing", async (within) => {
  const extension = kiket.extension({ handlers: [] });
  await expect(extension.close({ within })).rejects.toThrow(
    new ConfigError("within must be a whole number from 0 to 2147483647."),
  );
  expect((await extension.fetch(new Request("http://localhost/ready"))).status).toBe(200);
});

test.each([0, -1, 0.5, Number.NaN, 300_001])("headersWithin %d is an error", async (headersWithin) => {
  const extension = kiket.extension({ handlers: [] });
  await expect(serve(extension, { port: 0, env: {}, headersWithin })).rejects.toThrow(ConfigError);
});

test("the response to an internal error contains the id of its log line", async () => {
  const logger = createTestLogger();
  const extension = kiket.extension({ handlers: [], logger });
  const broken = Object.defineProperty(await kiket.request(), "url", {
    get(): never {
      throw new TypeError("broken");
    },
  });
  const response = await extension.fetch(broken);
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect([response.status, await response.json()]).toEqual([500, { error: "Internal error", correlation_id: id }]);
  expect(logger.lines).toMatchObject([
    {
      level: "error",
      message: "A request failed in the runtime",
      fields: { correlationId: id, cause: { message: "broken" } },
    },
  ]);
});
