import { posix } from "node:path";
import { inWordsOf } from "../../base/package-manager.js";
import { shellWord } from "../../base/shell-word.js";
import { inWords } from "../../base/word-list.js";
import { deployProjectOf, deploySubjectOf } from "../../deploy/deploy-project.js";
import type { DeployTarget } from "../../deploy/deploy-targets.js";
import type { DeployFile, DeployProject, DeployTemplate } from "../../deploy/deploy-template.js";
import { missingIn } from "../../deploy/local-secrets.js";
import { deployFiles, deployProgram, installCommands, templatesFor } from "../../deploy/templates.js";
import { refusedPlace } from "../../generate/output-places.js";
import { parseProject } from "../../manifest/parse-project.js";
import type { Host } from "../../project/host.js";
import type { Project } from "../../project/read-project.js";
import { objectionTo } from "../../project/writing/real-place.js";
import { formatTotals } from "../../terminal/report.js";
import { formatPatch, type Sides } from "../../terminal/unified-diff.js";
import type { Io } from "../command.js";
import { applyOrExplain, sayErrors } from "../edit-project.js";

const sides: Sides = { before: "on disk", after: "from the template" };

/** A file of a template, with what is on the disk. */
interface Compared extends DeployFile {
  readonly before: string | undefined;
}

const newlines = (text: string) => text.replaceAll("\r\n", "\n");
const isDifferent = ({ before, text }: Compared) => before !== undefined && newlines(before) !== newlines(text);

/** Links in a cloned project may lead anywhere: what they lead to is neither read nor written. */
async function misplacedDeployFiles(host: Host, files: readonly Pick<DeployFile, "path">[]) {
  const found = await Promise.all(
    files.map(async ({ path }) => {
      const place = (await host.place?.(path)) ?? { real: path, link: undefined };
      const objection = objectionTo(place);
      return objection === undefined ? [] : [refusedPlace(path, place, objection)];
    }),
  );
  return found.flat();
}

/** Before the commands that need a file with secrets: an empty line first, as the last one may have no end. */
function ignoreSecrets(gitignore = ""): readonly string[] {
  const missing = missingIn(gitignore);
  return missing.length === 0 ? [] : [`printf '%s\\n' '' ${missing.map(shellWord).join(" ")} >> .gitignore`];
}

/** Asked for, or only used by one that is asked for. */
interface Chosen {
  readonly named: readonly DeployTemplate[];
  readonly brought: readonly DeployTemplate[];
}

function chosenOf(targets: readonly DeployTarget[]): Chosen {
  const all = templatesFor(targets);
  const isNamed = ({ target }: DeployTemplate) => targets.includes(target);
  return { named: all.filter(isNamed), brought: all.filter((one) => !isNamed(one)) };
}

function broughtLine({ named, brought }: Chosen): string {
  const lines = brought.map(({ target }) => {
    const users = named.filter(({ needs }) => needs.includes(target)).map((one) => one.target);
    return `with ${target}, which ${inWords(users)} ${users.length === 1 ? "needs" : "need"}\n`;
  });
  return lines.join("");
}

/** What is the same for all, then the commands of each target: those of one that is only used are part of the other's. */
function nextSteps({ named, brought }: Chosen, project: DeployProject, gitignore: string | undefined): string {
  const first = [...ignoreSecrets(gitignore), ...installCommands([...brought, ...named], project)];
  const shown = (lines: readonly string[]) => lines.map((line) => `    ${line}\n`).join("");
  const each = named.map(
    ({ target, next }) =>
      `${named.length === 1 ? "" : `  ${target}\n`}${shown(next(project).map((line) => inWordsOf(project.installer, line)))}`,
  );
  return `\nNext:\n${shown(first)}${each.join("")}`;
}

/** The text of a file of the project; undefined if there is none, or if a link leads out. */
async function readInside(host: Host, path: string): Promise<string | undefined> {
  return (await misplacedDeployFiles(host, [{ path }])).length > 0 ? undefined : host.read(path);
}

