import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { createQueue } from "../../../runtime/bullmq.js";
import { createLogRecorder } from "../../../runtime/testing/log-recorder.js";
import { encryptionKey, jobId, newJob } from "../../runtime/jobs/bullmq/open-queue.js";
import { root } from "../../support/project.js";
import { describeWithRedis, type RedisServer, startRedis } from "../../support/redis-server.js";
import { runCli, runNode } from "../../support/run-node.js";

describeWithRedis("kiket-gen jobs as built, with a real Redis", () => {
  let redis: RedisServer;
  let url: string;
  beforeAll(async () => {
    redis = await startRedis({ settings: { requirepass: "sesame" } });
    url = `redis://:sesame@127.0.0.1:${redis.port}`;
    const queue = createQueue({ url, encryptionKey, logger: createLogRecorder().logger, env: {} });
    for (const name of ["one", "two"]) await queue.add(newJob(name, { deferral: { attempts: 1 } }));
    const worker = await queue.work(async () => ({ state: "failed", reason: "handler-failed" }), {
      ...{ concurrency: 1, handlers: [], logger: createLogRecorder().logger },
    });
    const isDead = async () => (await jobs("list", "--state", "dead")).stdout.includes("2 dead");
    await vi.waitUntil(isDead, { timeout: 60_000, interval: 200 });
    await worker.close(5_000);
    await queue.close?.();
  });
  afterAll(() => redis.close());

  const jobs = (...args: readonly string[]) => runCli(["jobs", ...args], tmpdir(), { ...process.env, REDIS_URL: url });

  it("lists, lets run again and removes", async () => {
    const list = await jobs("list");
    expect([list.code, list.stderr]).toEqual([0, ""]);
    expect(list.stdout).toMatch(
      /^ID +EVENT +STATE +RUNS +AGE +NEXT RUN +REASON\n(?:job-[\w-]{43} .*1\/1.*handler-failed\n){2}\n2 dead\n$/,
    );
    const json = await jobs("list", "--json");
    const [first] = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ event: "issue.created", version: "v1", state: "dead", reason: "handler-failed" });
    for (const { stdout, stderr } of [list, json]) expect(stdout + stderr).not.toMatch(/in-clear|sesame|kg1\./);

    expect(await jobs("retry", jobId("one"))).toEqual({ code: 0, stdout: `${jobId("one")}  retried\n`, stderr: "" });
    expect((await jobs("list")).stdout).toMatch(/waiting +0\/1/);
    expect((await jobs("discard", "--dead")).stderr).toBe(
      `kiket-gen: 1 dead job at redis://:***@127.0.0.1:${redis.port} would be removed; nothing was changed\n    hint: pass --yes\n`,
    );
    expect((await jobs("discard", "--dead", "--yes")).stdout).toBe("1 dead job discarded\n");
    const unknown = await jobs("discard", jobId("one").slice(0, -3));
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining(`did you mean ${jobId("one")}?`)]);
  });

  it("shows no password, whatever goes wrong", async () => {
    const wrong = [
      ["--url", `redis://:open-sesame@127.0.0.1:${redis.port}`],
      ["--url", "redis://me:sesame@127.0.0.1:1"],
      ["--url", "me:sesame@127.0.0.1:1"],
      ["--url", "rediss://me:sesame@127.0.0.1:1"],
      ["--url", `redis://me:sesame@host.invalid`],
      ["--prefix", "a b"],
      ["--urll", url],
      ["--urll=redis://me:sesame@127.0.0.1:1"],
      ["--json=redis://me:sesame@127.0.0.1:1"],
      ["redis://me:sesame@127.0.0.1:1"],
      ...["--event", "--limit", "--state", "--prefix"].map((name) => [name, "redis://me:sesame@127.0.0.1:1"]),
    ];
    for (const args of wrong) {
      const { code, stdout, stderr } = await jobs("list", ...args);
      expect([code === 0, stdout], args[1]).toEqual([false, ""]);
      expect(stderr).toMatch(/^kiket-gen: .+\n/);
      expect(stderr).not.toMatch(/sesame|\n +at /);
    }
    for (const verb of ["retry", "discard", ""]) {
      const { code, stdout, stderr } = await runCli(
        ["jobs", ...(verb === "" ? [] : [verb]), "redis://me:sesame@h"],
        tmpdir(),
      );
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^kiket-gen: an address goes after --url, or into REDIS_URL\n/);
      expect(stderr).not.toContain("sesame");
    }
  });

  it("does not look for an address in files of the project", async () => {
    const { code, stderr } = await runCli(["jobs", "list"], tmpdir(), { ...process.env, REDIS_URL: "" });
    expect([code, stderr]).toEqual([1, expect.stringContaining("REDIS_URL")]);
  });

  it("names the packages that are not installed", async () => {
    const alone = await mkdtemp(join(tmpdir(), "kiket-gen-alone-"));
    try {
      await mkdir(join(alone, "node_modules"));
      await cp(join(root, "dist"), join(alone, "dist"), { recursive: true });
      await cp(join(root, "package.json"), join(alone, "package.json"));
      for (const name of Object.keys(manifest.dependencies)) {
        await symlink(join(root, "node_modules", name), join(alone, "node_modules", name), "junction");
      }
      const cli = join(alone, "dist/generator/cli.cjs");
      const { code, stderr } = await runNode([cli, "jobs", "list"], alone, { ...process.env, REDIS_URL: url });
      expect([code, stderr]).toEqual([1, expect.stringContaining("npm install bullmq ioredis")]);
      expect(stderr).not.toMatch(/\n +at /);
      // A program learns it when it makes the queue, not with the first delivery.
      const program = `import { createQueue } from "./dist/runtime/bullmq.js";
        try { createQueue({ url: ${JSON.stringify(url)} }); } catch ({ name, message }) { console.log(name, message); }`;
      const made = await runNode(["--input-type=module", "-e", program], alone);
      expect([made.code, made.stdout]).toEqual([
        0,
        expect.stringMatching(/^ConfigError .*: npm install bullmq ioredis/),
      ]);
    } finally {
      await rm(alone, { recursive: true });
    }
  });
});
