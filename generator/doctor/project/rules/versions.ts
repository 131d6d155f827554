import satisfies from "semver/functions/satisfies.js";
import validRange from "semver/ranges/valid.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";
import type { Installation } from "../read/installation.js";

/** The project's own kiket-gen against what `package.json` asks for, and against the one whose command runs. */
export function checkInstalled(
  { running, own, isPlugAndPlay }: Pick<Installation, "running" | "own" | "isPlugAndPlay">,
  asked: string | undefined,
): Finding {
  if (own === undefined) {
    if (isPlugAndPlay)
      return projectFinding("installed", "not-testable", "only Yarn finds the packages of this project", {
        fix: "run `yarn kiket-gen --version`, and compare it with package.json",
      });
    return projectFinding("installed", "wrong", "kiket-gen is not installed in this project", {
      where: "node_modules/kiket-gen",
      why: "generated code imports it, and editors take the schema of the manifest from it",
      fix: "npm install",
    });
  }
  const range = asked === undefined ? null : validRange(asked);
  if (range !== null && !satisfies(own.version, range, { includePrerelease: true })) {
    return projectFinding(
      "installed",
      "wrong",
      `kiket-gen ${own.version} is installed, and package.json asks for ${asked}`,
      {
        where: "node_modules/kiket-gen",
        why: "an install elsewhere takes another version than the one here",
        fix: "npm install",
      },
    );
  }
  if (own.version !== running.version) {
    return projectFinding(
      "installed",
      "warning",
      `this command is kiket-gen ${running.version}, and the project has ${own.version}`,
      {
        where: "node_modules/kiket-gen",
        why: "what one version generates may not fit the runtime of another",
        fix: "run the project's own: npx kiket-gen doctor, in its folder",
      },
    );
  }
  return projectFinding(
    "installed",
    "ok",
    `kiket-gen ${own.version}${own.isLink ? ", as a link" : ""}; this command is the same version`,
  );
}

/** What the lock file says against what is installed. `locked`: undefined if the lock file does not say it. */
export function checkLocked(own: Installation["own"], lock: string | undefined, locked: string | undefined): Finding {
  if (lock === undefined)
    return projectFinding("locked", "not-testable", "there is no lock file that could name a version");
  if (own === undefined) return projectFinding("locked", "not-testable", "kiket-gen is not installed in this project");
  if (locked === undefined) {
    if (own.isLink) return projectFinding("locked", "ok", `kiket-gen is a link, which ${lock} need not name`);
    return projectFinding("locked", "warning", `${lock} does not name a version of kiket-gen`, {
      where: lock,
      why: "an install elsewhere may take another version",
      fix: "npm install, and commit the lock file",
    });
  }
  if (locked === own.version)
    return projectFinding("locked", "ok", `${lock} names kiket-gen ${locked}, which is installed`);
  return projectFinding("locked", "wrong", `${lock} names kiket-gen ${locked}, and ${own.version} is installed`, {
    where: lock,
    why: "what runs here is not what an install elsewhere takes",
    fix: "npm ci, to have what the lock file names",
  });
}

/** Whether what generated code imports is there. */
export function checkEntries({ own, missingEntries }: Pick<Installation, "own" | "missingEntries">): Finding {
  if (own === undefined) return projectFinding("entries", "not-testable", "kiket-gen is not installed in this project");
  if (missingEntries.length === 0)
    return projectFinding("entries", "ok", "the entries of kiket-gen that generated code imports are there");
  return projectFinding("entries", "wrong", `kiket-gen has no ${missingEntries.join(", ")}`, {
    where: "node_modules/kiket-gen",
    why: "generated code imports them: the install was broken off, or the linked package is not built",
    fix: "npm install; in a linked package: npm run build",
  });
}

/** Whether there is one copy of kiket-gen. */
export function checkCopies({ nested }: Pick<Installation, "nested">): Finding {
  if (nested.length === 0) return projectFinding("copies", "ok", "no package brings another copy of kiket-gen");
  return projectFinding("copies", "warning", `packages bring copies of kiket-gen of their own: ${nested.length}`, {
    where: nested.join(", "),
    why: "types and errors of one copy are not those of another",
    fix: "npm dedupe, or make it a peer dependency in those packages",
  });
}

/** The versions of TypeScript that generated code is compiled with in the tests of kiket-gen. */
const testedTypeScript = ">=5.9.0 <8";

/** `declared`: whether `package.json` names TypeScript. */
export function checkTypeScript(
  { typescript, isPlugAndPlay }: Pick<Installation, "typescript" | "isPlugAndPlay">,
  declared: boolean,
): Finding {
  if (typescript === undefined) {
    if (isPlugAndPlay)
      return projectFinding("typescript", "not-testable", "only Yarn finds the packages of this project");
    return projectFinding("typescript", "wrong", "TypeScript is not installed in this project", {
      where: "node_modules/typescript",
      why: "generated code is TypeScript, and dev shows type errors by the project's own compiler",
      fix: declared ? "npm install" : "npm install --save-dev typescript @types/node",
    });
  }
  const { version } = typescript;
  if (satisfies(version, testedTypeScript, { includePrerelease: true }))
    return projectFinding("typescript", "ok", `TypeScript ${version}`);
  const isOld = satisfies(version, "<5.9.0", { includePrerelease: true });
  return projectFinding(
    "typescript",
    "warning",
    `TypeScript ${version} is ${isOld ? "older" : "newer"} than what kiket-gen is tested with: 5.9, 6 and 7`,
    {
      where: "node_modules/typescript",
      why: "generated code may not compile",
      fix: isOld
        ? "npm install --save-dev typescript@5.9"
        : "update kiket-gen if the compiler complains of generated files",
    },
  );
}
