import { catalog } from "../contracts/catalog.gen.js";
import { operations } from "../contracts/operations.gen.js";
import type { Contracts } from "../contracts/schemas/extend.js";
import { type Diagnostic, hasErrors, inOrder } from "../diagnostics/diagnostic.js";
import { unknownManifestKeys } from "../manifest/known-keys/known-keys.js";
import { type Parsed, parse } from "../manifest/parse.js";
import type { Model } from "../model/model.js";
import { type Change, factsOf } from "../output/manifest-fingerprint.js";
import { plan } from "../output/plan.js";
import { readState } from "../output/read-disk.js";
import { type Action, reconcile } from "../output/reconcile.js";
import { render } from "../output/render/index.js";
import { createHost, type Host } from "../project/host.js";
import { type Project, readProject } from "../project/read-project.js";

/** `write` changes files; `check` and `dry-run` change none. */
export type Mode = "write" | "check" | "dry-run";

export interface GenerateOptions {
  /** The project's folder. Default: the working directory. */
  readonly dir?: string;
  /** Path of the manifest, relative to the folder. Default: found as wire contract A26 says, the canonical one first. */
  readonly manifest?: string;
  /** Folder of generated files, relative to the project. Default `src/generated`. */
  readonly out?: string;
  /** Folder of handlers, relative to the project. Default `src/handlers`. */
  readonly handlers?: string;
  /**
   * Folder of event schemas of one's own, beside or in place of the shipped ones. Default: the one that the lock file keeps,
   * which is that of the last run if it is inside the project; empty for none.
   */
  readonly events?: string;
  /** OpenAPI document in place of the shipped one. Default: as for `events`. */
  readonly openapi?: string;
  /** Default `write`. */
  readonly mode?: Mode;
  /** The file system. Default: the disk below `dir`. */
  readonly host?: Host;
}

export interface Report {
  /** In order of file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** Everything planned and everything left over, the lock last; empty where an error stopped the run. */
  readonly actions: readonly Action[];
  /** What the manifest says that it did not say when the lock was written; empty without a lock. */
  readonly changes: readonly Change[];
  /** Absent where an error stopped the run. */
  readonly model: Model | undefined;
}

/** The lock is written last: a run that is cut short leaves the old one, and the next run finds what is left to do. */
async function apply(host: Host, actions: readonly Action[]): Promise<void> {
  for (const { kind, ownership, path, text } of actions) {
    if (kind === "keep") continue;
    if (kind === "delete") await host.remove(path);
    else if (ownership === "scaffold") await host.create(path, text);
    else await host.replace(path, text);
  }
}

/** What is known of Kiket; the schema compilers are loaded only for schemas of the user's own. */
export async function contractsFor(host: Host, { schemas }: Project, mode: Mode): Promise<Contracts> {
  const shipped = { catalog, operations, diagnostics: schemas.diagnostics };
  if (schemas.paths.events === undefined && schemas.paths.openapi === undefined) return shipped;
  const { createCompileCache, extendContracts } = await import("../contracts/schemas/extend.js");
  return extendContracts(shipped, schemas, createCompileCache(host, mode === "write"));
}

/** A misspelt key loses what it says without a trace. Whatever else is merely doubtful is left to `lint`. */
async function misspelt({ root, model }: Parsed): Promise<readonly Diagnostic[]> {
  const keys = root === undefined || model === undefined ? [] : unknownManifestKeys(root, model.format);
  if (keys.length === 0) return [];
  const { misspeltKeys } = await import("../manifest/known-keys/unknown-keys.js");
  return misspeltKeys(keys);
}

/** What a command worked out already. */
export interface Known {
  readonly parsed?: Parsed;
  readonly contracts?: Contracts;
}

/** Generates the files of a project that was read. */
export async function generateFrom(host: Host, project: Project, mode: Mode, known: Known = {}): Promise<Report> {
  const { sources, layout, schemas, lock } = project;
  const parsed = known.parsed ?? parse(sources);
  const { model } = parsed;
  const read = [...sources.diagnostics, ...parsed.diagnostics, ...(await misspelt(parsed))];
  if (model === undefined || hasErrors(read))
    return { diagnostics: inOrder(read), actions: [], changes: [], model: undefined };

  const { diagnostics: ofSchemas, ...contracts } = known.contracts ?? (await contractsFor(host, project, mode));
  const planned = plan(model, layout, "api" in contracts);
  const diagnostics = inOrder([...read, ...ofSchemas, ...planned.diagnostics]);
  if (hasErrors(diagnostics)) return { diagnostics, actions: [], changes: [], model: undefined };

  const input = { model, ...contracts, layout, importExtension: project.importExtension };
  const rendered = planned.files.map((file) => ({ planned: file, text: render(file, input) }));
  const state = await readState(host, lock, planned.files);
  const settled = reconcile(rendered, { facts: factsOf(model), schemas: schemas.paths }, state);
  if (mode === "write") await apply(host, settled.actions);
  return { ...settled, diagnostics: [...diagnostics, ...settled.diagnostics], model };
}

/**
 * Generates an extension's files from its manifest. Mistakes in the manifest come back as diagnostics, and then nothing is
 * written. Throws a `UsageError` for an output folder outside the project, else only what the file system throws.
 */
export async function generate({ dir = ".", mode = "write", ...options }: GenerateOptions = {}): Promise<Report> {
  const host = options.host ?? createHost(dir);
  return generateFrom(host, await readProject(host, { ...options, dir }), mode);
}
