import { lockFiles } from "../../../base/package-manager.js";
import { isObject } from "../../../base/shape.js";
import { firstInWords } from "../../../base/word-list.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";
import type { PackageContent } from "./package-json.js";
import { dependenciesIn, dependencyGroups } from "./package-rules.js";

/** A lock file that counts for the project. */
export interface FoundLock {
  /** Relative to the project: `../package-lock.json` in a workspace. */
  readonly path: string;
  readonly name: string;
  readonly text: string;
  /** The project as seen from the folder of the lock file, with "/"; empty if it is the same. */
  readonly member: string;
}

type Packages = Readonly<Record<string, unknown>>;

function parsed(text: string): PackageContent | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Several rules ask, and a lock file may be large. */
const contents = new WeakMap<FoundLock, { readonly content: PackageContent | undefined }>();

/** What a lock file of npm says; undefined if it is no JSON. */
function contentOf(lock: FoundLock): PackageContent | undefined {
  const known = contents.get(lock) ?? { content: parsed(lock.text) };
  contents.set(lock, known);
  return known.content;
}

/** The packages of a lock file of npm, by their place; undefined if it is none, or of npm 6 and before. */
function packagesOf(lock: FoundLock): Packages | undefined {
  const packages = contentOf(lock)?.packages;
  return isObject(packages) ? packages : undefined;
}

/** Whether a lock file is that of the project: one of a folder above is only if it names the project as a part of its workspace. */
export function isOfProject(lock: FoundLock): boolean {
  if (lock.member === "") return true;
  if (lockFiles[lock.name] === "npm") return packagesOf(lock)?.[lock.member] !== undefined;
  // That of yarn 1 has no names of members.
  return lock.name === "pnpm-lock.yaml" ? lock.text.includes(`\n  ${lock.member}:\n`) : true;
}

/** The version of kiket-gen in a lock file that is no JSON of npm: pnpm, yarn 1 and later, bun. */
const versionLines = [
  /^ {2}'?\/?kiket-gen@(\d[^:('"]*)/m,
  /^"?kiket-gen@[^\n]*:\n\s+version:? "?([^"\n]+)"?$/m,
  /"kiket-gen": \["kiket-gen@(\d[^"]*)"/,
];

/** The version of kiket-gen that a lock file names; undefined if it names none, as for a link. */
export function lockedVersion(lock: FoundLock): string | undefined {
  if (lockFiles[lock.name] !== "npm")
    return versionLines.map((line) => line.exec(lock.text)?.[1]).find((found) => found !== undefined);
  const packages = packagesOf(lock) ?? {};
  const places =
    lock.member === ""
      ? ["node_modules/kiket-gen"]
      : [`${lock.member}/node_modules/kiket-gen`, "node_modules/kiket-gen"];
  const [found] = places.map((place) => packages[place]).filter(isObject);
  return typeof found?.version === "string" ? found.version : undefined;
}

/** Names of packages that `package.json` asks for otherwise than the lock file says. */
function differences(lock: FoundLock, content: PackageContent): readonly string[] {
  const groups = dependenciesIn(content);
  if (lockFiles[lock.name] !== "npm") {
    if (lock.name === "bun.lockb") return [];
    const names = dependencyGroups
      .filter((group) => group !== "peerDependencies")
      .flatMap((group) => Object.keys(groups[group] ?? {}));
    return names.filter(
      (name) => !new RegExp(`(?:^|[\\s"'/])${name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}["'@:]`, "m").test(lock.text),
    );
  }
  const known = packagesOf(lock)?.[lock.member];
  if (!isObject(known)) return [];
  return dependencyGroups.flatMap((group) => {
    const [wanted, locked] = [groups[group] ?? {}, isObject(known[group]) ? known[group] : {}];
    return [...new Set([...Object.keys(wanted), ...Object.keys(locked)])].filter(
      (name) => wanted[name] !== locked[name],
    );
  });
}

/** Longer lists are cut. */
const mostNames = 5;

/** Whether there is one lock file that fits `package.json`. `asked`: the package manager that `package.json` names. */
export function checkLockFile(
  locks: readonly FoundLock[],
  content: PackageContent,
  asked: string | undefined,
): Finding {
  const [lock, ...others] = locks;
  if (lock === undefined) {
    return projectFinding("lock-file", "warning", "there is no lock file", {
      why: "each install may take other versions of the packages",
      fix: "npm install writes one; commit it",
    });
  }
  const managers = [...new Set(locks.map(({ name }) => lockFiles[name]))];
  if (managers.length > 1) {
    return projectFinding(
      "lock-file",
      "warning",
      `there are ${others.length + 1} lock files, of ${managers.join(" and ")}`,
      {
        where: locks.map(({ path }) => path).join(", "),
        why: "each package manager reads its own, so two machines may have other versions",
        fix: `keep the one of the package manager that you use${asked === undefined ? "" : `, ${asked}`}, and delete the others`,
      },
    );
  }
  const [manager = "npm"] = managers;
  if (asked !== undefined && asked !== manager) {
    return projectFinding(
      "lock-file",
      "warning",
      `the lock file is one of ${manager}, and package.json names ${asked}`,
      {
        where: lock.path,
        why: `${asked} does not read it`,
        fix: `install with ${asked}, and delete ${lock.path}; or correct packageManager in package.json`,
      },
    );
  }
  if (manager === "npm" && contentOf(lock) === undefined) {
    return projectFinding("lock-file", "wrong", `${lock.path} is not JSON`, {
      where: lock.path,
      why: "npm cannot install from it; a merge may have left its marks in it",
      fix: "npm install corrects a conflict of a merge; else delete the file first",
    });
  }
  const other = differences(lock, content);
  if (other.length > 0) {
    return projectFinding(
      "lock-file",
      "wrong",
      `${lock.path} does not fit package.json: ${firstInWords(other, mostNames)}`,
      {
        where: lock.path,
        why: "an install that must not change it, as in CI and in the Dockerfile, is refused",
        fix: "npm install, and commit the lock file",
      },
    );
  }
  return projectFinding("lock-file", "ok", `${lock.path}, of ${manager}, fits package.json`);
}
