import { chosenManager } from "../base/package-manager.js";
import { isUsageError, UsageError } from "../base/usage-error.js";
import { deployTargets } from "../deploy/deploy-targets.js";
import { chosenTargets, initOptionsHelp } from "../init/init-options.js";
import { nextSteps } from "../init/next-steps.js";
import { type Call, callOf, initWords } from "./call.js";
import { type Asked, answered } from "./questions.js";

/** What creating a project may use of the process. */
export interface Shell {
  out(text: string): void;
  err(text: string): void;
  readonly version: string;
  /** `npm_config_user_agent`: what runs this process. */
  readonly agent: string | undefined;
  /** Absent if nobody can answer. */
  readonly asked: Asked | undefined;
  /** Why a project cannot be made in a folder; `undefined` if nothing is known against it. */
  problemOf(dir: string): string | undefined;
  /** Runs `kiket-gen` with these words, and resolves with its exit status; `undefined` if it is not installed. */
  init(words: readonly string[]): Promise<number> | undefined;
  /** Runs a program in a folder, and resolves with its exit status. Rejects if it cannot be started. */
  run(command: string, args: readonly string[], folder: string): Promise<number>;
}

const name = "create-kiket-extension";

/** As a shell has it for Ctrl+C. */
const cancelledStatus = 130;

const help = `Usage: npm create kiket-extension [dir] [-- options]

Creates a project that is ready to run, with kiket-gen init. In a terminal it asks for what is not given. The folder must
not exist yet, or be empty (.git is allowed). No file is overwritten.

${initOptionsHelp(deployTargets)}  --install, --no-install
                        install the packages, or not (default: ask, or not)
  --git, --no-git       make a git repository, or not (default: ask, or not)
  -y, --yes             ask nothing
  -h, --help, -v, --version

npm takes the options after "--": npm create kiket-extension my-extension -- --template webhook
Others do not need it: pnpm create kiket-extension my-extension --template webhook

Exit status: 0 success; 1 the project could not be made, or the install failed; 2 usage error; 130 cancelled.
`;

/** Runs a program in the new project, and says so if it fails: the project is there all the same. */
async function ran(shell: Shell, command: string, args: readonly string[], dir: string): Promise<boolean> {
  const words = [command, ...args].join(" ");
  const problem = await shell.run(command, args, dir).then(
    (status) => (status === 0 ? undefined : `ended with status ${status}`),
    (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? `cannot be started: ${command} is not installed` : error.message,
  );
  if (problem === undefined) return true;
  shell.err(`${name}: ${words} ${problem}\n    hint: the project in ${dir} is complete; run ${words} there\n`);
  return false;
}

async function make(call: Call, shell: Shell): Promise<number> {
  const { "package-manager": given } = call.init;
  const { manager } = chosenManager(given === undefined ? undefined : String(given), shell.agent);
  const asked = call.yes ? undefined : shell.asked;
  if (asked === undefined && call.dir === undefined) throw new UsageError("expected the folder of the new project");
  const problem = asked === undefined || call.dir === undefined ? undefined : shell.problemOf(call.dir);
  if (problem !== undefined) {
    shell.err(`${name}: ${problem}\n    hint: use a folder that does not exist yet, or an empty one\n`);
    return 1;
  }
  asked?.begin(`${name} ${shell.version}`);
  const full = asked === undefined ? call : await answered(call, asked, { manager, problemOf: shell.problemOf });
  if (full === undefined) {
    asked?.cancelled("Cancelled. Nothing was written.");
    return cancelledStatus;
  }
  const done = shell.init(initWords(full));
  if (done === undefined) {
    shell.err(
      `${name}: kiket-gen is not installed beside this package\n    hint: run npm create kiket-extension again\n`,
    );
    return 1;
  }
  const status = await done;
  const { dir, git = false, install = false } = full;
  if (status !== 0 || dir === undefined) return status;
  const isRepository = !git || (await ran(shell, "git", ["init", "--quiet"], dir));
  const isInstalled = install && (await ran(shell, manager, ["install"], dir));
  if (full.init["no-next"] === undefined) {
    const { deploy } = full.init;
    const targets = chosenTargets(typeof deploy === "string" ? deploy : undefined);
    shell.out(nextSteps({ dir, manager, targets, isInstalled }));
  }
  return isRepository && isInstalled === install ? 0 : 1;
}

/** Creates a project as the words of the command line and the user say. Returns the exit status. */
export async function create(args: readonly string[], shell: Shell): Promise<number> {
  const words = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (words.some((word) => word === "--help" || word === "-h")) return shell.out(help) ?? 0;
  if (words.some((word) => word === "--version" || word === "-v")) return shell.out(`${shell.version}\n`) ?? 0;
  try {
    return await make(callOf(args), shell);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    shell.err(`${name}: ${error.message}\nRun ${name} --help for the options.\n`);
    return 2;
  }
}
