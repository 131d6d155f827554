import { posix } from "node:path";
import { catalog } from "../contracts/catalog.gen.js";
import { documentedEvents } from "../contracts/event-catalog.js";
import { operations } from "../contracts/operations.gen.js";
import type { Contracts } from "../contracts/schemas/extend.js";
import { misspelledEvents } from "../contracts/undocumented-events.js";
import { type Diagnostic, hasErrors, inOrder } from "../diagnostics/diagnostic.js";
import { unknownManifestKeys } from "../manifest/known-keys/known-keys.js";
import { type Parsed, parse } from "../manifest/parse.js";
import type { Model } from "../model/model.js";
import { factsOf, type ManifestChange } from "../output/manifest-fingerprint.js";
import { plan } from "../output/plan.js";
import { setupProblems } from "../output/project-setup.js";
import { readState, unfilledStubs } from "../output/read-disk.js";
import { type Action, reconcile } from "../output/reconcile.js";
import { render } from "../output/render/index.js";
import { type CachingHost, createHost, type Host } from "../project/host.js";
import { lockPathIn } from "../project/layout.js";
import { type Project, readProject } from "../project/read-project.js";
import { misplacedFiles } from "./output-places.js";
import { findOwnFiles } from "./own-files.js";

/** `write` writes the files; `check` and `dry-run` write nothing. */
export type Mode = "write" | "check" | "dry-run";

/** A path that is not given is the one in `package.json` under `kiket-gen`, else the one in the lock file, else the default. */
export interface GenerateOptions {
  /** The project's folder. Default: the working directory. */
  readonly dir?: string;
  /** Path of the manifest, relative to the folder. Default: the first known name that exists, `.kiket/manifest.yaml` first. */
  readonly manifest?: string;
  /** Folder of generated files, relative to the project. Default `src/generated`. */
  readonly out?: string;
  /** Folder of handlers, relative to the project. Default `src/handlers`. */
  readonly handlers?: string;
  /**
   * Folder of the project's own event schemas. They add to the shipped ones, or replace those of the same event and version.
   * Default: the shipped ones. An empty text means no folder.
   */
  readonly events?: string;
  /** OpenAPI document that replaces the shipped one. An empty text means none. */
  readonly openapi?: string;
  /** Default `write`. */
  readonly mode?: Mode;
  /** The file system. Default: the disk below `dir`. */
  readonly host?: Host;
}

/** What `generate` found and did. */
export interface Report {
  /** In order of file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** All planned files and all files that are no longer planned, the lock file last; empty if an error stopped the run. */
  readonly actions: readonly Action[];
  /** What changed in the manifest since the lock file was written; empty if there is no lock file. */
  readonly changes: readonly ManifestChange[];
  /** Paths of the handlers that nobody has filled, those that the run creates too; empty if an error stopped the run. */
  readonly unfilled: readonly string[];
  /** Absent if an error stopped the run. */
  readonly model: Model | undefined;
}

/** The lock file is written last: an interrupted run leaves the old one, and the next run does the rest. */
async function apply(host: Host, actions: readonly Action[]): Promise<void> {
  for (const { kind, ownership, path, text } of actions) {
    if (kind === "keep") continue;
    if (kind === "delete") await host.remove(path);
    else if (ownership === "scaffold") await host.create(path, text);
    else await host.replace(path, text);
  }
  if (actions.every(({ kind }) => kind === "keep")) return;
  // A killed run may have finished all files of a folder, but for the deletion of the last temporary one.
  for (const folder of new Set(actions.flatMap(({ kind, path }) => (kind === "delete" ? [] : posix.dirname(path)))))
    await host.tidy?.(folder);
}

/** Events and operations of Kiket. The schema compilers are loaded only if the project has schemas of its own. */
export async function contractsFor(host: CachingHost, { schemas }: Project, mode: Mode): Promise<Contracts> {
  const shipped = { catalog, operations, diagnostics: schemas.diagnostics };
  if (schemas.paths.events === undefined && schemas.paths.openapi === undefined) return shipped;
  const { createCompileCache, extendContracts } = await import("../contracts/schemas/extend.js");
  return extendContracts(shipped, schemas, createCompileCache(host.cache, mode === "write"), host.notify);
}

