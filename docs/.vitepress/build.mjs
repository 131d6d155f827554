// Builds the documentation site into docs/.vitepress/dist, and checks its links: `npm run docs`.
// DOCS_BASE is the path below which it will be served; without it the site is at the root of its host.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vitepress";
import { writeApiReference } from "./api-reference.mjs";
import { findDeadLinks } from "./dead-links.mjs";
import { findEmptyPages } from "./empty-pages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const base = process.env.DOCS_BASE ?? "/";

function fail(...lines) {
  console.error(lines.map((line) => `docs: ${line}`).join("\n"));
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
  const empty = await findEmptyPages(join(here, "dist"));
  if (empty.length > 0) fail(...empty.map((page) => `${page} is empty; look for what Vue said of it above`));
  const { checked, dead } = await step("links", () => findDeadLinks(join(here, "dist"), base));
  if (dead.length > 0) fail(...dead, `${dead.length} of ${checked} links lead nowhere; correct them in the pages`);
  console.log(`docs: ${checked} links lead somewhere. The site is in docs/.vitepress/dist`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
