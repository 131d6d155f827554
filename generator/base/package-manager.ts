import { UsageError } from "./usage-error.js";
import { anyOf, isOneOf } from "./word-list.js";

/** What installs the packages of a project and runs its scripts. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

export const packageManagers: readonly PackageManager[] = ["npm", "pnpm", "yarn", "bun"];

/** The lock files of package managers, by name, with their manager. The first one that a project has is believed. */
export const lockFiles: Readonly<Record<string, PackageManager>> = {
  "package-lock.json": "npm",
  "npm-shrinkwrap.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
  "bun.lockb": "bun",
};

const managerOfName = (name: string | undefined): PackageManager | undefined =>
  packageManagers.find((manager) => manager === name);

/** The package manager that `packageManager` of `package.json` names: `pnpm` for `pnpm@10.1.0`. */
export function namedManager({ packageManager }: { readonly packageManager?: unknown }): PackageManager | undefined {
  return typeof packageManager === "string" ? managerOfName(/^(\w+)@/.exec(packageManager)?.[1]) : undefined;
}

/** The package manager of a project: the one that `package.json` names, else the one of its lock file, else npm. */
export function managerOf(
  content: { readonly packageManager?: unknown } | undefined,
  names: readonly string[],
): PackageManager {
  const lock = Object.keys(lockFiles).find((name) => names.includes(name));
  return namedManager(content ?? {}) ?? lockFiles[lock ?? ""] ?? "npm";
}

/** A package manager, with its version where that is known. */
export interface RunningManager {
  readonly manager: PackageManager;
  readonly version?: string;
}

/** The package manager that runs this process, from `npm_config_user_agent`: `pnpm/9.15.9 npm/? node/v20.20.2 linux x64`. */
export function runningManager(agent: string | undefined): RunningManager | undefined {
  const [, name, version = ""] = /^(\w+)\/(\S+)/.exec(agent ?? "") ?? [];
  const manager = managerOfName(name);
  if (manager === undefined) return undefined;
  return { manager, ...(/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version) ? { version } : {}) };
}

/** What `--package-manager` says, else what runs this process (`agent`), else npm. The version is known only of what runs. */
export function chosenManager(given: string | undefined, agent: string | undefined): RunningManager {
  const running = runningManager(agent) ?? { manager: "npm" };
  if (given === undefined || given === running.manager) return running;
  if (isOneOf(packageManagers, given)) return { manager: given };
  throw new UsageError(`--package-manager takes ${anyOf(packageManagers)}, not ${JSON.stringify(given)}`);
}

type Translation = readonly (readonly [npm: RegExp, own: string])[];

/** `npm install` of a package and not of all: a version shows it, or the name of this package. */
const installOne = /npm install (?:--save-prod )?(?=kiket-gen|[\w@/.-]+@)/g;

/** What to say instead of a command of npm. The first that fits is taken. */
const translations: Readonly<Record<PackageManager, Translation>> = {
  npm: [],
  pnpm: [
    [/npm install --save-dev /g, "pnpm add --save-dev "],
    [installOne, "pnpm add "],
    [/npm install\b/g, "pnpm install"],
    [/npm ci\b/g, "pnpm install --frozen-lockfile"],
    [/npm dedupe/g, "pnpm dedupe"],
    [/\bnpm (?=run |start\b|test\b)/g, "pnpm "],
    [/npx /g, "pnpm exec "],
  ],
  yarn: [
    [/npm install --save-dev /g, "yarn add --dev "],
    [installOne, "yarn add "],
    [/npm install\b/g, "yarn install"],
    [/npm ci\b/g, "yarn install --immutable"],
    [/npm dedupe/g, "yarn dedupe"],
    [/\bnpm (?=run |start\b|test\b)/g, "yarn "],
    [/npx /g, "yarn "],
  ],
  bun: [
    [/npm install --save-dev /g, "bun add --dev "],
    [installOne, "bun add "],
    [/npm install\b/g, "bun install"],
    [/npm ci\b/g, "bun install --frozen-lockfile"],
    // `bun test` is a runner of its own.
    [/\bnpm (?:run )?(?=start\b|test\b)/g, "bun run "],
    [/\bnpm (?=run )/g, "bun "],
    [/npx /g, "bunx "],
  ],
};

/** A text with commands of npm, with those of another package manager. */
export function inWordsOf(manager: PackageManager, text: string): string {
  return translations[manager].reduce((words, [npm, own]) => words.replace(npm, own), text);
}
