import { checkedName, refuseMisspelled } from "../add/check-name.js";
import { UsageError } from "../base/usage-error.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { knownWith } from "../lint/known-names.js";
import { parse } from "../manifest/parse.js";
import type { Host } from "../project/host.js";
import type { FileChange } from "../project/writing/file-changes.js";
import { treeState } from "../rename/git-state.js";
import { planRename, type RenameRequest } from "../rename/rename-project.js";
import { undoPatch, writePatch } from "../rename/undo-patch.js";
import { formatDiagnostic } from "../terminal/report.js";
import { formatPatch } from "../terminal/unified-diff.js";
import { type ProjectValues, parseArguments, projectOptions } from "./arguments.js";
import { folderHelp, type Io, projectHelp, sayRefusal } from "./command.js";
import { applyOrExplain, inTurn } from "./edit-project.js";
import { generateAndPrint } from "./generate/generate-and-print.js";
import { openProject } from "./open-project.js";

const options = {
  ...projectOptions,
  vocabulary: { type: "string" },
  "dry-run": { type: "boolean" },
  force: { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

function requestOf(vocabulary: string | undefined, words: readonly string[]): { request: RenameRequest; dir: string } {
  const most = vocabulary === undefined ? 3 : 1;
  if (words.length > most) throw new UsageError(`unexpected argument "${words[most]}"`);
  if (vocabulary !== undefined) {
    if (vocabulary !== "case" && vocabulary !== "issue") {
      throw new UsageError(`--vocabulary takes case or issue, not "${vocabulary}"`);
    }
    return { request: { vocabulary }, dir: words[0] ?? "." };
  }
  const [from, to, dir = "."] = words;
  if (from === undefined || to === undefined) throw new UsageError("expected the event and its new name");
  if (from === to) throw new UsageError("the new name is the same as the old name");
  return { request: { from, to: checkedName("event", to, "event") }, dir };
}

function fail(diagnostics: readonly Diagnostic[], io: Io): number {
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  io.err("nothing was changed\n");
  return 1;
}

/** Why a renaming that only version control can undo must not start. */
function objectionIn(state: "dirty" | "none", manifest: string): Diagnostic {
  const message =
    state === "dirty" ? "the working tree has uncommitted changes" : "the project is not in a git repository";
  return diagnose("KG622", { file: manifest, line: 1, column: 1 }, message, "commit first, or use --force");
}

/** Where git alone could tell whether all is committed, a patch takes its part. Returns the path of the patch. */
async function patchInstead(host: Host, changes: readonly FileChange[], io: Io): Promise<string> {
  const path = await writePatch(host, await undoPatch(changes));
  io.out(
    `What git has cannot be told without running programs that the project may name, so ${path} was written first.\n` +
      `To undo the renaming, in the project's folder: git apply ${path} (or patch -p1 < ${path}), then kiket-gen.\n`,
  );
  return path;
}

interface Wanted extends ProjectValues {
  readonly "dry-run"?: boolean;
  readonly force?: boolean;
}

async function renameIn(dir: string, request: RenameRequest, values: Wanted, io: Io): Promise<number> {
  const { host, project } = await openProject(dir, values, io);
  // The raw events of an adapter have the names of another system.
  if ("from" in request && !values.force && parse(project.sources).model?.adapter === undefined) {
    const misspelled = refuseMisspelled(request.to, (await knownWith(project.schemas)).events);
    if (misspelled !== undefined) return sayRefusal(misspelled, io);
  }
  const planned = await planRename(request, host, project);
  if ("diagnostics" in planned) return fail(planned.diagnostics, io);
  const { files, changes, stale, notes } = planned.plan;
  for (const { path, target, before, text } of files) {
    io.out(path === target ? "" : `${io.outStyle.bold(`${path} -> ${target}`)}\n`);
    if (before !== text) io.out(await formatPatch(path, before, text, io.outStyle, target));
  }
  for (const note of notes) io.out(`${formatDiagnostic(note, io.outStyle)}\n`);
  if (values["dry-run"]) return 0;

  const edited = changes.flatMap(({ path, before }) => (before === undefined ? [] : [path]));
  const state = values.force ? "clean" : await treeState(dir, edited, io.environment ?? {});
  if (state === "dirty" || state === "none") return fail([objectionIn(state, files.at(-1)?.path ?? "")], io);
  const patch = state === "unknown" ? await patchInstead(host, changes, io) : undefined;
  if (!applyOrExplain(dir, changes, io)) {
    if (patch !== undefined) await host.remove(patch);
    return 1;
  }
  for (const path of stale) await host.remove(path);
  return generateAndPrint(host, planned.after.project, io, planned.after);
}

/** Renames events in the manifest and in the user's sources, and generates. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const { request, dir } = requestOf(values.vocabulary, positionals);
  const work = () => renameIn(dir, request, values, io);
  return values["dry-run"] ? work() : inTurn(dir, io, work);
}

export const help: string = `Usage: kiket-gen rename <event> <new name> [dir] [options]
       kiket-gen rename --vocabulary case|issue [dir] [options]

Renames an event in the manifest and in the code: file of the handler, imports, types and payload members (payload.issue
becomes payload.case). Shows the diff first, and generates afterwards. If the manifest already has the new name, the code follows.

${folderHelp}
  --vocabulary <word>   rename every issue.* event to case.* (case), or back (issue)
  --dry-run             show the diff, change nothing
  --force               change files even if they are not committed to git, or the new name looks misspelled
${projectHelp}
Exit status: 0 renamed, or with --dry-run shown, 1 not renamed, 2 usage error.
`;
