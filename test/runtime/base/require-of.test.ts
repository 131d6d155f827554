import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

const program = `import { createQueue } from "kiket-gen/runtime/bullmq";
import { createSqliteStore } from "kiket-gen/runtime/sqlite";
try {
  createQueue({ env: {} });
} catch ({ message }) {
  console.log(message);
}
console.log(typeof createSqliteStore);
`;

test("a program that is bundled in CommonJS starts, and finds its packages from the folder of the process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const outfile = join(folder, "main.cjs");
  await build({
    stdin: { contents: program, resolveDir: root },
    ...{ outfile, bundle: true, platform: "node", format: "cjs", logLevel: "silent" },
  });
  const { stdout, stderr } = await runNode([outfile], root);
  expect([stderr, stdout.split("\n")]).toEqual([
    "",
    [expect.stringMatching(/^url \(or REDIS_URL\) is not set/), "function", ""],
  ]);
});
