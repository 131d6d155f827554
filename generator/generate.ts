import { catalog } from "./catalog.gen.js";
import type { Diagnostic } from "./diagnostics.js";
import { createHost, type Host } from "./host.js";
import { layoutOf } from "./layout.js";
import { load } from "./load.js";
import { parse } from "./manifest/index.js";
import type { Model } from "./model.js";
import { plan } from "./plan.js";
import { type Action, reconcile } from "./reconcile.js";
import { render } from "./render/index.js";

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
  /** Default `write`. */
  readonly mode?: Mode;
  /** The file system. Default: the disk below `dir`. */
  readonly host?: Host;
}

export interface Report {
  /** In order of file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** Everything planned, in order of path; empty where an error stopped the run. */
  readonly actions: readonly Action[];
  /** Absent where an error stopped the run. */
  readonly model: Model | undefined;
}

function stops(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

async function stateOnDisk(host: Host, files: readonly { path: string; ownership: string }[]) {
  const entries = await Promise.all(
    files.map(async ({ path, ownership }): Promise<[string, string] | undefined> => {
      if (ownership === "scaffold") return (await host.exists(path)) ? [path, ""] : undefined;
      const text = await host.read(path);
      return text === undefined ? undefined : [path, text];
    }),
  );
  return new Map(entries.filter((entry) => entry !== undefined));
}

async function apply(host: Host, actions: readonly Action[]): Promise<void> {
  for (const { kind, ownership, path, text } of actions) {
    if (kind === "keep") continue;
    if (ownership === "scaffold") await host.create(path, text);
    else await host.replace(path, text);
  }
}

/**
 * Generates an extension's files from its manifest. Mistakes in the manifest come back as diagnostics, and then nothing is
 * written. Throws a `RangeError` for an output folder outside the project, else only what the file system throws.
 */
export async function generate(options: GenerateOptions = {}): Promise<Report> {
  const dir = options.dir ?? ".";
  const host = options.host ?? createHost(dir);
  const layout = layoutOf(dir, options);
  const sources = await load(host, options.manifest === undefined ? {} : { manifest: options.manifest });
  const parsed = parse(sources);
  const read = [...sources.diagnostics, ...parsed.diagnostics];
  if (parsed.model === undefined || stops(read)) return { diagnostics: read, actions: [], model: undefined };

  const { model } = parsed;
  const planned = plan(model, layout);
  const diagnostics = [...read, ...planned.diagnostics];
  if (stops(diagnostics)) return { diagnostics, actions: [], model: undefined };

  const rendered = planned.files.map((file) => ({ planned: file, text: render(file, { model, catalog, layout }) }));
  const actions = reconcile(rendered, await stateOnDisk(host, planned.files));
  if ((options.mode ?? "write") === "write") await apply(host, actions);
  return { diagnostics, actions, model };
}
