import { join } from "node:path";
import { isUsageError } from "../base/usage-error.js";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import { generateFrom, type Report } from "../generate/generate.js";
import type { Action } from "../output/reconcile.js";
import { type CachingHost, describeSystemError } from "../project/host.js";
import type { ProjectPlaces } from "../project/places.js";
import { type Project, readProject } from "../project/read-project.js";
import { isSameAnswer, tracedHost } from "../project/trace.js";
import { formatUnfilled, plain } from "../terminal/report.js";
import type { Generation } from "./loop.js";
import type { Baseline } from "./watching/changes.js";
import { type DevWord, type ErrorWord, note, type Tell } from "./words/dev-word.js";

/** A generation of a project without errors. */
interface Generated {
  readonly project: Project;
  readonly report: Report & { readonly model: NonNullable<Report["model"]> };
}

export interface GenerationParts {
  readonly host: CachingHost;
  readonly places: ProjectPlaces;
  /** Absolute. */
  readonly folder: string;
  readonly tell: Tell;
  /** Is told each project that has no errors. `host`: what is read through it is watched. Returns what else is wrong. */
  readonly onProject: (generated: Generated, host: CachingHost) => Promise<readonly Diagnostic[]>;
  /** In milliseconds. */
  readonly now: () => number;
}

function diagnosticWord({ at, severity, code, message, hint }: Diagnostic): ErrorWord {
  return { type: "error", stage: "generate", severity, code, message, ...at, ...(hint === undefined ? {} : { hint }) };
}

const changes = { create: "created", write: "written", delete: "deleted" } as const;

function filesOf(actions: readonly Action[]): Extract<DevWord, { type: "generated" }>["files"] {
  return actions.flatMap(({ kind, path }) => (kind === "keep" ? [] : [{ path, change: changes[kind] }]));
}

/** An error that another state of the disk may not have; throws all others. */
function describedError(error: unknown): string {
  const text = isUsageError(error) ? error.message : describeSystemError(error);
  if (text === undefined) throw error;
  return text;
}

/** Generates, and tells what was done and what is wrong. What was told before is not told again as long as it stays. */
export function createGenerator(parts: GenerationParts): () => Promise<Generation> {
  const { host, places, folder, tell, onProject, now } = parts;
  let told = new Set<string>();

  function tellNew(words: readonly DevWord[]): void {
    const keyed = words.map((word) => [JSON.stringify(word), word] as const);
    for (const [key, word] of keyed) if (!told.has(key)) tell(word);
    told = new Set(keyed.map(([key]) => key));
  }

  return async () => {
    const start = now();
    const traced = tracedHost(host);
    const left = (ok: boolean): Generation => {
      const trace = traced.trace();
      const isSame = async () => (trace === undefined ? undefined : isSameAnswer(host, trace));
      return { ok, paths: traced.asked().map((path) => join(folder, path)), isSame };
    };
    try {
      const project = await readProject(traced.host, places);
      const report = await generateFrom(traced.host, project, "write");
      const { diagnostics, actions, unfilled, model } = report;
      const files = filesOf(actions);
      if (files.length > 0) tell({ type: "generated", files, ms: Math.round(now() - start) });
      const stubs = model === undefined ? "" : formatUnfilled(unfilled, model, plain).trimEnd();
      const isOk = model !== undefined && !hasErrors(diagnostics);
      const more = isOk ? await onProject({ project, report: { ...report, model } }, traced.host) : [];
      const found = [...diagnostics, ...more].map(diagnosticWord);
      tellNew([...found, ...(stubs === "" ? [] : [note(stubs, "warn")])]);
      return left(isOk);
    } catch (error) {
      tellNew([{ type: "error", stage: "generate", severity: "error", message: describedError(error) }]);
      return left(false);
    }
  };
}

/** Generates until there are no errors. */
export async function firstGeneration(
  generate: () => Promise<Generation>,
  baseline: Baseline,
  tell: Tell,
  hasEnded: () => boolean,
): Promise<Generation> {
  for (;;) {
    const made = await generate();
    if (made.ok || hasEnded()) return made;
    baseline.note(made.paths);
    // Somebody may have changed the manifest meanwhile.
    if ((await made.isSame()) === false) continue;
    tell(note("waiting for the next save"));
    await baseline.next();
  }
}
