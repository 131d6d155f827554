import { posix } from "node:path";
import { ts } from "ts-morph";
import type { AfterBuild } from "./after-build.js";
import type { BuildSetup } from "./build-setup.js";
import type { CompiledPlaces } from "./compiled-places.js";
import type { NamedModule } from "./named-modules.js";
import type { SourceProgram } from "./program.js";
import { localPath } from "./project-path.js";
import type { BuildScripts } from "./scripts.js";

/** What becomes of a name in a source. */
export interface PlannedImport {
  readonly named: NamedModule;
  /** The name in the compiled file, where it is another one. */
  readonly rewritten?: string;
  /** Told if the compiled file still has the name. An error: the program could not start. */
  readonly finding?: { readonly severity: "error" | "warning"; readonly message: string; readonly hint: string };
}

export interface ImportQuestion {
  readonly setup: BuildSetup;
  readonly places: CompiledPlaces;
  readonly opened: SourceProgram;
  readonly after: AfterBuild;
}

/** Whether names stay in compiled files as they are in the sources. */
export function isPlainCompiler({ compiler, rewrites }: BuildScripts): boolean {
  return compiler === "tsc" && !rewrites;
}

export function relativeName(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

/** The file or folder that `new URL(name, import.meta.url)` leads to: there, and after `npm run build`. */
export function planAddress(named: NamedModule, file: ts.SourceFile, question: ImportQuestion): PlannedImport {
  const { setup, places, after } = question;
  const { dir, scripts, main } = setup;
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(named.name) ?? [];
  if (!/^\.\.?(?:\/|$)/.test(path)) return { named };
  const from = places.outputs.get(file.fileName) ?? file.fileName;
  const there = (base: string) => posix.join(posix.dirname(base), path);
  const exists = (target: string) => after.fileAt(target) !== undefined || after.folderAt(target);
  const wanted = there(from);
  // A bundler puts all sources into one file.
  const bundled = posix.join(places.outDir ?? posix.dirname(main), path);
  if (scripts.bundles && wanted !== bundled) {
    if (exists(bundled)) return { named, rewritten: relativeName(from, bundled) + rest };
    if (!exists(wanted)) return { named };
    const message = `after \`npm run build\`, this address leads to ${localPath(dir, bundled)}: a bundle is one file`;
    return { named, finding: { severity: "warning", message, hint: "write it as from the folder of the bundle" } };
  }
  const source = there(file.fileName);
  const isThere = ts.sys.fileExists(source) || ts.sys.directoryExists(source);
  if (exists(wanted) || !isThere) return { named };
  const output = places.outputs.get(source);
  const message =
    output === undefined
      ? `the compiled file finds nothing here: ${localPath(dir, source)} is not copied to ${localPath(dir, wanted)}`
      : `the compiled file finds nothing here: ${localPath(dir, source)} is compiled to ${localPath(dir, output)}`;
  const hint =
    output !== undefined
      ? `write "${relativeName(from, output)}"`
      : scripts.copies
        ? "run `npm run build` once, if it makes this file"
        : "`npm run build` does not copy it either: keep it in a folder outside the sources, or copy it in the script `build`";
  return { named, finding: { severity: "warning", message, hint } };
}
