import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Extension } from "../../runtime/index.js";
import { toNodeHandler } from "../../runtime/node.js";
import { tsc } from "../support/compile.js";
import { freePort } from "../support/free-port.js";
import { openKiket } from "../support/open-kiket.js";
import { createProject, removeProject, root } from "../support/project.js";
import { findRuntimes, startWorker, stopProgram } from "../support/runtimes/index.js";
import { createSigningKey, type SigningKey, testClaims } from "../support/tokens.js";
import { commandsIn, programsOf, projectOf, readPage } from "./page.js";

const kiket = await openKiket();
const forger = await createSigningKey("key-1");
const runtimes = await findRuntimes();
const env = { KIKET_BASE_URL: kiket.baseUrl, KIKET_SECRET_API_KEY: "from the environment", GREETING: "Hi" };
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function open(page: string) {
  const project = await projectOf(page);
  closers.push(() => removeProject(project.folder));
  return project;
}

/** Waits until the program answers; returns the address. */
async function untilListening(child: ChildProcess, port: number): Promise<string> {
  const errors: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  closers.push(() => stopProgram(child));
  const url = `http://localhost:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${errors.join("")}`);
    const isUp = await fetch(url).then(
      (answer) => answer.text().then(() => true),
      () => false,
    );
    if (isUp) return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs a program that listens on `PORT`. */
async function run(binary: string, args: readonly string[], cwd: string, port: number, more = {}): Promise<string> {
  const child = spawn(binary, [...args], {
    cwd,
    env: { ...env, ...more, PATH: process.env.PATH, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return untilListening(child, port);
}

async function runOnNode(page: string): Promise<string> {
  const { program, folder } = await open(page);
  return run(process.execPath, [program], folder, await freePort());
}

/** Serves a function of a page, as a framework would. */
async function serveFetch(fetch: (request: Request) => Promise<Response>): Promise<string> {
  const server = createServer(toNodeHandler({ fetch } as Pick<Extension, "fetch">));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Loads a module that creates its extension at once, with the environment of these tests. */
async function load(program: string): Promise<Record<string, unknown>> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await import(pathToFileURL(program).href);
  } finally {
    process.env = before;
  }
}

async function bodyBy(signer: SigningKey, title: string): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const runtime_token = await signer.sign({ ...testClaims, jti: crypto.randomUUID(), iat, exp: iat + 300 });
  return JSON.stringify({ event: "issue.created", issue: { title }, authentication: { runtime_token } });
}

function post(url: string, body: string, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...more }, body });
}

/** What every page promises. */
async function expectDeliveries(base: string): Promise<void> {
  const url = `${base}/v/v1/webhooks/issue.created`;
  const large = "é日本".repeat(30_000);
  for (const title of ["Broken", large]) {
    const answer = await post(url, await bodyBy(kiket.key, title));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { title, greeting: "Hi", secret: "from the environment" },
    ]);
  }
  const forged = await post(url, await bodyBy(forger, "Broken"));
  expect([forged.status, await forged.json()]).toMatchObject([401, { error: "Invalid token signature" }]);
  // A host may close the connection of a body that is not read to its end.
  expect((await post(url, " ".repeat(2_000_000), { connection: "close" })).status).toBe(413);
  expect(await (await fetch(`${base}/ready`)).json()).toEqual({ status: "ready" });
  expect(await (await fetch(`${base}/health`)).json()).toMatchObject({ registered_events: ["issue.created@v1"] });
}

async function expectEcho(base: string): Promise<void> {
  expect(await (await post(`${base}/echo`, '{"a":1}')).json()).toEqual({ a: 1 });
}

const nodePages = ["express.md", "fastify.md", "h3.md"];

describe("servers of Node", () => {
  test.each(nodePages)("%s", async (page) => {
    const url = await runOnNode(page);
    await expectDeliveries(`${url}/kiket`);
    await expectEcho(url);
  });

  test("koa.md", async () => {
    const url = await runOnNode("koa.md");
    await expectDeliveries(`${url}/kiket`);
    expect(await (await fetch(url)).text()).toBe("home");
  });
});

test("hono.md", async () => {
  const { program } = await open("hono.md");
  const { default: app } = (await load(program)) as {
    readonly default: { fetch(request: Request): Promise<Response> };
  };
  const url = await serveFetch(async (request) => app.fetch(request));
  await expectDeliveries(`${url}/kiket`);
  await expectEcho(url);
});

test("next.md", async () => {
  const { program } = await open("next.md");
  const route = (await load(program)) as Record<string, (request: Request, context: object) => Promise<Response>>;
  const context = { params: Promise.resolve({ path: ["health"] }) };
  // Next.js makes a request of its own, which knows nothing of Node's.
  const url = await serveFetch(async (request) => {
    const body = request.method === "POST" ? { body: request.body, duplex: "half" } : {};
    const own = new Request(request.url, { method: request.method, headers: request.headers, ...body } as RequestInit);
    return route[request.method]?.(own, context) ?? new Response(null, { status: 405 });
  });
  await expectDeliveries(`${url}/kiket`);
});

