import { UsageError } from "../base/usage-error.js";
import { oneFolder, parseArguments } from "../commands/arguments.js";
import { chosenTargets, chosenTemplate, initOptions } from "../init/init-options.js";

const ownOptions = {
  yes: { type: "boolean", short: "y" },
  install: { type: "boolean" },
  "no-install": { type: "boolean" },
  git: { type: "boolean" },
  "no-git": { type: "boolean" },
} as const;

/** What the command line says. */
export interface Call {
  /** The folder of the new project; undefined if none is given. */
  readonly dir: string | undefined;
  /** Options for `kiket-gen init`, by name. */
  readonly init: Readonly<Record<string, string | true>>;
  /** Ask nothing. */
  readonly yes: boolean;
  /** Undefined: ask, where somebody can answer. */
  readonly install: boolean | undefined;
  readonly git: boolean | undefined;
}

/** @throws {UsageError} for wrong arguments. */
export function callOf(args: readonly string[]): Call {
  const { values, positionals } = parseArguments(args, { ...initOptions, ...ownOptions }, ["help", "version"]);
  const { yes = false, install, "no-install": noInstall, git, "no-git": noGit, ...rest } = values;
  const either = (name: string, does: boolean | undefined, doesNot: boolean | undefined) => {
    if (does && doesNot) throw new UsageError(`--${name} and --no-${name} cannot be used together`);
    return doesNot ? false : does;
  };
  // `init` checks them as well, but would send its reader to its own help.
  chosenTemplate(values.template);
  chosenTargets(values.deploy);
  return {
    dir: oneFolder(positionals),
    init: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== false)) as Call["init"],
    yes,
    install: either("install", install, noInstall),
    git: either("git", git, noGit),
  };
}

/** The words after `kiket-gen` that make the project. What to do next is printed after the install. */
export function initWords({ dir, init }: Pick<Call, "dir" | "init">): readonly string[] {
  const options = Object.entries(init).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return [
    "init",
    ...options,
    ...(init["no-next"] === true ? [] : ["--no-next"]),
    ...(dir === undefined ? [] : ["--", dir]),
  ];
}
