import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as init from "../../../generator/commands/init.js";
import { bundleScript } from "../../../generator/deploy/bundle-script.js";
import { deployProjectOf } from "../../../generator/deploy/deploy-project.js";
import { lambda } from "../../../generator/deploy/lambda.js";
import type { LambdaAnswer } from "../../../runtime/lambda.js";
import type { DeliveryInput, DeliveryTarget } from "../../../runtime/testing.js";
import { testedCompilers, tsc } from "../../support/compile.js";
import { freePort } from "../../support/free-port.js";
import { closeAfterwards, openPlatform } from "../../support/open-kiket.js";
import { createProject, removeProject } from "../../support/project.js";
import { describeWithRedis, type RedisServer, startRedis } from "../../support/redis-server.js";
import { runCommand } from "../../support/run-command.js";
import { findRuntimes, startWorker, stopProgram } from "../../support/runtimes/index.js";
import { until } from "../../support/supervised.js";

/** Says which process has handled the delivery. */
const handler = (defer: boolean): string => `
import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

let process: string | undefined;
export default defineHandler({${defer ? " defer: true " : ""}}, async ({ issue }, context) => {
  process ??= crypto.randomUUID();
  context.log.info("handled " + issue.title);
${defer ? "" : "  return allow({ message: process });\n"}});
`;

const main = (imports: string, options: string): string => `
import { run } from "kiket-gen/runtime/node";
import { createExtension } from "./generated/extension.gen.js";
${imports}
void run(async () => createExtension({ ${options} }));
`;

const createsQueue = 'import { createQueue } from "kiket-gen/runtime/bullmq";';
const programs = {
  plain: main("", ""),
  redis: main('import { createRedisStore } from "kiket-gen/runtime/redis";', "deliveryStore: await createRedisStore()"),
  sqlite: main(
    'import { createSqliteStore } from "kiket-gen/runtime/sqlite";',
    'deliveryStore: await createSqliteStore({ path: "deliveries.db" })',
  ),
  queue: main(createsQueue, "queue: createQueue()"),
} as const;

/** What each file weighs in gzip, at most, in kB of 1000 bytes. Programs with \`run\` have prom-client, 21 kB, because it is installed here. */
const heaviest = { plain: 124, redis: 188, sqlite: 131, queue: 440, lambda: 66, sharing: 390, cloudflare: 57 } as const;

const layout = { out: "src/generated", handlers: "src/handlers" };
const subject = { kind: "extension", name: "desk", secretKeys: [], layout, handlers: [] } as const;

const platform = await openPlatform();
const runtimes = await findRuntimes();
let parent: string;
let project: string;
beforeAll(async () => {
  parent = await createProject({});
  project = join(parent, "desk");
  expect((await runCommand(init, [project, "--deploy", "lambda,cloudflare"])).code).toBe(0);
  await writeFile(join(project, "src/handlers/issue.created.v1.ts"), handler(false));
});
afterAll(() => removeProject(parent));

const write = (path: string, text: string) => writeFile(join(project, path), text);

/** Bundles a program of the project as its own script does, and copies what came of it alone into an empty folder outside of the repository. */
async function bundled(program: string, file: string): Promise<string> {
  await rm(join(project, "dist"), { recursive: true, force: true });
  // Of links, as in this repository, esbuild warns of what it does not say of installed packages.
  await promisify(execFile)(process.execPath, ["deploy/bundle.mjs", program, join("dist/one", file)], { cwd: project });
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-bundle-"));
  closeAfterwards(() => rm(folder, { recursive: true, force: true }));
  await cp(join(project, "dist/one"), folder, { recursive: true });
  return folder;
}

async function expectWeight(file: string, name: keyof typeof heaviest): Promise<void> {
  expect(gzipSync(await readFile(file)).length / 1000, name).toBeLessThan(heaviest[name]);
}

interface Started {
  readonly url: string;
  readonly lines: readonly string[];
  readonly child: ChildProcess;
}

