import { type DataShape, hasShape } from "../base/shape.js";
import type { Files } from "./find-manifest.js";
import { type Layout, lockPathIn } from "./layout.js";
import { leadsOut, plainPath } from "./paths.js";
import { keptSchemas, type SchemaPaths } from "./schema-paths.js";

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
}

/** The lock file of a project, which may not exist. */
export interface LockFile {
  readonly path: string;
  readonly text: string | undefined;
  /** `undefined` if the file does not exist or is not valid. Then no generated file is deleted. */
  readonly lock: Lock | undefined;
}

type Raw = Omit<Lock, "schemas"> & { readonly schemas?: Readonly<Record<string, string>> };

const lockShape: DataShape = {
  facts: { "*": "string" },
  files: { "*": "string" },
  handlers: ["string"],
  "schemas?": { "*": "string" },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keeps only paths inside the folders of the output, and names that generated files have: the file comes with the project and cannot be trusted. */
function parseLock(text: string, layout: Layout): Lock | undefined {
  const value = parseJson(text);
  if (!hasShape<Raw>(value, lockShape)) return undefined;
  const { facts, files, handlers, schemas = {} } = value;
  if (Object.values(schemas).includes("")) return undefined;
  const isIn = (folder: string) => (path: string) => !leadsOut(path) && path.startsWith(`${folder}/`);
  const plain = Object.entries(files).map(([path, hash]) => [plainPath(path), hash] as const);
  return {
    facts,
    files: Object.fromEntries(plain.filter(([path]) => isIn(layout.out)(path) && path.endsWith(".gen.ts"))),
    handlers: handlers.map(plainPath).filter(isIn(layout.handlers)),
    schemas: keptSchemas(schemas),
  };
}

export async function readLock(files: Files, layout: Layout): Promise<LockFile> {
  const path = lockPathIn(layout);
  const text = await files.read(path);
  return { path, text, lock: text === undefined ? undefined : parseLock(text, layout) };
}
