import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { CheckText, Finding, FindingStatus } from "../finding.js";

/** The checks of a project, in the order in which they are printed. */
export const projectChecks: readonly CheckText[] = [
  {
    id: "node-version",
    area: "node",
    looksAt: "the Node that runs this command, and what kiket-gen needs",
    fix: "Install Node 20.19, 22.12 or newer.",
  },
  {
    id: "node-project",
    area: "node",
    looksAt:
      "the Node that runs this command, and what the project asks for: `engines.node`, `.nvmrc`, `.node-version`",
    fix: "Switch to the version that the project asks for (`nvm use`), or change what it asks for.",
  },
  {
    id: "package-json",
    area: "package",
    looksAt: "that `package.json` is there, and is JSON",
    fix: "Correct it at the place that is named, or make one with `npm init`.",
  },
  {
    id: "module-type",
    area: "package",
    looksAt: "whether `.js` files of the package are what generated code is compiled to",
    fix: "`npm pkg set type=module`.",
  },
  {
    id: "scripts",
    area: "package",
    looksAt: "that `npm run build` generates before it compiles",
    fix: "`npm pkg set scripts.prebuild=kiket-gen`.",
  },
  {
    id: "dependency",
    area: "package",
    looksAt: "where `package.json` names kiket-gen: `dependencies`, once",
    fix: "`npm install kiket-gen`. In `devDependencies` alone, `npm install --omit=dev` leaves it out, and the program does not start.",
  },
  {
    id: "lock-file",
    area: "package",
    looksAt: "that there is one lock file, of the package manager that `package.json` names, which fits `package.json`",
    fix: "Install again with your package manager, commit its lock file, and delete those of others.",
  },
  {
    id: "installed",
    area: "versions",
    looksAt: "the kiket-gen that is installed, what `package.json` asks for, and the one whose command runs",
    fix: "`npm install`, and run the project's own command: `npx kiket-gen`.",
  },
  {
    id: "locked",
    area: "versions",
    looksAt: "the version of kiket-gen in the lock file, and the one that is installed",
    fix: "`npm ci`, to have what the lock file names; or `npm install`, and commit the lock file.",
  },
  {
    id: "entries",
    area: "versions",
    looksAt: "that the parts of kiket-gen that generated code imports are there",
    fix: "Install again; in a linked package, build it.",
  },
  {
    id: "copies",
    area: "versions",
    looksAt: "whether other packages bring copies of kiket-gen of their own",
    fix: "`npm dedupe`.",
  },
  {
    id: "typescript",
    area: "compiler",
    looksAt: "that TypeScript is installed, in a version that kiket-gen is tested with: 5.9, 6 or 7",
    fix: "`npm install --save-dev typescript @types/node`.",
  },
  {
    id: "tsconfig",
    area: "compiler",
    looksAt: "that the compiler finds kiket-gen, and is strict",
    fix: '`"module": "nodenext"` and `"strict": true` in `tsconfig.json`.',
  },
  {
    id: "dev-build",
    area: "compiler",
    looksAt:
      "that `kiket-gen dev` can build the sources as `npm run build` does: a program to run, paths, imports, syntax",
    fix: "What the finding says: it is what `dev` would say.",
  },
  {
    id: "manifest",
    area: "manifest",
    looksAt: "mistakes in the manifest and its modules",
    fix: "`kiket-gen lint` shows them with hints; `kiket-gen explain <code>` explains one.",
  },
  {
    id: "generated",
    area: "manifest",
    looksAt: "that the generated files are what the running version of kiket-gen makes of the manifest",
    fix: "Run `kiket-gen`, and commit the result; `kiket-gen --check` shows the difference.",
  },
  {
    id: "handlers",
    area: "manifest",
    looksAt: "that each event has a handler, and that somebody has written it",
    fix: "Write what the handler does, in place of the stub.",
  },
  {
    id: "secrets",
    area: "secrets",
    looksAt:
      "where each declared secret gets its value from when `dev` runs: the environment, `.env`, the local Kiket. Values are never shown",
    fix: "A line in `.env`, or `--secret-file` of `kiket-gen trigger`.",
  },
  {
    id: "env-ignored",
    area: "secrets",
    looksAt: "that git ignores `.env` and its like, and has none of them",
    fix: "A line in `.gitignore`; for one that git has, `git rm --cached`, and other secrets.",
  },
  {
    id: "env-private",
    area: "secrets",
    looksAt: "that other users of the machine cannot read `.env`",
    fix: "`chmod 600 .env`.",
  },
  {
    id: "dev-running",
    area: "dev",
    looksAt: "whether `dev` of this project runs, or has left something",
    fix: "Start `kiket-gen dev`: it ends what is left.",
  },
  {
    id: "port-inspector",
    area: "dev",
    looksAt: "whether port 4848, of the inspector, is free",
    fix: "End what listens there, or `kiket-gen dev --port`.",
  },
  {
    id: "port-kiket",
    area: "dev",
    looksAt: "whether port 4849, of the local Kiket, is free",
    fix: "End what listens there, or `kiket-gen dev --port`.",
  },
  {
    id: "port-extension",
    area: "dev",
    looksAt: "whether the port of the extension is free: `PORT`, else 8000. An adapter has none",
    fix: "End what listens there, or set `PORT`.",
  },
  {
    id: "state-folder",
    area: "dev",
    looksAt: "that `.kiket-gen/` is yours alone, and not too large",
    fix: "Delete it while `dev` does not run: a new one is made.",
  },
  {
    id: "watching",
    area: "dev",
    looksAt:
      "that the system tells of a change of a file. Tried in `.kiket-gen/`, else in the cache folder or that of temporary files; what was made is deleted again",
    fix: "Keep the project on the disk of the system where `dev` runs, or raise the limit. `dev` looks at the files as well, so it works nevertheless, later.",
  },
  {
    id: "disk",
    area: "dev",
    looksAt: "that the project's folders can be written to, and that the disk is not full",
    fix: "Make the folder yours, or free some space.",
  },
];

/** A finding of one of these checks. Throws for an id that none has. */
export function projectFinding(
  id: string,
  status: FindingStatus,
  what: string,
  more: Pick<Finding, "where" | "why" | "fix"> = {},
): Finding {
  const check = projectChecks.find((each) => each.id === id);
  if (check === undefined) throw new TypeError(`no check "${id}"`);
  return { id, area: check.area, status, what, ...more };
}

/** `file:line:column`. */
export function placeInWords({ at }: Pick<Diagnostic, "at">): string {
  return `${at.file}:${at.line}:${at.column}`;
}
