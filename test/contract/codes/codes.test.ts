import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run as audit } from "../../../generator/commands/audit.js";
import type { Io } from "../../../generator/commands/command.js";
import { run as generate } from "../../../generator/commands/generate.js";
import { run as lint } from "../../../generator/commands/lint.js";
import { run as rename } from "../../../generator/commands/rename.js";
import { createProjectReader } from "../../../generator/dev/dev-project.js";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.js";
import { catalogue } from "../../../generator/lint/catalogue.js";
import { parse } from "../../../generator/manifest/parse.js";
import { readProject } from "../../../generator/project/read-project.js";
import { formatDiagnostic } from "../../../generator/terminal/report.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import type { Finished } from "../../support/run-node.js";
import { auditCases } from "./audit.js";
import type { Case } from "./case.js";
import { fileCases } from "./files.js";
import { lintCases } from "./lint.js";
import { manifestCases } from "./manifest.js";
import { moduleCases } from "./modules.js";
import { manifestRuleCases, moduleRuleCases, outputFieldCases, platformCases, setupCases } from "./platform.js";
import { readingCases } from "./reading.js";
import { schemaCases } from "./schemas.js";

const groups: readonly Readonly<Record<string, Case>>[] = [
  readingCases,
  manifestCases,
  moduleCases,
  fileCases,
  auditCases,
  schemaCases,
  lintCases,
  platformCases,
  manifestRuleCases,
  moduleRuleCases,
  outputFieldCases,
  setupCases,
];

const cases = groups.flatMap((group) => Object.entries(group));

/** Prints what the command `dev` is told of a project. */
async function dev([folder = ""]: readonly string[], io: Io): Promise<number> {
  const host = io.host(folder);
  const project = await readProject(host, { dir: folder });
  const { model } = parse(project.sources);
  if (model === undefined) return 1;
  const report = (diagnostic: Diagnostic) => io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  const loadKit = () => import("../../../runtime/dev.js");
  await createProjectReader(host, { report, loadKit }).projectOf({ project, report: { model } });
  return 0;
}

const commands = { generate, lint, audit, rename, dev };

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeProject)));

async function finish({ command, args, files, links = {} }: Case): Promise<Finished> {
  const folder = await createProject(files);
  folders.push(folder);
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(target, join(folder, path));
  }
  return runCommand({ run: commands[command] }, [...args, folder]);
}

const runs = new Map<string, Promise<Finished>>();

/** Several codes may have the same project; its command then runs once. */
function finished(given: Case): Promise<Finished> {
  const { at: _, ...run } = given;
  const key = JSON.stringify(run);
  const known = runs.get(key) ?? finish(given);
  runs.set(key, known);
  return known;
}

/** Annotations of GitHub in the form of other lines: only these say what is not up to date. */
function withPlaces(output: string): string {
  return output.replace(
    /^::(\w+) file=.*\/project-\w+\/(.*),line=(\d+),col=(\d+),title=(\w+)::/gm,
    (_all, severity, file, line, column, code) => `${file}:${line}:${column}  ${severity}  ${code}  `,
  );
}

describe("codes", () => {
  it("include every rule of the platform's linter", () => {
    const numbered = (letter: string, first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`);
    const rules = [numbered("L", 0, 15), numbered("M", 1, 7), numbered("O", 1, 7), numbered("S", 1, 16)].flat();
    expect([...catalogue.keys()].filter((code) => !code.startsWith("KG"))).toEqual(rules);
  });

  it("have one case each", () => {
    expect(cases.map(([code]) => code).sort()).toEqual([...catalogue.keys()].sort());
  });

  it.each(cases)("%s is reported at its place, with its severity", async (code, given) => {
    const { stdout, stderr, code: status } = await finished(given);
    const severity = catalogue.get(code)?.severity;
    const reported = withPlaces(`${stdout}${stderr}`)
      .split("\n")
      .filter((line) => line.includes(`  ${code}  `));
    expect(reported.map((line) => line.split(/ {2}/).slice(0, 3))).toContainEqual([given.at, severity, code]);
    if (severity === "error") expect(status).toBe(1);
  });
});
