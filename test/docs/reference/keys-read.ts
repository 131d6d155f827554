import { stringify } from "yaml";
import { check } from "../../../generator/lint/lint.js";
import { type ManifestSources, parse } from "../../../generator/manifest/parse.js";
import { completeDisk } from "../../generator/lint/support.js";
import { isObject, type Json } from "../../schemas/read.js";

/** Who reads a key: every run, only `lint`, or nobody. */
export type Reader = "run" | "lint" | "nobody";

interface Read {
  readonly keyAt: unknown;
  readonly value: { readonly path: string };
}

function isEntry(value: unknown): value is Read {
  return typeof value === "object" && value !== null && "keyAt" in value && "value" in value;
}

/** The paths of the keys that `read` looks up, such as `extension.hooks[0].event`. Maps of a manifest are `Map`s, so each look-up is seen. */
function lookedUp(read: () => void): ReadonlySet<string> {
  const paths = new Set<string>();
  const { get, has } = Map.prototype;
  const note = (value: unknown): void => {
    if (isEntry(value)) paths.add(value.value.path);
  };
  Map.prototype.get = function (key) {
    const value: unknown = get.call(this, key);
    note(value);
    return value;
  };
  Map.prototype.has = function (key) {
    note(get.call(this, key));
    return has.call(this, key);
  };
  try {
    read();
  } finally {
    Object.assign(Map.prototype, { get, has });
  }
  return paths;
}

/** The paths of a document that are at a key of a schema: `hooks[0].event` is at `hooks[].event`. */
export function patternOf(key: string): RegExp {
  const source = key
    .replace(/[.$*+?^()|{}]/g, "\\$&")
    .replaceAll("[]", "\\[\\d+\\]")
    .replaceAll("<key>", "[^.]+");
  return new RegExp(`^${source}$`);
}

function withTypes(node: Json, type: string): Json {
  if (Array.isArray(node)) return node.map((item) => withTypes(item, type));
  if (!isObject(node)) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, withTypes(value, type)] as const);
  const own = typeof node.type === "string" && "label" in node ? { type } : {};
  return { ...Object.fromEntries(entries), ...own };
}

/** Documents like this one, whose fields have other types: options of a select, for example, are read of no other. */
export function documentsLike(document: Json): readonly string[] {
  const others = ["select", "template", "integer"].map((type) => withTypes(document, type));
  return [document, ...others].map((each) => stringify(each));
}

/** Tells who reads a key, from what is looked up in projects that have all keys. */
export function readersIn(projects: readonly ManifestSources[]): (key: string) => Reader {
  const byRun = new Set<string>();
  const byLint = new Set<string>();
  for (const sources of projects) {
    for (const path of lookedUp(() => parse(sources))) byRun.add(path);
    for (const path of lookedUp(() => check({ ...sources, diagnostics: [] }, completeDisk))) byLint.add(path);
  }
  return (key) => {
    const pattern = patternOf(key);
    const isIn = (paths: ReadonlySet<string>): boolean => [...paths].some((path) => pattern.test(path));
    return isIn(byRun) ? "run" : isIn(byLint) ? "lint" : "nobody";
  };
}