/** Starts a file of a folder, with nothing of this process's environment. */
async function start(folder: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Started> {
  const port = await freePort();
  const child = spawn(process.execPath, [...args], {
    cwd: folder,
    env: { PORT: String(port), HOST: "127.0.0.1", KIKET_BASE_URL: platform.baseUrl, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  closeAfterwards(() => stopProgram(child));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => void lines.push(line));
  }
  return { url: `http://127.0.0.1:${port}`, lines, child };
}

async function serve(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const started = await start(folder, ["main.mjs"], env);
  await until(`it listens: ${started.lines.join("\n")}`, () => {
    if (started.child.exitCode !== null) throw new Error(started.lines.join("\n"));
    return started.lines.some((line) => line.includes('"listening"'));
  });
  return started;
}

const delivery = (more: Partial<DeliveryInput> = {}): DeliveryInput => ({
  event: "issue.created",
  payload: { issue: { id: 1, title: "First" } },
  ...more,
});

/** What every program of the project does. Returns what the handler said. */
async function expectAnswers(target: DeliveryTarget, deliveryId: string): Promise<string> {
  const { status, body } = await platform.deliver(target, delivery({ deliveryId }));
  expect([status, body]).toMatchObject([200, { status: "allow", message: expect.stringMatching(/^[\da-f-]{36}$/) }]);
  expect((await platform.deliver(target, delivery({ token: "forged" }))).status).toBe(401);
  return (body as { message: string }).message;
}

const newId = () => `dlv_${crypto.randomUUID()}`;

describe("a program in one file, started in an empty folder,", () => {
  it("answers signed deliveries", async () => {
    await write("src/main.ts", programs.plain);
    const folder = await bundled("src/main.ts", "main.mjs");
    expect((await readdir(folder)).sort()).toEqual(["main.mjs", "main.mjs.map"]);
    await expectWeight(join(folder, "main.mjs"), "plain");
    await expectAnswers((await serve(folder)).url, newId());
  });

  it("shows its metrics, with prom-client in the file", async () => {
    await write("src/main.ts", programs.plain);
    const folder = await bundled("src/main.ts", "main.mjs");
    const port = String(await freePort());
    await expectAnswers((await serve(folder, { KIKET_METRICS_PORT: port })).url, newId());
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain("# TYPE kiket_deliveries_total counter");
  });

  it("takes packages in CommonJS, which know their folder and load parts of Node", async () => {
    const old = 'module.exports = { here: __dirname, sep: require("node:path").sep };';
    await write("src/old.cjs", old);
    await write("src/main.ts", 'import old from "./old.cjs";\nconsole.log(JSON.stringify(old));\n');
    const folder = await bundled("src/main.ts", "main.mjs");
    await rm(join(project, "src/old.cjs"));
    const { stdout } = await promisify(execFile)(process.execPath, ["main.mjs"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ here: await realpath(folder), sep });
  });

  it("keeps verdicts in SQLite, with the native package beside it where Node has none", async () => {
    const packageJson = JSON.stringify({ dependencies: { libsql: "*" } });
    const { path, text } = bundleScript(deployProjectOf({ ...subject, packageJson }));
    const usual = await readFile(join(project, path), "utf8");
    await write(path, text);
    await write("src/main.ts", programs.sqlite);
    const folder = await bundled("src/main.ts", "main.mjs");
    await write(path, usual);
    expect(await readdir(join(folder, "node_modules"))).toContain("libsql");
    await expectWeight(join(folder, "main.mjs"), "sqlite");
    const id = newId();
    const first = await serve(folder);
    const message = await expectAnswers(first.url, id);
    await stopProgram(first.child);
    // Another process, and the verdict of the first.
    expect(await expectAnswers((await serve(folder)).url, id)).toBe(message);
  });
});

describeWithRedis("a program with Redis in one file, started in an empty folder,", () => {
  let redis: RedisServer;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    redis = await startRedis();
    env = { REDIS_URL: redis.url, KIKET_QUEUE_KEY: randomBytes(32).toString("base64") };
  });
  afterAll(() => redis.close());

  it("shares verdicts with another one", async () => {
    await write("src/main.ts", programs.redis);
    const folder = await bundled("src/main.ts", "main.mjs");
    await expectWeight(join(folder, "main.mjs"), "redis");
    const id = newId();
    const message = await expectAnswers((await serve(folder, env)).url, id);
    expect(await expectAnswers((await serve(folder, env)).url, id)).toBe(message);
  });

  it("defers a delivery, which a worker of the same file handles", async () => {
    await write("src/main.ts", programs.queue);
    await write("src/handlers/issue.created.v1.ts", handler(true));
    const folder = await bundled("src/main.ts", "main.mjs");
    await write("src/handlers/issue.created.v1.ts", handler(false));
    expect((await readdir(folder)).sort()).toEqual(["main.mjs", "main.mjs.map"]);
    await expectWeight(join(folder, "main.mjs"), "queue");
    const server = await serve(folder, env);
    const { status, body } = await platform.deliver(server.url, delivery());
    expect([status, body]).toEqual([200, { ok: true }]);
    const worker = await start(folder, ["main.mjs", "--worker"], env);
    const isHandled = (line: string) => line.includes("handled First");
    await until("the worker has handled it", () => worker.lines.some(isHandled));
    expect(server.lines.filter(isHandled)).toEqual([]);
  });
});

