import { posix } from "node:path";
import { isEventName } from "../../base/event-name.js";
import { bareVersion } from "../../base/event-version.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { type Diagnostic, inOrder } from "../../diagnostics/diagnostic.js";
import type { Position } from "../../model/model.js";
import { readJson } from "../../yaml/read-json.js";
import type { Source } from "../../yaml/read-yaml.js";
import { type EventFile, linkEvent } from "./link.js";
import { reportNumbersOutOfRange } from "./number-range.js";
import type { EventSchema } from "./schema.js";
import { namedSchemas, type SchemaFile } from "./schema-names.js";

const suffix = ".schema.json";

/** Files that every event may refer to, and that describe no event. A folder may contain its own versions of them. */
export const sharedFiles: readonly string[] = [`envelope.v1${suffix}`, `shapes.v1${suffix}`];

interface SchemaFolder {
  readonly events: readonly EventSchema[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `issue.created.v1.schema.json` → `issue.created` and `v1`; the version starts with a digit, or with `v` and a digit. */
export function eventOfFile(file: string): { event: string; version: string } | undefined {
  if (!file.endsWith(suffix)) return undefined;
  const name = file.slice(0, -suffix.length);
  const [, event, version] = /^(.+?)\.(v?\d[\w-]*(?:\.\d[\w-]*)*)$/.exec(name) ?? [];
  return event === undefined || version === undefined || !isEventName(event) ? undefined : { event, version };
}

/**
 * Reads a folder of event schemas. `sources` have paths below `folder`; only files directly in the folder describe events, and
 * the other files can be referred to. `shared`: the shipped files that can be referred to.
 */
export function readSchemaFolder(folder: string, sources: readonly Source[], shared: readonly Source[]): SchemaFolder {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const files = new Map<string, SchemaFile>();
  for (const source of shared) {
    const root = readJson(source, report);
    if (root !== undefined) files.set(source.path, namedSchemas(source.path, root));
  }
  const events: EventFile[] = [];
  const first = new Map<string, string>();
  for (const source of sources) {
    const path = posix.relative(folder, source.path);
    const start: Position = { file: source.path, line: 1, column: 1 };
    const root = readJson(source, report);
    if (root !== undefined) {
      files.set(path, namedSchemas(path, root));
      reportNumbersOutOfRange(root, "KG703", report);
    }
    if (path.includes("/") || !path.endsWith(suffix) || sharedFiles.includes(path)) continue;
    const identity = eventOfFile(path);
    if (identity === undefined) {
      const hint = `name it <event>.<version>${suffix}, or <name>.json if it contains only shared definitions`;
      report(diagnose("KG702", start, `the file name ${path} does not contain a valid event and version`, hint));
      continue;
    }
    const key = `${identity.event}@${bareVersion(identity.version)}`.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, path);
    else
      report(diagnose("KG707", start, `${path} describes the same event version as ${earlier}`, "delete one of them"));
    if (root !== undefined) events.push({ path, root, ...identity });
  }
  const linked = events.map((event) => linkEvent(event, files, report));
  return { events: linked, diagnostics: inOrder(diagnostics) };
}
