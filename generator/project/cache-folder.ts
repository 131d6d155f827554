import { type BigIntStats, lstatSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** What stands only in the root of a workspace, besides a `package.json` with `workspaces`. */
const rootMarks: readonly string[] = [
  ...[".git", ".pnp.cjs", "pnpm-workspace.yaml"],
  ...["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"],
];

/** Of a `package.json`; a larger one is not read. In bytes. */
const maxManifest = 1024 * 1024;

/** What is at a path; links are not followed. `undefined` if nothing is there or if it cannot be known. */
function statsOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** A folder that belongs to the user who runs this process. A link is none, wherever it leads. */
export function ownFolder(path: string): BigIntStats | undefined {
  const stats = statsOf(path);
  // Windows has no user ids.
  const user = process.geteuid?.();
  return stats?.isDirectory() && (user === undefined || stats.uid === BigInt(user)) ? stats : undefined;
}

/** The text of a file with at most so many bytes; `undefined` for everything else: a pipe or a device could block. */
export function readPlainFile(path: string, maxBytes: number): string | undefined {
  const stats = statsOf(path);
  if (!stats?.isFile() || stats.size > maxBytes) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function declaresWorkspaces(folder: string): boolean {
  try {
    const { workspaces } = JSON.parse(readPlainFile(join(folder, "package.json"), maxManifest) ?? "{}");
    return workspaces !== undefined;
  } catch {
    return false;
  }
}

function isRoot(folder: string): boolean {
  return rootMarks.some((name) => statsOf(join(folder, name)) !== undefined) || declaresWorkspaces(folder);
}

/** A project's folder, then those above it up to the root of its workspace. Only the project's own if there is no such root. */
function foldersUp(project: string): string[] {
  const folders: string[] = [];
  for (let folder = project; ownFolder(folder) !== undefined; folder = dirname(folder)) {
    folders.push(folder);
    if (isRoot(folder)) return folders;
    if (dirname(folder) === folder) break;
  }
  return folders.slice(0, 1);
}

/** Where a folder's tools keep caches: with its packages, or with Yarn's own files where Yarn installs no `node_modules`. */
function packagesOf(folder: string): string | undefined {
  const isPnp = statsOf(join(folder, ".pnp.cjs"))?.isFile() === true;
  const names = isPnp ? ["node_modules", ".yarn"] : ["node_modules"];
  return names.map((name) => join(folder, name)).find((path) => ownFolder(path) !== undefined);
}

/** A folder for cached results. */
export interface CacheFolder {
  readonly path: string;
  /** The project's folder, without links. */
  readonly project: string;
  /** Tells this folder from a copy of it, which came with a clone or an archive. */
  readonly identity: string;
}

/**
 * The folder `.cache/kiket-gen` beside the packages that a project uses: its own, or those of its workspace. `undefined` if no
 * packages are installed, or if a folder on the way is a link or belongs to another user. Creates it if `create` is true; then
 * `undefined` also means that this is not possible.
 */
export function findCacheFolder(dir: string, create: boolean): CacheFolder | undefined {
  try {
    const project = realpathSync.native(dir);
    const above = () => foldersUp(project).map(packagesOf);
    const packages = packagesOf(project) ?? above().find((path) => path !== undefined);
    if (packages === undefined || ownFolder(project) === undefined) return undefined;
    const path = join(packages, ".cache", "kiket-gen");
    for (const folder of [dirname(path), path]) {
      if (create) mkdirSync(folder, { recursive: true });
      if (ownFolder(folder) === undefined) return undefined;
    }
    const stats = ownFolder(path);
    return stats && { path, project, identity: `${stats.ino}-${stats.birthtimeNs}` };
  } catch {
    return undefined;
  }
}
