import { posix } from "node:path";
import { type DataShape, hasShape } from "../base/shape.js";
import { sidesOf } from "../yaml/conflicts.js";
import type { Files } from "./find-manifest.js";
import { defaultLayout, reservedFolders } from "./layout.js";
import { leadsOut, plainPath, reservedPart } from "./paths.js";
import { keptSchemas, type SchemaPaths } from "./schema-paths.js";

/** Paths that an option named and later runs use, relative to the project. */
export interface SavedPlaces {
  readonly handlers?: string;
  readonly manifest?: string;
}

/** What the last run generated. The lock file is committed with the generated files, so that any machine knows which files kiket-gen owns. */
export interface Lock {
  /** What the files were generated from, by name, each with a hash: the permissions, events, settings and so on. */
  readonly facts: Readonly<Record<string, string>>;
  /** Generated files by path, each with a hash of its meaning: formatting and the comments above the code do not change it. */
  readonly files: Readonly<Record<string, string>>;
  /** Stubs that were created. */
  readonly handlers: readonly string[];
  /** Paths of the user's own schemas. */
  readonly schemas: SchemaPaths;
  readonly places: SavedPlaces;
}

/** The lock file of a project, which may not exist. */
export interface LockFile {
  readonly path: string;
  readonly text: string | undefined;
  /** `undefined` if the file does not exist or is not valid. Then no generated file is deleted. */
  readonly lock: Lock | undefined;
  /** The paths in the lock file. If it has a merge conflict, those that both sides name. `undefined` if that cannot be told. */
  readonly kept: Pick<Lock, "schemas" | "places"> | undefined;
}

type Raw = Omit<Lock, "schemas" | "places"> & {
  readonly schemas?: Readonly<Record<string, string>>;
  readonly places?: Readonly<Record<string, string>>;
};

const lockShape: DataShape = {
  facts: { "*": "string" },
  files: { "*": "string" },
  handlers: ["string"],
  "schemas?": { "*": "string" },
  "places?": { "*": "string" },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A path that a lock file may name. */
function isInside(path: string): boolean {
  return path !== "." && path !== "" && !leadsOut(path);
}

function savedPlaces(places: Readonly<Record<string, string>>): SavedPlaces {
  const named = (["handlers", "manifest"] as const).map((name) => [name, plainPath(places[name] ?? "")]);
  const isAllowed = ([name, path = ""]: string[]) =>
    isInside(path) && (name !== "handlers" || reservedPart(path, reservedFolders) === undefined);
  return Object.fromEntries(named.filter(isAllowed));
}

/** Keeps only paths below the folders of the output, and names that generated files have: the file comes with the project and cannot be trusted. */
function parseLock(text: string, out: string, handlersFolder: string): Lock | undefined {
  const value = parseJson(text);
  if (!hasShape<Raw>(value, lockShape)) return undefined;
  const { facts, files, handlers, schemas = {}, places = {} } = value;
  if (Object.values(schemas).includes("")) return undefined;
  const plain = Object.entries(files).map(([path, hash]) => [plainPath(path), hash] as const);
  const saved = savedPlaces(places);
  const isIn = (...folders: readonly string[]) => {
    return (path: string) => isInside(path) && folders.some((folder) => path.startsWith(`${folder}/`));
  };
  return {
    facts,
    files: Object.fromEntries(plain.filter(([path]) => isIn(out)(path) && path.endsWith(".gen.ts"))),
    handlers: handlers
      .map(plainPath)
      .filter(isIn(defaultLayout.handlers, saved.handlers ?? handlersFolder, handlersFolder)),
    schemas: keptSchemas(schemas),
    places: saved,
  };
}

/** What both sides of a merge conflict keep; `undefined` if they differ, or if one is no lock file. */
function keptIn(text: string, read: (text: string) => Lock | undefined): LockFile["kept"] {
  const sides = sidesOf(text).flatMap((side) => {
    const { schemas, places } = read(side) ?? {};
    return schemas === undefined || places === undefined ? [] : [{ schemas, places }];
  });
  const [first, second] = sides;
  return JSON.stringify(first) === JSON.stringify(second) ? first : undefined;
}

/** Whether a text that is no JSON, such as one with a merge conflict, may name schemas. */
export function mayNameSchemas(text: string): boolean {
  return parseJson(text) === undefined && text.includes('"schemas"');
}

/** Reads the lock file. `handlers`: the folder of the handlers as far as it is known without the lock file. */
export async function readLock(
  files: Pick<Files, "read">,
  path: string,
  handlers: string = defaultLayout.handlers,
): Promise<LockFile> {
  const text = await files.read(path);
  const parse = (given: string) => parseLock(given, posix.dirname(path), handlers);
  const lock = text === undefined ? undefined : parse(text);
  return { path, text, lock, kept: lock ?? (text === undefined ? undefined : keptIn(text, parse)) };
}
