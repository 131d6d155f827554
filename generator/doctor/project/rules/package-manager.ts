import type { Finding } from "../../finding.js";
import { type FoundLock, lockFiles } from "./lock-file.js";
import type { PackageContent } from "./package-json.js";

/** What to say instead of a command of npm. The first that fits is taken. */
const translations: Readonly<Record<string, readonly (readonly [npm: RegExp, own: string])[]>> = {
  pnpm: [
    [/npm install --save-dev /g, "pnpm add --save-dev "],
    [/npm install (?:--save-prod )?(?=kiket-gen)/g, "pnpm add "],
    [/npm install\b/g, "pnpm install"],
    [/npm ci\b/g, "pnpm install --frozen-lockfile"],
    [/npm dedupe/g, "pnpm dedupe"],
    [/npx /g, "pnpm exec "],
  ],
  yarn: [
    [/npm install --save-dev /g, "yarn add --dev "],
    [/npm install (?:--save-prod )?(?=kiket-gen)/g, "yarn add "],
    [/npm install\b/g, "yarn install"],
    [/npm ci\b/g, "yarn install --immutable"],
    [/npm dedupe/g, "yarn dedupe"],
    [/npx /g, "yarn "],
  ],
  bun: [
    [/npm install --save-dev /g, "bun add --dev "],
    [/npm install (?:--save-prod )?(?=kiket-gen)/g, "bun add "],
    [/npm install\b/g, "bun install"],
    [/npm ci\b/g, "bun install --frozen-lockfile"],
    [/npx /g, "bunx "],
  ],
};

/** The package manager that `package.json` names: `pnpm` for `pnpm@10.1.0`. */
export function namedManager({ packageManager }: PackageContent): string | undefined {
  return typeof packageManager === "string" ? /^(\w+)@/.exec(packageManager)?.[1] : undefined;
}

/** The package manager of a project: the one that it names, else the one of its lock file, else npm. */
export function managerOf(content: PackageContent | undefined, locks: readonly Pick<FoundLock, "name">[]): string {
  return namedManager(content ?? {}) ?? lockFiles[locks[0]?.name ?? ""] ?? "npm";
}

/** The finding with the commands of this package manager in its fix. */
export function inWordsOf(manager: string, finding: Finding): Finding {
  const translation = Object.hasOwn(translations, manager) ? (translations[manager] ?? []) : [];
  if (finding.fix === undefined) return finding;
  return { ...finding, fix: translation.reduce((text, [npm, own]) => text.replace(npm, own), finding.fix) };
}
