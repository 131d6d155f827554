import type { Action } from "../output/reconcile.js";
import { hashOf, keyOf, readCached, writeCached } from "../project/cache.js";
import type { Host } from "../project/host.js";
import { inputsOf, type Project } from "../project/read-project.js";

/** What is saved of a clean run: its files and its summary. */
interface CleanRun {
  /** Generated files by path, with the hash of their text; stubs without a hash, because the user edits them. */
  readonly outputs: Readonly<Record<string, string | null>>;
  readonly summary: string;
}

const entry = "kiket-gen";

/** The cache key: it is the same for the same sources, layout and build of this tool. */
export function stampOf(project: Project): string {
  const { layout, schemas, importExtension } = project;
  const texts = inputsOf(project).flatMap(({ path, text }) => [path, text]);
  const { events = "", openapi = "" } = schemas.paths;
  return keyOf(layout.out, layout.handlers, importExtension, events, openapi, ...texts);
}

/** Whether the project was read without diagnostics: a run with diagnostics is never skipped. */
function isQuiet({ sources, schemas }: Project): boolean {
  return sources.manifest !== undefined && sources.diagnostics.length + schemas.diagnostics.length === 0;
}

async function areUnchanged(host: Host, { lock }: Project, outputs: CleanRun["outputs"]): Promise<boolean> {
  const checks = Object.entries(outputs).map(async ([path, expected]) => {
    if (expected === null) return host.exists(path);
    const text = path === lock.path ? lock.text : await host.read(path);
    return text !== undefined && hashOf(text) === expected;
  });
  return (await Promise.all(checks)).every(Boolean);
}

/**
 * The summary of the last clean run, if the inputs and the files on disk are still the same. A run with nothing to do then
 * does not load the YAML parser and the event catalog, which take most of its time.
 */
export async function recall(host: Host, project: Project): Promise<string | undefined> {
  const known = isQuiet(project) ? await readCached(host, entry, stampOf(project)) : undefined;
  if (known === undefined) return undefined;
  const { outputs, summary } = known as CleanRun;
  return (await areUnchanged(host, project, outputs)) ? summary : undefined;
}

/** Saves a run without diagnostics under the key of its inputs. */
export async function remember(
  host: Host,
  project: Project,
  actions: readonly Action[],
  summary: string,
): Promise<void> {
  if (!isQuiet(project)) return;
  const outputs = Object.fromEntries(
    actions
      .filter(({ kind }) => kind !== "delete")
      .map(({ path, ownership, text }) => [path, ownership === "scaffold" ? null : hashOf(text)]),
  );
  const run: CleanRun = { outputs, summary };
  await writeCached(host, entry, stampOf(project), run);
}
