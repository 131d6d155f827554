import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../../../support/free-port.js";
import { root } from "../../../support/project.js";
import { describeWithRedis } from "../../../support/redis-server.js";
import { useRedis } from "./open-store.js";

const work = mkdtempSync(join(tmpdir(), "kiket-gen-redis-process-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs a program that has `createRedisStore`, in a folder. */
function run(folder: string, entry: string, program: string) {
  const file = join(folder, "program.mjs");
  writeFileSync(file, `import { createRedisStore } from ${JSON.stringify(pathToFileURL(entry).href)};\n${program}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 60_000 });
  return { status, stdout, stderr };
}

test("where ioredis is not installed, says what to install", async () => {
  const entry = join(work, "store.mjs");
  await build({
    ...{ entryPoints: [join(root, "runtime/redis.ts")], outfile: entry, bundle: true },
    ...{ format: "esm", platform: "node", packages: "external" },
  });
  const program = `createRedisStore({ url: "redis://localhost" }).catch(({ name, message }) => console.log(name, message));`;
  expect(run(work, entry, program).stdout).toMatch(
    /^ConfigError The delivery store on Redis needs the package ioredis: npm install ioredis \(/,
  );
});

describeWithRedis("a process with an open store", () => {
  const under = useRedis();
  const entry = join(root, "dist/runtime/redis.js");

  test("ends by itself, and gets every answer before", () => {
    const program = `const logger = { info() {}, warn() {} };
      const store = await createRedisStore({ url: ${JSON.stringify(under.server.url)}, logger });
      void store.begin("a", { owner: "one", now: 0, leaseUntil: 60_000 }).then(({ state }) => console.log(state));`;
    expect(run(work, entry, program)).toEqual({ status: 0, stdout: "new\n", stderr: "" });
  });

  test("ends by itself also while Redis is away", async () => {
    const program = `const store = await createRedisStore({ url: "redis://127.0.0.1:${await freePort()}", timeout: 200 });
      void store.begin("a", { owner: "one", now: 0, leaseUntil: 60_000 }).catch(({ name }) => console.log(name));`;
    expect(run(work, entry, program)).toMatchObject({ status: 0, stdout: expect.stringContaining("KiketError\n") });
  });
});
