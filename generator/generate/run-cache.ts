import { importExtension } from "../output/import-extension.js";
import type { Action } from "../output/reconcile.js";
import { hashOf, keyOf, readCached, writeCached } from "../project/cache.js";
import { load, type Source } from "../project/find-manifest.js";
import type { Host } from "../project/host.js";
import type { Layout } from "../project/layout.js";
import { readLock } from "../project/lock.js";
import type { SchemaPaths } from "../project/schema-paths.js";
import { readSchemas } from "../project/schemas.js";

/** What a run was told to read, relative to the project; for the schemas that it was not told, the lock file speaks. */
interface Given extends SchemaPaths {
  readonly manifest?: string;
}

/** A clean run as it is remembered: what came out, and what was said. */
interface CleanRun {
  /** Generated files by path, with the hash of their text; scaffolds with none, for they are the user's. */
  readonly outputs: Readonly<Record<string, string | null>>;
  readonly summary: string;
}

const entry = "kiket-gen";

function inputsOf(sources: readonly Source[], layout: Layout, extension: string): string {
  return keyOf(layout.out, layout.handlers, extension, ...sources.flatMap(({ path, text }) => [path, text]));
}

/** What a run is about to read. */
export interface Inputs {
  /** A text to compare: the same for the same sources, layout and build of this tool. */
  readonly stamp: string;
  /** Whether reading them said nothing: a run with something to say is never skipped. */
  readonly quiet: boolean;
}

export async function readInputs(host: Host, layout: Layout, given: Given): Promise<Inputs> {
  const { manifest, modules, diagnostics } = await load(host, given);
  const schemas = await readSchemas(host, await readLock(host, layout), given);
  const said = [...diagnostics, ...schemas.diagnostics];
  const sources = [manifest, ...modules, ...schemas.events, schemas.openapi].filter((source) => source !== undefined);
  const inputs = inputsOf(sources, layout, await importExtension(host));
  return {
    stamp: hashOf(inputs, schemas.paths.events ?? "", schemas.paths.openapi ?? ""),
    quiet: manifest !== undefined && said.length === 0,
  };
}

async function standing(host: Host, outputs: CleanRun["outputs"]): Promise<boolean> {
  const checks = Object.entries(outputs).map(async ([path, expected]) => {
    if (expected === null) return host.exists(path);
    const text = await host.read(path);
    return text !== undefined && hashOf(text) === expected;
  });
  return (await Promise.all(checks)).every(Boolean);
}

/**
 * What the last clean run said, where the same inputs would give the files that stand on the disk. Spares a run that has
 * nothing to do the YAML parser and the event catalogue, which are most of its time.
 */
export async function recall(host: Host, { stamp, quiet }: Inputs): Promise<string | undefined> {
  const known = quiet ? await readCached(host, entry, stamp) : undefined;
  if (known === undefined) return undefined;
  const { outputs, summary } = known as CleanRun;
  return (await standing(host, outputs)) ? summary : undefined;
}

/**
 * Remembers a run without diagnostics. The inputs are those read before
 * the run: a source that was changed while it ran then differs from what is remembered, and the next run is not skipped.
 */
export async function remember(
  host: Host,
  { stamp, quiet }: Inputs,
  actions: readonly Action[],
  summary: string,
): Promise<void> {
  if (!quiet) return;
  const outputs = Object.fromEntries(
    actions
      .filter(({ kind }) => kind !== "delete")
      .map(({ path, ownership, text }) => [path, ownership === "scaffold" ? null : hashOf(text)]),
  );
  const run: CleanRun = { outputs, summary };
  await writeCached(host, entry, stamp, run);
}
