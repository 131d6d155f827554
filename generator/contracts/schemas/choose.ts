import { diagnose } from "../../diagnostics/diagnose.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Files } from "../../project/find-manifest.js";
import { leadsOut, plainPath } from "../../project/paths.js";
import type { SchemaKind, SchemaPaths } from "./paths.js";

/** The schemas that a run is to read. */
export interface Choice extends SchemaPaths {
  /** The lock file, and what of these is its word, not the user's. */
  readonly lock: string;
  readonly kept: readonly SchemaKind[];
  /** Of the lock file alone; what the schemas are worth is told when they are read. */
  readonly diagnostics: readonly Diagnostic[];
}

const kinds: readonly SchemaKind[] = ["events", "openapi"];
const names: Readonly<Record<SchemaKind, string>> = { events: "event schemas", openapi: "an OpenAPI document" };

/** Stands in the lock file for any place outside of the project: where that is differs from machine to machine. */
const outside = "..";

/** Where a user's own schemas stand, as the lock file keeps it; `undefined` where there are none. */
export function keptSchemas(paths: SchemaPaths): SchemaPaths | undefined {
  const entries = kinds.flatMap((kind) => {
    const path = paths[kind];
    return path === undefined ? [] : [[kind, leadsOut(path) ? outside : plainPath(path)]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What a lock file keeps: the file comes with the project, so it must not lead out of it. `undefined` for no lock file at all. */
function parseKept(text: string): SchemaPaths | undefined {
  try {
    const { schemas } = JSON.parse(text) as { readonly schemas?: Readonly<Record<string, unknown>> };
    const entries = kinds.flatMap((kind) => {
      const said = schemas?.[kind];
      return typeof said !== "string" || said === "" ? [] : [[kind, said]];
    });
    return keptSchemas(Object.fromEntries(entries)) ?? {};
  } catch {
    return undefined;
  }
}

/** The schemas given, else those that the lock file keeps; an empty path says that there are to be none. */
export async function chooseSchemas(files: Files, lock: string, given: SchemaPaths): Promise<Choice> {
  const chosen = Object.fromEntries(kinds.flatMap((kind) => (given[kind] ? [[kind, given[kind]]] : [])));
  const open = kinds.filter((kind) => given[kind] === undefined);
  const text = open.length === 0 ? undefined : await files.read(lock);
  if (text === undefined) return { ...chosen, lock, kept: [], diagnostics: [] };

  const at = { file: lock, line: 1, column: 1 };
  const keeps = parseKept(text);
  if (keeps === undefined) {
    const flags = open.map((kind) => `--${kind}`).join(" and ");
    const hint = `if the project has schemas of its own, name them with ${flags} once more`;
    const message = "the lock file cannot be read, so what it kept is unknown";
    return { ...chosen, lock, kept: [], diagnostics: [diagnose("KG505", at, message, hint)] };
  }
  const far = open.filter((kind) => keeps[kind] === outside);
  const kept = open.filter((kind) => keeps[kind] !== undefined && keeps[kind] !== outside);
  const diagnostics = far.map((kind) => {
    const hint = `name them with --${kind} as before, or leave them out with --no-${kind}`;
    return diagnose("KG708", at, `the files were made from ${names[kind]} outside of the project`, hint);
  });
  return { ...chosen, ...Object.fromEntries(kept.map((kind) => [kind, keeps[kind]])), lock, kept, diagnostics };
}
