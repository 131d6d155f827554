import type { BuildProblem } from "../../../dev/build/builder.js";
import type { BuildTrial } from "../../../dev/build/create-builder.js";
import type { Diagnostic } from "../../../diagnostics/diagnostic.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** How the project's sources are compiled. */
export interface CompilerFacts {
  /** The configuration that applies to generated files, relative to the project; undefined if there is none. */
  readonly config: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** The major version of TypeScript; 0 if there is none. */
  readonly typescript: number;
  /** What keeps generated files from compiling, at the configuration. */
  readonly objection: Diagnostic | undefined;
}

function isStrict({ options, typescript }: CompilerFacts): boolean {
  return options.strict === true || (options.strict === undefined && typescript > 5);
}

export function checkCompiler(facts: CompilerFacts): readonly Finding[] {
  const { config, objection } = facts;
  if (objection !== undefined) {
    const { message, hint, at } = objection;
    return [
      projectFinding("tsconfig", "wrong", message, { where: at.file, ...(hint === undefined ? {} : { fix: hint }) }),
    ];
  }
  if (config === undefined)
    return [projectFinding("tsconfig", "not-testable", "there is no package.json or tsconfig.json to look at")];
  if (isStrict(facts)) return [projectFinding("tsconfig", "ok", `${config} compiles generated files, and is strict`)];
  return [
    projectFinding("tsconfig", "warning", "the compiler is not strict", {
      where: `${config} compilerOptions.strict`,
      why: "without it, members that may be missing have no undefined in their types",
      fix: 'write "strict": true',
    }),
  ];
}

function findingOf(status: "wrong" | "warning", { file, line, column, message, hint }: BuildProblem): Finding {
  const more = { where: `${file}:${line}:${column}`, ...(hint === undefined ? {} : { fix: hint }) };
  return projectFinding("dev-build", status, message, more);
}

/** Longer lists of one kind are cut. */
const most = 5;

/** Whether `dev` can build the sources as `npm run build` does. `generated`: files that the configuration should name. */
export function checkBuild(trial: BuildTrial, generated: readonly string[]): readonly Finding[] {
  if ("problems" in trial) return trial.problems.slice(0, most).map((problem) => findingOf("wrong", problem));
  const { count, warnings, sources } = trial;
  const named = new Set(sources);
  const left = generated.filter((path) => !named.has(path));
  const excluded = left.slice(0, 1).map((path) =>
    projectFinding("dev-build", "warning", `generated files are not in the configuration, such as ${path}`, {
      where: "tsconfig.json include",
      why: "their type errors are shown only where something imports them",
      fix: 'add the folder to "include"',
    }),
  );
  const found = [...warnings.slice(0, most).map((warning) => findingOf("warning", warning)), ...excluded];
  return found.length > 0 ? found : [projectFinding("dev-build", "ok", `dev can build the program: ${count} files`)];
}
