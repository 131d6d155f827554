import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../../runtime/stores/sqlite/store.js";
import { deliverNow } from "../../../support/deliveries.js";
import { openKiket } from "../../../support/open-kiket.js";
import { root } from "../../../support/project.js";
import { claimAt, engines, hasOwnSqlite } from "./engines.js";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "kiket-gen-sqlite-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

const entry = pathToFileURL(join(root, "dist/runtime/sqlite.js")).href;

/** Runs a program that has `createSqliteStore`, `path` and `claim`, with Node's options before it. */
function run(program: string, ...options: readonly string[]) {
  const text = `const { createSqliteStore } = await import(${JSON.stringify(entry)});
    const path = ${JSON.stringify(join(work, "store.db"))};
    const claim = { owner: "one", now: 0, leaseUntil: 60_000 };
    ${program}`;
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...options, "--input-type=module", "-e", text],
    { encoding: "utf8", cwd: work, timeout: 60_000 },
  );
  return { status, signal, stdout, stderr };
}

const quiet = { status: 0, signal: null, stderr: "" };

describe("a process", () => {
  test("ends by itself with an open store, and gets every answer before", () => {
    const program = `const store = await createSqliteStore({ path });
      void store.begin("a", claim).then(({ state }) => console.log(state));`;
    expect(run(program)).toEqual({ ...quiet, stdout: "new\n" });
    expect(run(program)).toEqual({ ...quiet, stdout: "running\n" });
  });

  test("can be ended at any time, also while the thread is at work", () => {
    const program = `const store = await createSqliteStore({ path });
      let count = 0;
      const use = async () => {
        for (;;) {
          const key = String(count++);
          await store.begin(key, claim);
          await store.finish(key, { status: 200, body: "x".repeat(2_000), subject: "", keepUntil: 1 });
        }
      };
      for (let index = 0; index < 64; index += 1) void use();
      setTimeout(() => process.exit(7), 100);`;
    // libsql ended about each tenth of them with SIGABRT.
    const ends = Array.from({ length: 10 }, () => run(program));
    expect(ends).toEqual(ends.map(() => ({ ...quiet, status: 7, stdout: "" })));
  });

  test("is shown no warning of Node", () => {
    const { stderr, stdout } = run(`await createSqliteStore({ path }); console.log("open");`);
    expect([stdout, stderr]).toEqual(["open\n", ""]);
  });

  test("may change its directory", () => {
    const program = `const store = await createSqliteStore({ path: "relative.db" });
      process.chdir("/");
      await store.begin("a", claim);
      await store.close();
      console.log("done");`;
    expect(run(program)).toEqual({ ...quiet, stdout: "done\n" });
  });
});