/** Misspelled keys are reported by every run, because they are silently ignored. Other doubtful things are reported by `lint`. */
async function misspelled({ root, model }: Parsed): Promise<readonly Diagnostic[]> {
  const keys = root === undefined || model === undefined ? [] : unknownManifestKeys(root, model.format);
  if (keys.length === 0) return [];
  const { misspelledKeys } = await import("../manifest/known-keys/unknown-keys.js");
  return misspelledKeys(keys);
}

/** What the schema of the format refuses is a warning: if what is generated would be wrong, the parser has reported an error. */
async function refused({ root, model, diagnostics }: Parsed): Promise<readonly Diagnostic[]> {
  if (root === undefined || model === undefined) return [];
  const { formatMistakes } = await import("../manifest/schema-rules/format-mistakes.js");
  return formatMistakes(root, model.format, "warning", diagnostics);
}

/** The rest of a report if an error stopped the run. */
const nothingDone: Omit<Report, "diagnostics"> = { actions: [], changes: [], unfilled: [], model: undefined };

/** Results that a command already has. */
export interface KnownContracts {
  readonly parsed?: Parsed;
  readonly contracts?: Contracts;
}

/** Generates the files of a project that is already read. */
export async function generateFrom(
  host: Host,
  project: Project,
  mode: Mode,
  known: KnownContracts = {},
): Promise<Report> {
  const { sources, layout, lock } = project;
  const parsed = known.parsed ?? parse(sources);
  const { model } = parsed;
  const read = [
    ...sources.diagnostics,
    ...parsed.diagnostics,
    ...(await misspelled(parsed)),
    ...(await refused(parsed)),
  ];
  if (model === undefined || hasErrors(read)) return { diagnostics: inOrder(read), ...nothingDone };

  const { diagnostics: ofSchemas, ...contracts } = known.contracts ?? (await contractsFor(host, project, mode));
  const planned = plan(model, layout, { contracts, windows: host.windows === true });
  const setup = setupProblems(project.packageJson, project.compiler);
  const misspelledNames = misspelledEvents(model, documentedEvents(contracts.catalog));
  const misplaced = await misplacedFiles(host, layout, lock, planned.files);
  const found = [...read, ...ofSchemas, ...misspelledNames, ...planned.diagnostics, ...setup, ...misplaced];
  const diagnostics = inOrder(found);
  if (hasErrors(diagnostics)) return { diagnostics, ...nothingDone };

  const input = { model, ...contracts, layout, importExtension: project.importExtension };
  const state = await readState(host, lock, planned.files);
  const absent = planned.files.filter(({ ownership, path }) => ownership === "scaffold" && !state.files.has(path));
  const own = await findOwnFiles(host, project, planned.files, absent);
  if (hasErrors(own.diagnostics)) return { diagnostics: inOrder([...diagnostics, ...own.diagnostics]), ...nothingDone };
  const files = planned.files.filter((file) => !own.unneeded.has(file));
  const rendered = files.map((file) => ({ planned: file, text: render(file, input) }));
  const settled = reconcile(
    rendered,
    { facts: factsOf(model), saved: project.places.saved, lockPath: lockPathIn(layout) },
    state,
  );
  if (mode === "write") await apply(host, settled.actions);
  const unfilled = await unfilledStubs(host, rendered);
  return { ...settled, diagnostics: [...diagnostics, ...own.diagnostics, ...settled.diagnostics], unfilled, model };
}

/**
 * Generates an extension's files from its manifest. Mistakes in the manifest are returned as diagnostics; if one of them is an
 * error, nothing is written. Throws a `UsageError` if the output folder is outside the project, and errors of the file system.
 */
export async function generate({ dir = ".", mode = "write", ...options }: GenerateOptions = {}): Promise<Report> {
  const host = options.host ?? createHost(dir);
  return generateFrom(host, await readProject(host, { ...options, dir }), mode);
}
