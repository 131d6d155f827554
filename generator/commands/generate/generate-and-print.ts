import { diagnose, diagnosticOf } from "../../diagnostics/diagnose.js";
import { type Diagnostic, hasErrors, inOrder } from "../../diagnostics/diagnostic.js";
import type { Severity } from "../../diagnostics/severity.js";
import { generateFrom, type KnownContracts, type Mode, type Report } from "../../generate/generate.js";
import { remember } from "../../generate/run-cache.js";
import type { Host } from "../../project/host.js";
import { type Project, readProject, textsOf } from "../../project/read-project.js";
import { type TracedHost, tracedHost } from "../../project/trace.js";
import { readTexts, type Texts } from "../../terminal/excerpt.js";
import {
  formatActions,
  formatChanges,
  formatDiagnostic,
  formatModel,
  formatTotals,
  formatUnfilled,
  plain,
} from "../../terminal/report.js";
import type { GenerateJob } from "../arguments.js";
import type { Io } from "../command.js";
import { hostOf } from "../open-project.js";

/** Prints what a run did. Unless the mode is "write", also prints what changed in the manifest and a diff of the files. */
async function print(
  { diagnostics, model, actions, changes, unfilled }: Report,
  mode: Mode,
  texts: Texts,
  io: Io,
): Promise<void> {
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle, texts)}\n`);
  if (model === undefined) return io.err(`${formatTotals(diagnostics)}; nothing was written\n`);
  io.out(`${formatModel(model, io.outStyle)}\n`);
  if (mode !== "write") {
    io.out(formatChanges(changes, model.manifest, io.outStyle));
    const { formatDifferences } = await import("../../terminal/drift-diff.js");
    io.out(await formatDifferences(actions, io.outStyle));
  }
  io.out(`${formatActions(actions, mode, io.outStyle)}\n${formatUnfilled(unfilled, model, io.outStyle)}`);
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

/** The handlers that nobody has filled, as diagnostics. */
function unfilledOf({ unfilled }: Report, severity: Severity): Diagnostic[] {
  const hint = "write what the handler does, in place of the stub";
  return unfilled.map((file) =>
    diagnosticOf({ code: "KG507", severity }, { file, line: 1, column: 1 }, "this stub is not filled", hint),
  );
}

/** Generates, and prints what was done. Returns the exit status and the report. */
async function generateProject(
  host: Host,
  project: Project,
  { mode, format, requireHandlers, places }: Pick<GenerateJob, "mode" | "format" | "requireHandlers" | "places">,
  io: Io,
  known: KnownContracts,
): Promise<{ status: number; report: Report }> {
  const report = await generateFrom(host, project, mode, known);
  const { actions } = report;
  const diagnostics = [...report.diagnostics, ...(requireHandlers ? unfilledOf(report, "error") : [])];
  const drift = mode === "check" && actions.some(({ kind }) => kind !== "keep");
  if (format === "text") {
    await print({ ...report, diagnostics }, mode, await readTexts(host, diagnostics, textsOf(project)), io);
    if (drift) io.err("Run kiket-gen to bring the files up to date.\n");
  } else {
    const { printFindings } = await import("../print-findings.js");
    const notes = requireHandlers ? [] : unfilledOf(report, "note");
    const all = inOrder([...diagnostics, ...driftOf(actions), ...notes]);
    await printFindings(format, { diagnostics: all, dir: places.dir, host, project }, io);
  }
  return { status: drift || hasErrors(diagnostics) ? 1 : 0, report };
}

/** Generates in a project that a command has changed, and prints what was done. Returns the exit status. */
export async function generateAndPrint(
  host: Host,
  project: Project,
  io: Io,
  known: KnownContracts = {},
): Promise<number> {
  const job = { mode: "write", format: "text", requireHandlers: false, places: { dir: project.dir } } as const;
  return (await generateProject(host, project, job, io, known)).status;
}

/** A run on a project that was read through `traced`. A clean one is saved, so that the next run is fast. Returns the exit status. */
export async function generateAndRemember(
  { host, trace }: TracedHost,
  project: Project,
  job: GenerateJob,
  io: Io,
): Promise<number> {
  const { status, report } = await generateProject(host, project, job, io, {});
  const { diagnostics, model, actions, unfilled } = report;
  const seen = trace();
  if (job.mode === "write" && diagnostics.length === 0 && model !== undefined && seen !== undefined) {
    const printed = { summary: formatModel(model, plain), unfilled: formatUnfilled(unfilled, model, plain) };
    const stubs = actions.filter(({ ownership }) => ownership === "scaffold").map(({ path }) => path);
    remember(host, project, seen, { ...printed, stubs });
  }
  return status;
}

export async function runJob(job: GenerateJob, io: Io): Promise<number> {
  const traced = tracedHost(await hostOf(job.places.dir, io));
  return generateAndRemember(traced, await readProject(traced.host, job.places), job, io);
}