test("where there is no SQLite, says what to install", async () => {
  const bundle = join(work, "store.mjs");
  await build({
    entryPoints: [join(root, "runtime/sqlite.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
  });
  const program = `import(process.argv[1]).then((entry) => entry.createSqliteStore({ path: "store.db" }))
    .then((store) => store.close().then(() => "open"), String).then(console.log);`;
  const { stdout } = spawnSync(process.execPath, ["-e", program, pathToFileURL(bundle).href], {
    cwd: work,
    encoding: "utf8",
  });
  // A bundle is all that a user needs where Node has SQLite.
  if (hasOwnSqlite) expect(stdout).toBe("open\n");
  else
    expect(stdout).toMatch(
      /^ConfigError: .* this Node has no SQLite that is ready for use: npm install libsql, or use/,
    );
});

describe.each(engines)("with %s, another process", (_name, engine) => {
  async function lock(mode: string): Promise<ChildProcess> {
    const program = `const Libsql = require("libsql");
      const database = new Libsql(process.argv[1]);
      database.exec("${mode}");
      console.log("locked");
      setInterval(() => database, 1_000);`;
    const child = spawn(process.execPath, ["-e", program, join(work, "store.db")], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    return child;
  }
  const stop = async (child: ChildProcess): Promise<void> => {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };

  test("that locks the database is an error after some seconds, and no hang", async () => {
    const path = join(work, "store.db");
    const store = await openSqliteStore({ path }, engine);
    const blocker = await lock("BEGIN IMMEDIATE");
    await expect(store.begin("a", claimAt(0))).rejects.toThrow(/^The delivery store at .* failed: database is locked$/);
    await stop(blocker);
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    await store.close();
    const again = await lock("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    await expect(openSqliteStore({ path }, engine)).rejects.toThrow(/another program uses it \(database is locked\)$/);
    await stop(again);
  });
});

describe("a process that is killed", async () => {
  const kiket = await openKiket();
  let program: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    // Within the project, so that its packages are found.
    const folder = join(root, "node_modules/.cache/kiket-gen-test");
    await mkdir(folder, { recursive: true });
    program = join(folder, `durable-extension-${process.pid}.mjs`);
    await build({
      entryPoints: [join(root, "test/support/durable-extension.ts")],
      outfile: program,
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
    });
  });
  afterAll(() => rm(program, { force: true }));
  afterEach(async () => {
    await Promise.all(children.splice(0).map(kill));
  });

  /** The lease of what was cut off: the second that the handler has, and 30 more. */
  const lease = 31_000;

  async function start(handlerTime: number, ahead = 0) {
    const args = [program, join(work, "store.db"), join(work, "runs"), kiket.baseUrl, `${handlerTime}`, `${ahead}`];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [line] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    if (typeof line === "number" || line === null) throw new Error(`It ended with ${line} before it listened.`);
    return { child, url: String(line).trim() };
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  async function deliver(url: string, id: string) {
    const response = await deliverNow(kiket.key, url, id);
    return { status: response.status, body: await response.json() };
  }

  const lines = async () => (await readFile(join(work, "runs"), "utf8").catch(() => "")).split("\n").slice(0, -1);
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test("runs nothing again that it had answered", async () => {
    const first = await start(0);
    const answers = await Promise.all(["a", "b", "c"].map((id) => deliver(first.url, id)));
    await kill(first.child);
    const second = await start(0);
    for (const [index, id] of ["a", "b", "c"].entries()) {
      expect(await deliver(second.url, id)).toEqual({ status: 200, body: { by: first.child.pid } });
      expect(answers[index]).toEqual({ status: 200, body: { by: first.child.pid } });
    }
    expect(await deliver(second.url, "d")).toEqual({ status: 200, body: { by: second.child.pid } });
    expect((await lines()).filter((line) => line.startsWith("begun"))).toHaveLength(4);
  });

  test("runs again what it was interrupted in, once the lease is over", async () => {
    const first = await start(60_000);
    const cut = deliver(first.url, "a").catch(() => "no answer");
    await until(async () => (await lines()).length === 1);
    await kill(first.child);
    expect(await cut).toBe("no answer");
    const second = await start(0);
    expect(await deliver(second.url, "a")).toMatchObject({
      status: 503,
      body: { error: "The delivery is still being handled" },
    });
    const third = await start(0, lease);
    expect(await deliver(third.url, "a")).toEqual({ status: 200, body: { by: third.child.pid } });
    expect(await deliver(second.url, "a")).toEqual({ status: 200, body: { by: third.child.pid } });
    expect((await lines()).map((line) => line.split(" ")[0])).toEqual(["begun", "begun", "ended"]);
  });

  test("two processes at a time share one memory", async () => {
    const [one, two] = await Promise.all([start(20), start(20)]);
    const ids = Array.from({ length: 20 }, (_, index) => `d${index}`);
    const answers = await Promise.all(ids.flatMap((id) => [deliver(one.url, id), deliver(two.url, id)]));
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect((await lines()).filter((line) => line.startsWith("begun"))).toHaveLength(20);
    const again = await Promise.all(ids.flatMap((id) => [deliver(one.url, id), deliver(two.url, id)]));
    expect(again.every(({ status }) => status === 200)).toBe(true);
    expect((await lines()).filter((line) => line.startsWith("begun"))).toHaveLength(20);
  });

  test("under load, again and again: nothing is lost, and nothing that was answered runs again", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `d${index}`);
    const answered = new Map<string, { readonly body: unknown; readonly line: number }>();
    let server = await start(1);
    let isOver = false;
    const attempt = async (id: string) => {
      while (!answered.has(id) && !isOver) {
        const answer = await deliver(server.url, id).catch(() => undefined);
        if (answer?.status === 200) answered.set(id, { body: answer.body, line: (await lines()).length });
        else await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const all = Promise.all(ids.map(attempt));
    for (let round = 1; round <= 4; round += 1) {
      await until(async () => answered.size >= round * 8);
      await kill(server.child);
      server = await start(1);
    }
    // What a kill interrupted is held by its lease until the clock has gone on.
    const begun = async () => new Set((await lines()).map((line) => line.split(" ")[1]));
    await until(async () => (await begun()).size === ids.length);
    isOver = true;
    await all;
    await kill(server.child);
    isOver = false;
    server = await start(1, lease);
    await Promise.all(ids.map(attempt));

    for (const [id, { body }] of answered) expect(await deliver(server.url, id)).toEqual({ status: 200, body });
    const seen = await lines();
    const runsAfterwards = [...answered].filter(([id, { line }]) =>
      seen.slice(line).some((text) => text.startsWith(`begun ${id} `)),
    );
    expect(runsAfterwards).toEqual([]);
    expect(answered.size).toBe(60);
  });
});
