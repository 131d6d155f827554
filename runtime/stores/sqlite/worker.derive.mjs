// For the build: derives `worker.gen.ts` of this folder, the program of the thread as one text.
import { join } from "node:path";
import { build } from "esbuild";

export async function deriveWorker(folder, target) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, "worker.ts")],
    absWorkingDir: folder,
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target,
    logLevel: "warning",
  });
  // Whether it runs as CommonJS or as a module depends on Node's options, so it takes nothing from its surroundings.
  const load = `process.getBuiltinModule("node:module").createRequire(process.execPath)`;
  const program = `(function (require, module) {\n${outputFiles[0].text}})(${load}, { exports: {} });\n`;
  return `export const workerSource: string = ${JSON.stringify(program)};\n`;
}