describe("lambda.md", () => {
  interface Answer {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  /** As AWS documents the events of both, without the members that nothing reads. */
  const common = { version: "2.0", routeKey: "$default", rawQueryString: "" };
  const sources = {
    "API Gateway": { domainName: "id.execute-api.us-east-1.amazonaws.com", stage: "$default" },
    "a function URL": { domainName: "id.lambda-url.us-east-1.on.aws", authentication: null },
  };
  const eventOf = (source: keyof typeof sources, method: string, path: string, body?: string, isBase64 = false) => ({
    ...common,
    rawPath: path,
    headers: { "content-type": "application/json", host: sources[source].domainName },
    requestContext: { ...sources[source], http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1" } },
    ...(body === undefined ? {} : { body: isBase64 ? Buffer.from(body).toString("base64") : body }),
    isBase64Encoded: isBase64,
  });
  const path = "/v/v1/webhooks/issue.created";

  test.each([
    ["API Gateway", false],
    ["API Gateway", true],
    ["a function URL", false],
    ["a function URL", true],
  ] as const)("an event of %s, base64: %s", async (source, isBase64) => {
    const { program } = await open("lambda.md");
    const { handler } = (await load(program)) as { readonly handler: (event: object) => Promise<Answer> };
    const title = "é日本";
    const answer = await handler(eventOf(source, "POST", path, await bodyBy(kiket.key, title), isBase64));
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { "content-type": "application/json" },
      isBase64Encoded: true,
    });
    expect(JSON.parse(Buffer.from(answer.body, "base64").toString())).toEqual({
      title,
      greeting: "Hi",
      secret: "from the environment",
    });
    const forged = await handler(eventOf(source, "POST", path, await bodyBy(forger, title), isBase64));
    expect(forged.statusCode).toBe(401);
    expect(await handler(eventOf(source, "GET", "/health"))).toMatchObject({ statusCode: 200 });
    expect(await handler(eventOf(source, "GET", "/health", "a body"))).toMatchObject({ statusCode: 200 });
    const query = { ...eventOf(source, "POST", "/webhooks/issue.created", await bodyBy(kiket.key, title), isBase64) };
    expect(await handler({ ...query, rawQueryString: "version=v1" })).toMatchObject({ statusCode: 200 });
  });
});

const runtimePages = [
  ["workers.md", "workerd"],
  ["deno.md", "Deno"],
  ["bun.md", "Bun"],
] as const;

describe.each(runtimePages)("%s", (page, name) => {
  const binary = runtimes.find((runtime) => runtime.name === name)?.binary;
  test.skipIf(binary === undefined)(`on ${name}`, async () => {
    const { program, folder } = await open(page);
    await expectDeliveries(await start(name, binary ?? "", program, folder));
  });
});

async function start(name: string, binary: string, program: string, folder: string): Promise<string> {
  if (name === "workerd") {
    const worker = await startWorker(binary, program, env);
    closers.push(worker.stop);
    return worker.url;
  }
  const port = await freePort();
  const [command = ""] = commandsIn(await readPage(name === "Deno" ? "deno.md" : "bun.md"));
  const [called = "", ...args] = command.replace("8000", String(port)).replace("dist/", "src/").split(" ");
  expect(called).toBe(name.toLowerCase());
  if (name === "Bun") return run(binary, args, folder, port);
  const [, ...rest] = args;
  const flags = ["--no-lock", "--no-remote", "--node-modules-dir=manual"];
  const more = { DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" };
  return run(binary, ["serve", ...flags, ...rest], folder, port, more);
}

const pages = (await readdir(join(root, "docs/hosts"))).filter((name) => name !== "README.md").sort();

test("the programs of all pages compile", async () => {
  // The declarations of the hosts are not ours to check.
  const common = { module: "nodenext", target: "es2023", types: ["node"], noEmit: true };
  const compilerOptions = { ...common, strict: true, skipLibCheck: true };
  const config = JSON.stringify({ compilerOptions, include: ["src"] });
  const folder = await createProject({ ...(await programsOf(pages)), "tsconfig.json": config });
  closers.push(() => removeProject(folder));
  expect((await tsc(folder)).stdout).toBe("");
});

test("every page is tested, and in the list", async () => {
  const others = ["hono.md", "koa.md", "lambda.md", "next.md"];
  expect(pages).toEqual([...nodePages, ...runtimePages.map(([page]) => page), ...others].sort());
  const listed = [...(await readPage("README.md")).matchAll(/^\| \[\w+\]\((\w+\.md)\) \|/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(pages);
});
