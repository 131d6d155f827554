import { inWordsOf, type PackageManager } from "../base/package-manager.js";
import { shellWord } from "../base/shell-word.js";

/** What is known of a project that was just made. */
export interface MadeProject {
  readonly dir: string;
  readonly manager: PackageManager;
  /** Where it is to be deployed. */
  readonly targets: readonly string[];
  readonly isInstalled: boolean;
}

/** What to do next with a new project, as `init` prints it. */
export function nextSteps({ dir, manager, targets, isInstalled }: MadeProject): string {
  // `cd` takes a word that begins with "-" for an option.
  const enter = /^\.\/?$/.test(dir) ? [] : [`cd ${shellWord(dir.startsWith("-") ? `./${dir}` : dir)} &&`];
  const start = [...enter, ...(isInstalled ? [] : ["npm install &&"]), "npm run dev"].join(" ");
  const deploy =
    targets.length === 0 ? ["docker", "makes the files to deploy it"] : [targets.join(" "), "says how to deploy it"];
  const rows = [
    ["npm test", "runs its tests"],
    ["npm run check", "checks the manifest, the generated files and the types"],
    [`npx kiket-gen add deploy ${deploy[0]}`, deploy[1] ?? ""],
  ].map(([command = "", what = ""]) => [inWordsOf(manager, command), what]);
  const width = Math.max(...rows.map(([command = ""]) => command.length));
  const lines = rows.map(([command = "", what = ""]) => `      ${command.padEnd(width)}  ${what}\n`);
  return `\nNext: ${inWordsOf(manager, start)}\n${lines.join("")}`;
}