/** With what is at its path, else with what has its place under another name. */
async function comparedWith(host: Host, file: DeployFile): Promise<Compared> {
  const { path, text, otherPaths = [] } = file;
  const before = await host.read(path);
  if (before !== undefined) return { path, text, before };
  for (const other of otherPaths) {
    const found = await readInside(host, other);
    if (found !== undefined) return { path: other, text, before: found };
  }
  return { path, text, before };
}

/** Only what stands in the folder itself, as generated stubs do, and not what a link leads to elsewhere. */
async function handlerTexts(host: Host, { handlers }: Project["layout"]): Promise<readonly string[]> {
  if ((await misplacedDeployFiles(host, [{ path: handlers }])).length > 0) return [];
  const names = (await host.list(handlers)).filter((name) => name.endsWith(".ts"));
  const texts = await Promise.all(names.map((name) => readInside(host, posix.join(handlers, name))));
  return texts.filter((text) => text !== undefined);
}

/** In characters. The diff of a longer file would take long, and nobody would read it. */
const longestDiff = 200_000;

async function diffOf({ path, before = "", text }: Compared, { outStyle }: Io): Promise<string> {
  if (before.length > longestDiff) return `${path} is too long to show how it differs\n`;
  return formatPatch(path, newlines(before), text, outStyle, path, sides);
}

/** What to change in the program, which is the user's: shown as a diff until it uses Redis. */
async function programHint(program: Compared | undefined, io: Io): Promise<string> {
  if (program?.before === undefined || program.before.includes("createRedisStore")) return "";
  const patch = await diffOf(program, io);
  return `\n${program.path} is yours, and was not changed. With several instances, it should do this:\n${patch}`;
}

/** Creates the files of targets in a project. One that exists is shown as a diff if it differs, and never changed. */
export async function addDeploy(
  targets: readonly DeployTarget[],
  { host, project: opened }: { readonly host: Host; readonly project: Project },
  io: Io,
): Promise<number> {
  const read = parseProject(opened);
  if ("errors" in read) return sayErrors(read.errors, `fix ${formatTotals(read.errors)} first`, io);
  const handlers = await handlerTexts(host, opened.layout);
  const project = deployProjectOf(
    deploySubjectOf(read.parsed.model, { ...opened, names: await host.list("."), handlers }),
  );
  const chosen = chosenOf(targets);
  const templates = [...chosen.brought, ...chosen.named];
  const planned = deployFiles(templates, project);
  const program = deployProgram(templates, project);
  const misplaced = await misplacedDeployFiles(host, program === undefined ? planned : [...planned, program]);
  if (misplaced.length > 0) return sayErrors(misplaced, formatTotals(misplaced), io);
  const compared = (file: DeployFile) => comparedWith(host, file);
  const existing = program && (await compared(program));
  const files = await Promise.all(planned.map(compared));
  // The program is generated once, if there is none: then it is one that targets want.
  if (existing !== undefined && existing.before === undefined) files.push(existing);
  const gitignore = await readInside(host, ".gitignore");
  const created = files.filter(({ before }) => before === undefined);
  if (
    !applyOrExplain(
      opened.dir,
      created.map(({ path, text }) => ({ path, text })),
      io,
    )
  )
    return 1;

  io.out(broughtLine(chosen));
  const { green, yellow, dim } = io.outStyle;
  for (const file of files) {
    const word =
      file.before === undefined ? green("created  ") : isDifferent(file) ? yellow("differs  ") : dim("unchanged");
    io.out(`  ${word}  ${file.path}\n`);
  }
  const different = files.filter(isDifferent);
  for (const file of different) io.out(`\n${await diffOf(file, io)}`);
  io.out(await programHint(existing, io));
  io.out(nextSteps(chosen, project, gitignore));
  if (different.length === 0) return 0;
  const which = different.length === 1 ? "one file differs" : `${different.length} files differ`;
  io.err(`kiket-gen: ${which} from the template, and was not changed; take from the diff what you want\n`);
  return 1;
}
