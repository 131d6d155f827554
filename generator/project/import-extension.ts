import { posix } from "node:path";
import type { Files } from "./find-manifest.js";

/** Ending of the imports between a project's own files. */
export type ImportExtension = ".js" | ".ts";

type Reader = Pick<Files, "read">;

interface Config {
  readonly extends?: unknown;
  readonly compilerOptions?: unknown;
}

/** Options under which the compiler takes `.ts` in an import. */
const options = ["allowImportingTsExtensions", "rewriteRelativeImportExtensions"] as const;

type Options = Readonly<Partial<Record<(typeof options)[number], boolean>>>;

/** Chains of `extends` longer than this are a circle or a mistake. */
const maxDepth = 16;

const comment = /("(?:\\.|[^"\\])*")|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
const trailingComma = /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g;

/** JSON with comments and trailing commas, as the compiler reads it; `undefined` where it is none: the compiler says so itself. */
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

/** Where a relative `extends` may stand, in the compiler's order; a base from a package is not followed. */
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
 * The ending that a project's imports need: `.ts` where its `tsconfig.json`, or a file that it extends by a relative path,
 * turns on `allowImportingTsExtensions` or `rewriteRelativeImportExtensions`, so that Node's type stripping finds them; else `.js`.
 */
export async function importExtension(files: Reader): Promise<ImportExtension> {
  const found = await readOptions(files, ["tsconfig.json"], maxDepth);
  return options.some((name) => found[name] === true) ? ".ts" : ".js";
}
