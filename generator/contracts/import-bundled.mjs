import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The build for browsers is the one in ES modules: it can be bundled without `require` and shaken. */
export const alias = { yaml: fileURLToPath(new URL("../../node_modules/yaml/browser/index.js", import.meta.url)) };

/** What a module of TypeScript exports, for a build that runs before anything is built. */
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
