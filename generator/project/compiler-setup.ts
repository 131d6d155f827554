import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Cache, createFilesMatcher, findTsconfig, parseTsconfig, type TsConfigResult } from "get-tsconfig";

/** What decides how a project's TypeScript is compiled: the `tsconfig.json` that applies to a file, with all that it extends. */
export interface CompilerSetup {
  /** The configuration, relative to the project, with "/"; `undefined` if there is none. */
  readonly path: string | undefined;
  /** Empty if the configuration, or one that it extends, cannot be read. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The major version of TypeScript that the project has; 0 if it has none. */
  readonly typescript: number;
  /** The files that were read, relative to the project. */
  readonly read: readonly string[];
  /** Those that were looked for and do not exist. */
  readonly missing: readonly string[];
}

/** Longer chains of references are a cycle or a mistake. */
const mostReferences = 50;

/** A reference names a folder or a file. */
function referencedFile(from: string, path: string): string {
  const target = resolve(dirname(from), path);
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() ? join(target, "tsconfig.json") : target;
}

/** The configuration that includes the file: this one, or one that it refers to. The compiler looks in the same order. */
function including(config: TsConfigResult, file: string, cache: Cache): TsConfigResult | undefined {
  const waiting = [config];
  const seen = new Set<string>();
  for (let next = waiting.shift(); next !== undefined && seen.size < mostReferences; next = waiting.shift()) {
    if (seen.has(next.path)) continue;
    seen.add(next.path);
    if (createFilesMatcher(next, true)(file) !== undefined) return next;
    for (const { path } of next.config.references ?? []) {
      const referenced = referencedFile(next.path, path);
      if (existsSync(referenced)) waiting.push({ path: referenced, config: parseTsconfig(referenced, cache) });
    }
  }
  return undefined;
}

function installedTypeScript(root: string): { readonly major: number; readonly read: readonly string[] } {
  try {
    const path = createRequire(join(root, "package.json")).resolve("typescript/package.json");
    const { version } = JSON.parse(readFileSync(path, "utf8")) as { readonly version?: unknown };
    return { major: Number.parseInt(String(version), 10) || 0, read: [path] };
  } catch {
    return { major: 0, read: [] };
  }
}

/** The answers of the file system, which get-tsconfig keeps. It must not read a device or a pipe, which may never end. */
function createAnswers(): Cache {
  const answers: Cache = new Map();
  const known = answers.get.bind(answers);
  answers.get = (key) => {
    const answer = known(key);
    const path = answer === undefined && /^readFileSync:(.*?)(?::utf8)?$/s.exec(key)?.[1];
    if (path && statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error("not a file");
    return answer;
  };
  return answers;
}

/** The compiler's setup for a file of the project, which need not exist. The compiler itself reports what is wrong with a configuration. */
export function readCompilerSetup(root: string, file: string): CompilerSetup {
  const cache = createAnswers();
  const local = (path: string) => relative(resolve(root), path).split(sep).join("/");
  const path = findTsconfig(resolve(root), "tsconfig.json", cache);
  let found: TsConfigResult | undefined;
  try {
    const nearest = path === undefined ? undefined : { path, config: parseTsconfig(path, cache) };
    found = nearest && (including(nearest, resolve(root, file), cache) ?? nearest);
  } catch {
    // What it extends is not installed yet, or it has a mistake.
    found = undefined;
  }
  const asked = (name: string, answer: (value: unknown) => boolean) =>
    [...cache].flatMap(([key, value]) =>
      key.startsWith(`${name}:`) && answer(value) ? [local(key.slice(name.length + 1).replace(/:utf8$/, ""))] : [],
    );
  const typescript = installedTypeScript(resolve(root));
  return {
    path: path && local(found?.path ?? path),
    options: { ...found?.config.compilerOptions },
    typescript: typescript.major,
    // A configuration that cannot be read is asked for again by whoever keeps what was read.
    read: [
      ...new Set([...asked("readFileSync", () => true), ...(path === undefined ? [] : [local(path)])]),
      ...typescript.read.map(local),
    ],
    missing: asked("existsSync", (exists) => exists === false),
  };
}
