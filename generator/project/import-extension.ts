import { posix } from "node:path";
import type { Files } from "./find-manifest.js";

/** The ending of imports between the project's own files. */
export type ImportExtension = ".js" | ".ts";

type Reader = Pick<Files, "read">;

interface Config {
  readonly extends?: unknown;
  readonly compilerOptions?: unknown;
}

/** Compiler options that allow `.ts` in an import. */
const options = ["allowImportingTsExtensions", "rewriteRelativeImportExtensions"] as const;

type Options = Readonly<Partial<Record<(typeof options)[number], boolean>>>;

/** Longer chains of `extends` are a cycle or a mistake. */
const maxDepth = 16;

const comment = /("(?:\\.|[^"\\])*")|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
const trailingComma = /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g;

/** Reads JSON with comments and trailing commas, as the compiler does. Invalid text gives `undefined`, because the compiler reports it. */
function parseConfig(text: string): Config | undefined {
  const keepText = (_match: string, quoted: string | undefined) => quoted ?? "";
  const json = text
    .replace(/^\ufeff/, "")
    .replace(comment, keepText)
    .replace(trailingComma, keepText);
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function ownOptions({ compilerOptions }: Config): Options {
  if (typeof compilerOptions !== "object" || compilerOptions === null) return {};
  const given = new Map(Object.entries(compilerOptions));
  return Object.fromEntries(options.map((name) => [name, given.get(name)]).filter(([, value]) => value !== undefined));
}

/** The possible paths of a relative `extends`, in the order of the compiler. A base from a package is not read. */
function candidates(from: string, base: string): readonly string[] {
  if (!/^\.\.?(\/|$)/.test(base)) return [];
  const path = posix.join(posix.dirname(from), base);
  return base.endsWith(".json") ? [path] : [path, `${path}.json`];
}

async function readOptions(files: Reader, paths: readonly string[], depth: number): Promise<Options> {
  for (const path of paths) {
    const text = await files.read(path).catch(() => undefined);
    if (text === undefined) continue;
    const config = parseConfig(text);
    if (config === undefined || depth === 0) return {};
    const bases = [config.extends].flat().filter((base) => typeof base === "string");
    const inherited = await Promise.all(bases.map((base) => readOptions(files, candidates(path, base), depth - 1)));
    return Object.assign({}, ...inherited, ownOptions(config));
  }
  return {};
}

/**
 * The ending that a project's imports need. It is `.ts` if `tsconfig.json`, or a file that it extends by a relative path, turns on
 * `allowImportingTsExtensions` or `rewriteRelativeImportExtensions`, so that Node's type stripping finds the files; else `.js`.
 */
export async function importExtension(files: Reader): Promise<ImportExtension> {
  const found = await readOptions(files, ["tsconfig.json"], maxDepth);
  return options.some((name) => found[name] === true) ? ".ts" : ".js";
}
