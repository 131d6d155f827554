import { diagnose, diagnosticOf } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { conflictsIn } from "../yaml/conflicts.js";
import type { Source } from "../yaml/read-yaml.js";
import { filesBelow } from "./files-below.js";
import { type Files, readAll } from "./find-manifest.js";
import { firstLinkOut, type Host } from "./host.js";
import { type LockFile, mayNameSchemas } from "./lock.js";
import type { Places } from "./places.js";
import { outside, type SchemaKind, type SchemaPaths, schemaKinds } from "./schema-paths.js";

/** The user's own schemas: those passed to the command, else those in `package.json` or in the lock file. */
export interface Schemas {
  /** Their paths; without entries if there are no schemas. */
  readonly paths: SchemaPaths;
  /** In code-unit order of path. */
  readonly events: readonly Source[];
  readonly openapi: Source | undefined;
  /** About the schemas and about the lock file. */
  readonly diagnostics: readonly Diagnostic[];
}

const names: Readonly<Record<SchemaKind, string>> = { events: "event schemas", openapi: "an OpenAPI document" };

/** Reads all JSON files below a folder. */
export async function loadFolder(files: Files, folder: string): Promise<Source[]> {
  return readAll(files, await filesBelow(files, folder, [".json"]));
}

function hintAbout(kind: SchemaKind): string {
  return `pass the path again with --${kind}, or pass --no-${kind} to generate without it`;
}

/** Checks the lock file. */
function lockDiagnostics({ path, text, lock, kept }: LockFile, open: readonly SchemaKind[]): Diagnostic[] {
  const at = { file: path, line: 1, column: 1 };
  const outsiders = open
    .filter((kind) => kept?.schemas[kind] === outside)
    .map((kind) =>
      diagnose("KG708", at, `the files were generated from ${names[kind]} outside the project`, hintAbout(kind)),
    );
  if (text !== undefined && lock === undefined) {
    const flags = open.map((kind) => `--${kind}`).join(" and ");
    const hint =
      open.length === 0 || kept !== undefined
        ? "kiket-gen writes a new one; delete generated files that are no longer needed yourself"
        : `if the project has its own schemas, pass them again with ${flags}`;
    const [conflict] = conflictsIn(text);
    const what = conflict === undefined ? "cannot be read" : "contains an unresolved merge conflict";
    const place = conflict === undefined ? at : { ...at, line: conflict.from };
    const ignored = kept === undefined ? "its content is ignored" : "only its paths are used";
    // A run would write a new lock file without the schemas, and no later run would miss them.
    const isLoss = open.length > 0 && kept === undefined && mayNameSchemas(text);
    const severity = isLoss ? "error" : "warning";
    return [
      diagnosticOf({ code: "KG505", severity }, place, `the lock file ${what}, so ${ignored}`, hint),
      ...outsiders,
    ];
  }
  return outsiders;
}

/** Reads the schemas that are set for a project. An empty path means "no schemas". */
export async function readSchemas(
  files: Pick<Host, keyof Files | "exists" | "place">,
  { lock: lockFile, set }: Pick<Places, "lock" | "set">,
): Promise<Schemas> {
  const open = schemaKinds.filter((kind) => set[kind] === undefined || set[kind].by === "lock");
  const diagnostics = lockDiagnostics(lockFile, open);
  const missing = (kind: SchemaKind, file: string, message: string) => {
    const { at } = set[kind] ?? {};
    const hint =
      at === undefined
        ? "the path is relative to the project's folder"
        : `the path is from ${at.file}; pass another with --${kind}, or pass --no-${kind} to generate without it`;
    diagnostics.push(diagnose("KG708", { file, line: 1, column: 1 }, message, hint));
  };

  /** Whether one of the paths must not be read. The user may pass a link, but the project's own files may not name one that leads out. */
  const refused = async (kind: SchemaKind, paths: readonly string[]): Promise<boolean> => {
    const { at } = set[kind] ?? {};
    const path = at === undefined ? undefined : await firstLinkOut(files, paths);
    if (at === undefined || path === undefined) return false;
    const message = `${path} leads out of the project through a link, so it is not read`;
    diagnostics.push(diagnose("KG708", at, message, hintAbout(kind)));
    return true;
  };
  const allowed = async (kind: SchemaKind): Promise<string | undefined> => {
    const path = set[kind]?.path || undefined;
    return path === undefined || (await refused(kind, [path])) ? undefined : path;
  };

  const [folder, document] = [await allowed("events"), await allowed("openapi")];
  const found = folder === undefined ? [] : await filesBelow(files, folder, [".json"]);
  const sound = folder !== undefined && !(await refused("events", found));
  const events = sound ? await readAll(files, found) : [];
  if (sound && !events.some(({ path }) => path.endsWith(".schema.json"))) {
    // With the slash, only a folder exists at the path, not a file.
    const problem = (await files.exists(`${folder}/`)) ? "contains no *.schema.json file" : "does not exist";
    missing("events", folder, `the folder ${folder} ${problem}`);
  }
  const text = document === undefined ? undefined : await files.read(document);
  if (document !== undefined && text === undefined) {
    missing("openapi", document, `cannot read the OpenAPI document ${document}`);
  }
  const openapi = document === undefined || text === undefined ? undefined : { path: document, text };
  return { paths: { events: folder, openapi: document }, events, openapi, diagnostics };
}