/** Calls the handler as Lambda does, in a process of its own: a line on stdin is an event, a line on stdout an answer. */
const lambdaRuntime = `
import { createInterface } from "node:readline";
const { handler } = await import("./index.mjs");
console.error("loaded");
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write("answer " + JSON.stringify(await handler(JSON.parse(line))) + "\\n");
}
`;

async function invokable(folder: string, env: Readonly<Record<string, string>> = {}): Promise<DeliveryTarget> {
  const { child, lines } = await start(folder, ["--input-type=module", "-e", lambdaRuntime], env);
  await until("it is loaded", () => {
    if (child.exitCode !== null) throw new Error(lines.join("\n"));
    return lines.includes("loaded");
  });
  let taken = 0;
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname, search, host } = new URL(request.url);
    // As AWS documents the events of an HTTP API, with some of the members that nothing reads.
    const event = {
      version: "2.0",
      routeKey: "$default",
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers: Object.fromEntries(request.headers),
      requestContext: { stage: "$default", domainName: host, http: { method: request.method, path: pathname } },
      body: Buffer.from(await request.arrayBuffer()).toString("base64"),
      isBase64Encoded: true,
    };
    child.stdin?.write(`${JSON.stringify(event)}\n`);
    const answers = () => lines.filter((line) => line.startsWith("answer "));
    await until("it answers", () => answers().length > taken);
    const answer = JSON.parse(answers()[taken]?.slice("answer ".length) ?? "") as LambdaAnswer;
    taken += 1;
    return new Response(Buffer.from(answer.body, "base64"), { status: answer.statusCode, headers: answer.headers });
  };
  return { fetch };
}

describe("a function of AWS Lambda in one file, loaded in an empty folder,", () => {
  it("answers signed deliveries", async () => {
    const folder = await bundled("src/lambda.ts", "index.mjs");
    expect((await readdir(folder)).sort()).toEqual(["index.mjs", "index.mjs.map"]);
    await expectWeight(join(folder, "index.mjs"), "lambda");
    await expectAnswers(await invokable(folder), newId());
  });
});

it.each(testedCompilers)("the programs of targets compile with TypeScript %s", async (version) => {
  const plain = await tsc(project, [], version);
  expect([plain.code, plain.stdout]).toEqual([0, ""]);
  const packageJson = JSON.stringify({ dependencies: { bullmq: "*", ioredis: "*" } });
  const usual = await readFile(join(project, "src/lambda.ts"), "utf8");
  for (const { path, text } of lambda.files(deployProjectOf({ ...subject, packageJson }))) await write(path, text);
  const sharing = await tsc(project, [], version);
  await write("src/lambda.ts", usual);
  expect([sharing.code, sharing.stdout]).toEqual([0, ""]);
});

describeWithRedis("a function of AWS Lambda with Redis", () => {
  it("shares verdicts with another instance, in one file", async () => {
    const redis = await startRedis();
    closeAfterwards(() => redis.close());
    const packageJson = JSON.stringify({ dependencies: { bullmq: "*", ioredis: "*" } });
    for (const { path, text } of lambda.files(deployProjectOf({ ...subject, packageJson }))) await write(path, text);
    const folder = await bundled("src/lambda.ts", "index.mjs");
    await expectWeight(join(folder, "index.mjs"), "sharing");
    const env = { REDIS_URL: redis.url, KIKET_QUEUE_KEY: randomBytes(32).toString("base64") };
    const id = newId();
    const message = await expectAnswers(await invokable(folder, env), id);
    expect(await expectAnswers(await invokable(folder, env), id)).toBe(message);
  });
});

const workerd = runtimes.find(({ name }) => name === "workerd")?.binary;

describe("a worker of Cloudflare in one file", () => {
  it.skipIf(workerd === undefined)("answers signed deliveries in workerd, without a flag for Node", async () => {
    const worker = await startWorker(workerd ?? "", join(project, "src/cloudflare.ts"), {
      KIKET_BASE_URL: platform.baseUrl,
    });
    closeAfterwards(worker.stop);
    await expectWeight(worker.file, "cloudflare");
    expect(await readFile(worker.file, "utf8")).not.toMatch(/\bfrom ?"node:|\bimport ?"node:/);
    await expectAnswers(worker.url, newId());
  });
});
