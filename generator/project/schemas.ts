import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Source } from "../yaml/read-yaml.js";
import { filesBelow } from "./files-below.js";
import { type Files, readAll } from "./find-manifest.js";
import type { Host } from "./host.js";
import type { LockFile } from "./lock.js";
import { outside, type SchemaKind, type SchemaPaths, schemaKinds } from "./schema-paths.js";

/** A user's own schemas: those that the command names, else those that the lock file keeps. */
export interface Schemas {
  /** Where they stand; nothing where there are none. */
  readonly paths: SchemaPaths;
  /** In code-unit order of path. */
  readonly events: readonly Source[];
  readonly openapi: Source | undefined;
  /** Of the lock file, too. */
  readonly diagnostics: readonly Diagnostic[];
}

const names: Readonly<Record<SchemaKind, string>> = { events: "event schemas", openapi: "an OpenAPI document" };

/** Reads every JSON file below a folder. */
export async function loadFolder(files: Files, folder: string): Promise<Source[]> {
  return readAll(files, await filesBelow(files, folder, [".json"]));
}

/** What is wrong with the lock file. */
function lockDiagnostics({ path, text, lock }: LockFile, open: readonly SchemaKind[]): Diagnostic[] {
  const at = { file: path, line: 1, column: 1 };
  if (text !== undefined && lock === undefined) {
    const flags = open.map((kind) => `--${kind}`).join(" and ");
    const hint =
      open.length === 0
        ? "kiket-gen writes it again; delete generated files that nothing needs any more yourself"
        : `if the project has schemas of its own, name them with ${flags} once more`;
    return [diagnose("KG505", at, "the lock file cannot be read, so what it kept is unknown", hint)];
  }
  return open
    .filter((kind) => lock?.schemas[kind] === outside)
    .map((kind) => {
      const hint = `name them with --${kind} as before, or leave them out with --no-${kind}`;
      return diagnose("KG708", at, `the files were made from ${names[kind]} outside of the project`, hint);
    });
}

/** Reads the schemas given, else those that the lock file keeps; an empty path says that there are to be none. */
export async function readSchemas(
  files: Pick<Host, keyof Files | "exists">,
  lockFile: LockFile,
  given: SchemaPaths,
): Promise<Schemas> {
  const open = schemaKinds.filter((kind) => given[kind] === undefined);
  const diagnostics = lockDiagnostics(lockFile, open);
  const pathOf = (kind: SchemaKind): string | undefined => {
    const kept = lockFile.lock?.schemas[kind];
    return given[kind] === undefined ? (kept === outside ? undefined : kept) : given[kind] || undefined;
  };
  const missing = (kind: SchemaKind, file: string, message: string) => {
    const hint = open.includes(kind)
      ? `${lockFile.path} names it; name another with --${kind}, or leave it out with --no-${kind}`
      : "the path is relative to the project's folder";
    diagnostics.push(diagnose("KG708", { file, line: 1, column: 1 }, message, hint));
  };

  const [folder, document] = [pathOf("events"), pathOf("openapi")];
  const events = folder === undefined ? [] : await loadFolder(files, folder);
  if (folder !== undefined && !events.some(({ path }) => path.endsWith(".schema.json"))) {
    // The slash keeps a file from passing for a folder.
    const what = (await files.exists(`${folder}/`)) ? "*.schema.json in the folder" : "folder";
    missing("events", folder, `there is no ${what} ${folder}`);
  }
  const text = document === undefined ? undefined : await files.read(document);
  if (document !== undefined && text === undefined) {
    missing("openapi", document, `cannot read the OpenAPI document ${document}`);
  }
  const openapi = document === undefined || text === undefined ? undefined : { path: document, text };
  return { paths: { events: folder, openapi: document }, events, openapi, diagnostics };
}
