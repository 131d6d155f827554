import type { CompilerSetup } from "./compiler-setup.js";

/** The ending of imports between the project's own files. */
export type ImportExtension = ".js" | ".ts";

/** Compiler options that allow `.ts` in an import. */
const permitting = ["allowImportingTsExtensions", "rewriteRelativeImportExtensions"] as const;

/** The ending that a project's imports need: `.ts` if the compiler allows it, so that Node's type stripping finds the files; else `.js`. */
export function importExtension({ options }: Pick<CompilerSetup, "options">): ImportExtension {
  return permitting.some((name) => options[name] === true) ? ".ts" : ".js";
}
