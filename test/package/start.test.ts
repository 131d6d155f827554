import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstDelivery } from "../bench/first-answer.mjs";
import { readTree, root } from "../support/project.js";
import { runNode } from "../support/run-node.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kiket-gen-start-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The files that a process loads until it has answered its first delivery, below the folder of the project. */
async function loadedBy(program: string): Promise<string[]> {
  const coverage = join(folder, "coverage");
  const env = { ...process.env, ...firstDelivery(), NODE_V8_COVERAGE: coverage };
  const { code, stderr } = await runNode([join(root, "test/bench/first-answer", program)], root, env);
  expect([code, stderr]).toEqual([0, ""]);
  const reports = Object.values(await readTree(coverage)).map(
    (text) => JSON.parse(text) as { result: { url: string }[] },
  );
  const urls = reports.flatMap(({ result }) => result.map(({ url }) => url)).filter((url) => url.startsWith("file:"));
  return urls.map((url) => relative(root, fileURLToPath(url)).replaceAll("\\", "/")).sort();
}

test("until the first answer, few files are loaded, and none of jose", async () => {
  const files = await loadedBy("kiket-gen.mjs");
  const own = files.filter((file) => file.startsWith("dist/")).map((file) => file.replace(/-[\w-]{8}\.js$/, "-*.js"));
  expect(own).toEqual([
    "dist/chunks/node-*.js",
    "dist/chunks/runtime-*.js",
    "dist/runtime/index.js",
    "dist/runtime/node.js",
  ]);
  const packages = files.map((file) => /^node_modules\/([^/]+)\//.exec(file)?.[1]).filter((name) => name !== undefined);
  expect([...new Set(packages)]).toEqual(["h3", "openapi-fetch", "rou3", "srvx"]);
  // h3 and srvx have one entry each, which loads all of them.
  expect(packages.length).toBeLessThanOrEqual(18);
});

/** A program with one handler, as a bundler of a user makes it. */
async function bundled(contents: string) {
  const stdin = { contents, resolveDir: root };
  const options = {
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "node",
    logLevel: "silent",
  } as const;
  return build({ stdin, ...options });
}

const extension = `import { createExtension, defineHandler } from "kiket-gen/runtime";
const handler = defineHandler({ event: "issue.created", version: "v1" }, () => ({ ok: true }));
const extension = createExtension({ handlers: [handler] });
`;

describe("bundled by a user, an extension with one handler", () => {
  test("has at most 58 kB, packed, for a host that calls fetch", async () => {
    const { outputFiles } = await bundled(`${extension}export default { fetch: extension.fetch };`);
    expect(gzipSync(outputFiles[0]?.contents ?? "").length).toBeLessThanOrEqual(58_000);
  });

  test("causes no warning", async () => {
    const { warnings } = await bundled(`${extension}import { serve } from "kiket-gen/runtime/node"; serve(extension);`);
    expect(warnings.map(({ text }) => text)).toEqual([]);
  });
});
