import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../../runtime/index.js";
import { createLmdbStore, type LmdbStore } from "../../../runtime/lmdb.js";
import type { StoredReply } from "../../../runtime/stores/delivery-store.js";
import { openKiket } from "../../support/open-kiket.js";
import { root } from "../../support/project.js";
import { testClaims } from "../../support/tokens.js";
import { keepsThePromises } from "./conformance.js";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "kiket-gen-lmdb-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

keepsThePromises({ open: () => createLmdbStore({ path: join(work, "new", "store.data") }), isLasting: true });

describe("the store", () => {
  const hour = 3_600_000;
  const reply: StoredReply = { status: 200, body: '{"ü":[1,null]}', subject: "issue.created\ndlv_1", keepUntil: hour };
  const claim = (now: number, owner = "one") => ({ owner, now, leaseUntil: now + 60_000 });
  const using = async (use: (store: LmdbStore) => Promise<void>) => {
    const store = await createLmdbStore({ path: join(work, "new", "store.data") });
    try {
      await use(store);
    } finally {
      await store.close();
    }
  };

  test("what finished is there after it is opened again, and what is over is swept away", async () => {
    await using(async (store) => {
      for (let index = 0; index < 500; index += 1) store.finish(`${index}`, { ...reply, keepUntil: hour + index });
      await store.finish("last", { ...reply, keepUntil: 3 * hour });
    });
    await using(async (store) => {
      expect(await store.begin("499", claim(hour))).toMatchObject({ state: "done" });
      for (let index = 0; index < 5; index += 1) await store.begin("sweeping", claim(2 * hour));
      expect(await store.begin("last", claim(2 * hour))).toMatchObject({ state: "done" });
      // By a clock before their end they would still be answered, had they not been removed.
      expect(await store.begin("499", claim(0))).toEqual({ state: "new" });
      expect(await store.begin("0", claim(0))).toEqual({ state: "new" });
    });
  });

  test("where lmdb is not installed, says what to install", async () => {
    const bundle = join(work, "store.mjs");
    const entry = join(root, "runtime/lmdb.ts");
    await build({
      entryPoints: [entry],
      outfile: bundle,
      bundle: true,
      format: "esm",
      platform: "node",
      external: ["lmdb"],
    });
    const program = `import(process.argv[1]).then((entry) => entry.createLmdbStore({ path: "store" })).catch(console.log)`;
    const child = spawn(process.execPath, ["-e", program, pathToFileURL(bundle).href], { cwd: work });
    const [text] = await once(child.stdout, "data");
    expect(String(text)).toContain("ConfigError: createLmdbStore needs the package lmdb: npm install lmdb\n");
  });

  test("a folder that cannot be one is a mistake of the configuration", async () => {
    await writeFile(join(work, "file"), "");
    const opening = createLmdbStore({ path: join(work, "file", "store") });
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(createLmdbStore({ path: join(work, "file", "store") })).rejects.toThrow(
      `The delivery store at ${join(work, "file", "store")} cannot be opened:`,
    );
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
    const args = [program, join(work, "store"), join(work, "runs"), kiket.baseUrl, `${handlerTime}`, `${ahead}`];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [line] = await once(child.stdout, "data");
    return { child, url: String(line).trim() };
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  async function deliver(url: string, id: string) {
    const iat = Math.floor(Date.now() / 1000);
    const token = await kiket.key.sign({ ...testClaims, iat, exp: iat + 300, jti: crypto.randomUUID() });
    const response = await fetch(`${url}/v/v1/webhooks/issue.created`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-kiket-delivery": id },
      body: JSON.stringify({ event: "issue.created", authentication: { runtime_token: token } }),
    });
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
    expect(await deliver(second.url, "a")).toEqual({
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
