import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The browser build of `yaml` consists of ES modules: it is bundled without `require`, and unused code is removed. */
export const alias = { yaml: fileURLToPath(new URL("../../node_modules/yaml/browser/index.js", import.meta.url)) };

/** Imports a TypeScript module in a script that runs before the package is built. */
export async function importBundled(contents, resolveDir) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    alias,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
