import { posix } from "node:path";
import { ts } from "ts-morph";
import type { BuildSetup } from "./build-setup.js";
import type { CompiledPlaces } from "./compiled-places.js";
import { readText } from "./plain-system.js";
import { isBelow } from "./project-path.js";

/** What is in the project after `npm run build`. Paths are absolute, in the project. */
export interface AfterBuild {
  /** The file that a program finds at a path; undefined if there is none. Itself, or what stands for it. */
  fileAt(path: string): string | undefined;
  /** Whether a program finds a folder at a path. */
  folderAt(path: string): boolean;
  /** Whether a folder is the one of compiled files, or in it, and apart from the sources. */
  isOutput(folder: string): boolean;
  /** Whether an entry of the folder of compiled files was made by the compiler. */
  isCompiled(path: string): boolean;
  /** Whether an entry of a folder of sources is one that the build copies. */
  isCopied(path: string): boolean;
  /** The folder of sources whose other files the build copies to the place that a folder of the output has. */
  copiedFrom(folder: string): string | undefined;
  /** The file that Node takes for a name in a compiled file. */
  nodeFinds(name: string, from: string, mode: ts.ResolutionMode): string | undefined;
}

const byCompiler = /(?:\.d\.[cm]?ts|\.tsbuildinfo|\.[cm]?jsx?|\.[cm]?js\.map|\.d\.[cm]?ts\.map)$/;
const declarations = /(?:\.d\.[cm]?ts|\.tsbuildinfo|\.map)$/;
const typeScript = /\.[cm]?tsx?$/;

export function lookAfterBuild(
  { dir, scripts, main }: BuildSetup,
  { outputs, outDir, rootDir }: CompiledPlaces,
): AfterBuild {
  const compiled = new Set(outputs.values());
  const inPlace = outDir === undefined || outDir === rootDir || isBelow(outDir, main);

  const isCompiled = (path: string) => (scripts.copies ? declarations : byCompiler).test(path);
  const isCopied = (path: string) => !outputs.has(path) && !typeScript.test(path);
  const isOutput = (folder: string) => !inPlace && (folder === outDir || isBelow(outDir, folder));
  const copiedFrom = (folder: string) => {
    if (!isOutput(folder) || !scripts.copies || outDir === undefined || rootDir === undefined) return undefined;
    return posix.join(rootDir, posix.relative(outDir, folder));
  };
  const fileAt = (path: string): string | undefined => {
    if (compiled.has(path)) return path;
    const isFile = (file: string) => ts.sys.fileExists(file);
    if (!isOutput(posix.dirname(path))) return isFile(path) ? path : undefined;
    const folder = copiedFrom(posix.dirname(path));
    const copied = folder === undefined ? undefined : posix.join(folder, posix.basename(path));
    if (copied !== undefined && isFile(copied) && isCopied(copied)) return copied;
    return isFile(path) && !isCompiled(path) ? path : undefined;
  };

  const folderAt = (path: string) => {
    const copied = copiedFrom(path);
    const isCompiledTo = [...compiled].some((file) => isBelow(path, file));
    return (
      isCompiledTo || [path, ...(copied === undefined ? [] : [copied])].some((folder) => ts.sys.directoryExists(folder))
    );
  };

  const options: ts.CompilerOptions & { readonly noDtsResolution: true } = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowJs: true,
    resolveJsonModule: true,
    // Node knows no declarations: without this the compiler would follow `types` first.
    noDtsResolution: true,
  };
  const host: ts.ModuleResolutionHost = {
    fileExists: (path) => !typeScript.test(path) && fileAt(path) !== undefined,
    readFile: readText,
    getCurrentDirectory: () => dir,
  };
  const nodeFinds = (name: string, from: string, mode: ts.ResolutionMode) => {
    if (/^\.\.?\//.test(name)) {
      const path = posix.join(posix.dirname(from), name);
      if (fileAt(path) !== undefined) return path;
      if (mode !== ts.ModuleKind.CommonJS) return undefined;
    }
    return ts.resolveModuleName(name, from, options, host, undefined, undefined, mode ?? ts.ModuleKind.CommonJS)
      .resolvedModule?.resolvedFileName;
  };
  return { fileAt, folderAt, isOutput, isCompiled, isCopied, copiedFrom, nodeFinds };
}
