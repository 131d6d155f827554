import { type ChildProcess, fork } from "node:child_process";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

interface Platform {
  readonly url: string;
  readonly submitted: string[];
  /** The number of claims. */
  readonly claims: () => number;
  /** The next submission, which is not answered yet. */
  readonly next: () => Promise<ServerResponse>;
}

let server: Server;
let platform: Platform;
let adapter: ChildProcess | undefined;

/** A server with two events to claim, once. The test decides when it answers a submission. */
beforeEach(async () => {
  const submitted: string[] = [];
  const held: ServerResponse[] = [];
  const waiting: ((response: ServerResponse) => void)[] = [];
  let claims = 0;
  server = createServer((request, response) => {
    const [, id] = /\/raw-events\/(\w+)\/submit$/.exec(request.url ?? "") ?? [];
    request.resume();
    if (id === undefined) {
      claims += 1;
      const data = claims === 1 ? [{ id: "a" }, { id: "b" }] : [];
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
      return;
    }
    response.on("finish", () => submitted.push(id));
    const resolve = waiting.shift();
    if (resolve === undefined) held.push(response);
    else resolve(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  platform = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    submitted,
    claims: () => claims,
    next: async () => held.shift() ?? new Promise((resolve) => waiting.push(resolve)),
  };
});
afterEach(async () => {
  adapter?.kill("SIGKILL");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
  /** Its log lines, as level and message. */
  readonly lines: string[];
}

function launch(env: Readonly<Record<string, string>>): ChildProcess {
  adapter = fork(join(root, "test/support/programs/adapter.mjs"), { env, execArgv: [], stdio: "pipe" });
  return adapter;
}

const credentials = { KIKET_EXTENSION_RUNNER_API_KEY: "key", KIKET_ORGANIZATION_ID: "org" };

function start(env: Readonly<Record<string, string>> = {}): Running {
  const child = launch({
    ...credentials,
    ...env,
    KIKET_PLATFORM_BASE_URL: platform.url,
    // As Kiket's command line sets it; another port is of no matter.
    KIKET_EXTENSION_TRANSPORT: "pull",
    KIKET_EXTENSION_RUNNER_PORT: "3020",
  });
  let output = "";
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const whole = output.split("\n");
      output = whole.pop() ?? "";
      lines.push(...whole.map((line) => JSON.parse(line)).map(({ level, message }) => `${level} ${message}`));
    });
  }
  const ended = new Promise<readonly [number | null, string | null]>((resolve) =>
    child.once("close", (code, signal) => resolve([code, signal])),
  );
  return { child, ended, lines };
}

const receipt = '{"rawEventId":"a","evidenceCount":0,"duplicate":false}';

function answer(response: ServerResponse): void {
  response.setHeader("content-type", "application/json").end(receipt);
}

test.each(["SIGTERM", "SIGINT"] as const)("%s: claimed events are submitted, then the process ends", async (signal) => {
  const { child, ended, lines } = start();
  const first = await platform.next();
  const told = new Promise((resolve) => child.once("message", resolve));
  child.kill(signal);
  expect(await told).toBe(signal);
  answer(first);
  void platform.next().then(answer);
  expect(await ended).toEqual([0, null]);
  expect([platform.submitted, platform.claims(), lines]).toEqual([
    ["a", "b"],
    1,
    ["info claiming raw events", "info raw event submitted", "info raw event submitted"],
  ]);
});

test("a second signal ends the process at once", async () => {
  const { child, ended } = start();
  await platform.next();
  child.kill("SIGTERM");
  child.kill("SIGINT");
  // If both signals arrive together, the order is not known.
  expect([130, 143]).toContain((await ended)[0]);
  expect(platform.submitted).toEqual([]);
});

test("KIKET_CLAIM_PAUSE is the pause after a claim that brings nothing", async () => {
  const { child, ended } = start({ KIKET_CLAIM_PAUSE: "100" });
  answer(await platform.next());
  answer(await platform.next());
  // The default pause would come after the second claim.
  await expect.poll(platform.claims, { timeout: 4_000 }).toBeGreaterThan(3);
  child.kill("SIGTERM");
  expect((await ended)[0]).toBe(0);
});

async function expectMessage(env: Readonly<Record<string, string>>, message: string): Promise<void> {
  const child = launch(env);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const [code, stderr] = await Promise.all([ended, text(child.stderr as Readable)]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${message}\n` });
}

test.each<[Readonly<Record<string, string>>, string]>([
  [{}, "Missing in the environment: KIKET_EXTENSION_RUNNER_API_KEY, KIKET_ORGANIZATION_ID"],
  [{ ...credentials, KIKET_ORGANIZATION_ID: " " }, "Missing in the environment: KIKET_ORGANIZATION_ID"],
  [{ ...credentials, KIKET_CLAIM_PAUSE: "soon" }, "KIKET_CLAIM_PAUSE must be a whole number from 100 to 2147483647."],
  [
    { ...credentials, KIKET_PLATFORM_BASE_URL: "kiket.dev" },
    "KIKET_PLATFORM_BASE_URL must be an http or https URL without user name and password.",
  ],
  [
    { ...credentials, KIKET_EXTENSION_RUNNER_API_KEY: "kik_1\n2" },
    "KIKET_EXTENSION_RUNNER_API_KEY must be printable ASCII without spaces.",
  ],
  [{ ...credentials, KIKET_ORGANIZATION_ID: "a b" }, "KIKET_ORGANIZATION_ID must be printable ASCII without spaces."],
])("%j ends the process with a one-line message that says what to fix", expectMessage);

test.each<[Readonly<Record<string, string>>, string]>([
  [
    { ...credentials, KIKET_EXTENSION_TRANSPORT: "push" },
    "KIKET_EXTENSION_TRANSPORT is push, which kiket-gen cannot run: what Kiket sends in a push is not public. Install the extension with --transport pull, and remove the variable or set it to pull",
  ],
  [
    { ...credentials, KIKET_EXTENSION_TRANSPORT: "catalog_hosted" },
    'KIKET_EXTENSION_TRANSPORT must be pull, found "catalog_hosted"',
  ],
  [
    { ...credentials, KIKET_EXTENSION_TRANSPORT: "toString" },
    'KIKET_EXTENSION_TRANSPORT must be pull, found "toString"',
  ],
  [
    { KIKET_EXTENSION_TRANSPORT: " pull " },
    "Missing in the environment: KIKET_EXTENSION_RUNNER_API_KEY, KIKET_ORGANIZATION_ID",
  ],
])("N9: the transport, %j", expectMessage);

test("one warning lists the normalisers that nobody has filled", async () => {
  const program = `
    import { bindNormalizer, joinNormalizers, notNormalized } from "kiket-gen/codegen";
    import { runAdapter } from "kiket-gen/runtime/node";
    const define = bindNormalizer();
    const filled = define("moved", () => ({}));
    await runAdapter(joinNormalizers([filled, define("weighed", (rawEvent) => notNormalized(rawEvent))]));`;
  const env = { ...credentials, KIKET_PLATFORM_BASE_URL: "kiket.dev" };
  const { stderr } = await runNode(["--input-type=module", "-e", program], root, env);
  const line = stderr.split("\n").find((text) => text.startsWith("{"));
  expect(JSON.parse(line ?? "")).toMatchObject({
    level: "warn",
    message: "Events fail whose normaliser is not filled: weighed",
    stubs: ["weighed"],
  });
});
