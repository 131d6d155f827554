import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { generateFrom, type KnownContracts, type Mode, type Report } from "../generate/generate.js";
import { remember } from "../generate/run-cache.js";
import type { Model } from "../model/model.js";
import type { Host } from "../project/host.js";
import { type Project, readProject, textsOf } from "../project/read-project.js";
import { type TracedHost, tracedHost } from "../project/trace.js";
import { readTexts, type Texts } from "../terminal/excerpt.js";
import {
  formatActions,
  formatChanges,
  formatDiagnostic,
  formatModel,
  formatTotals,
  plain,
} from "../terminal/report.js";
import type { GenerateJob } from "./arguments.js";
import type { Io } from "./command.js";
import { hostOf } from "./open-project.js";

/** Prints what a run did. Unless the mode is "write", also prints what changed in the manifest and a diff of the files. */
async function print(
  { diagnostics, model, actions, changes }: Report,
  mode: Mode,
  texts: Texts,
  io: Io,
): Promise<void> {
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle, texts)}\n`);
  if (model === undefined) return io.err(`${formatTotals(diagnostics)}; nothing was written\n`);
  io.out(`${formatModel(model, io.outStyle)}\n`);
  if (mode !== "write") {
    io.out(formatChanges(changes, model.manifest, io.outStyle));
    const { formatDifferences } = await import("../terminal/drift-diff.js");
    io.out(await formatDifferences(actions, io.outStyle));
  }
  io.out(`${formatActions(actions, mode, io.outStyle)}\n`);
}

/** What a check found, as diagnostics: for formats that have nothing else. */
function driftOf(actions: Report["actions"]): Diagnostic[] {
  const what = { create: "is missing", write: "is out of date", delete: "is left over" };
  return actions.flatMap(({ kind, path }) =>
    kind === "keep"
      ? []
      : [
          diagnose(
            "KG515",
            { file: path, line: 1, column: 1 },
            `${path} ${what[kind]}`,
            "run kiket-gen and commit the result",
          ),
        ],
  );
}

/** Generates, and prints what was done. Returns the exit status, and the model of a run without diagnostics. */
async function generateProject(
  host: Host,
  project: Project,
  { mode, format, places }: Pick<GenerateJob, "mode" | "format" | "places">,
  io: Io,
  known: KnownContracts,
): Promise<{ status: number; clean: Model | undefined }> {
  const report = await generateFrom(host, project, mode, known);
  const { diagnostics, model, actions } = report;
  const drift = mode === "check" && actions.some(({ kind }) => kind !== "keep");
  if (format === "text") {
    await print(report, mode, await readTexts(host, diagnostics, textsOf(project)), io);
    if (drift) io.err("Run kiket-gen to bring the files up to date.\n");
  } else {
    const { printFindings } = await import("./print-findings.js");
    const all = inOrder([...diagnostics, ...driftOf(actions)]);
    await printFindings(format, { diagnostics: all, dir: places.dir, host, project }, io);
  }
  return { status: model === undefined || drift ? 1 : 0, clean: diagnostics.length === 0 ? model : undefined };
}

/** Generates in a project that a command has changed, and prints what was done. Returns the exit status. */
export async function generateAndPrint(
  host: Host,
  project: Project,
  io: Io,
  known: KnownContracts = {},
): Promise<number> {
  const job = { mode: "write", format: "text", places: { dir: project.dir } } as const;
  return (await generateProject(host, project, job, io, known)).status;
}

/** A run on a project that was read through `traced`. A clean one is saved, so that the next run is fast. Returns the exit status. */
export async function generateAndRemember(
  { host, trace }: TracedHost,
  project: Project,
  job: GenerateJob,
  io: Io,
): Promise<number> {
  const { status, clean } = await generateProject(host, project, job, io, {});
  const seen = trace();
  if (job.mode === "write" && clean !== undefined && seen !== undefined) {
    remember(host, project, seen, formatModel(clean, plain));
  }
  return status;
}

export async function runJob(job: GenerateJob, io: Io): Promise<number> {
  const traced = tracedHost(await hostOf(job.places.dir, io));
  return generateAndRemember(traced, await readProject(traced.host, job.places), job, io);
}
