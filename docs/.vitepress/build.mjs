// Builds the documentation site into docs/.vitepress/dist: `npm run docs`. The configuration of the site checks what was built.
// DOCS_BASE is the path below which it will be served; without it the site is at the root of its host.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import { writeApiReference } from "./api-reference.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const base = process.env.DOCS_BASE ?? "/";

function fail(message) {
  console.error(message.replaceAll(/^/gm, "docs: "));
  process.exit(1);
}

async function step(name, run) {
  const start = performance.now();
  const result = await run();
  console.log(`docs: ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

if (!/^\/(.+\/)?$/.test(base)) fail(`DOCS_BASE is "${base}", and must begin and end with "/", such as "/kiket-gen/"`);

try {
  await step("API reference", () => writeApiReference(join(here, "../..")));
  await step("site", () => build(join(here, "..")));
  console.log("docs: the site is in docs/.vitepress/dist");
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
