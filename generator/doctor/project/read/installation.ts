import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { readPlainFile } from "../../../project/cache-folder.js";

/** A package as it is installed. */
interface InstalledPackage {
  readonly version: string;
  /** Absolute, without links. */
  readonly folder: string;
  /** Whether it was linked or installed from a folder. */
  readonly isLink: boolean;
}

/** What is installed of kiket-gen and of the compiler, from where the project's files would load it. */
export interface Installation {
  /** The package whose command runs. */
  readonly running: InstalledPackage;
  readonly own: InstalledPackage | undefined;
  readonly typescript: InstalledPackage | undefined;
  /** Entries of kiket-gen that generated code imports and that lead to no file. */
  readonly missingEntries: readonly string[];
  /** Copies inside other packages, relative to the project, with "/". */
  readonly nested: readonly string[];
  /** Packages are where only Yarn finds them. */
  readonly isPlugAndPlay: boolean;
}

/** Of a package's manifest. In bytes. */
const largestManifest = 1024 * 1024;

function packageAt(file: string): InstalledPackage | undefined {
  try {
    const { version } = JSON.parse(readPlainFile(realpathSync.native(file), largestManifest) ?? "") as {
      version?: unknown;
    };
    const folder = dirname(file);
    const isLink = lstatSync(folder).isSymbolicLink() || !folder.includes("node_modules");
    return typeof version === "string" ? { version, folder: realpathSync.native(folder), isLink } : undefined;
  } catch {
    return undefined;
  }
}

/** Where Node would find a package from a folder: in `node_modules` there, or above. Nothing is loaded. */
function findPackage(folder: string, name: string): InstalledPackage | undefined {
  const found = packageAt(join(folder, "node_modules", name, "package.json"));
  if (found !== undefined || dirname(folder) === folder) return found;
  return findPackage(dirname(folder), name);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether a file with this name is in a folder, or in one above it. */
function isHereOrAbove(folder: string, name: string): boolean {
  return existsSync(join(folder, name)) || (dirname(folder) !== folder && isHereOrAbove(dirname(folder), name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function nestedCopies(folder: string): readonly string[] {
  const packages = namesIn(join(folder, "node_modules")).flatMap((name) =>
    name.startsWith("@") ? namesIn(join(folder, "node_modules", name)).map((below) => `${name}/${below}`) : [name],
  );
  return packages
    .map((name) => `node_modules/${name}/node_modules/kiket-gen`)
    .filter((path) => !path.startsWith("node_modules/kiket-gen/") && existsSync(join(folder, path, "package.json")));
}

/** Generated code imports these, and the program of a project. */
const neededEntries = ["kiket-gen/codegen", "kiket-gen/runtime", "kiket-gen/runtime/node"];

/** Node looks further up where the package itself has no such entry. */
function isReached(from: NodeJS.Require, entry: string, folder: string): boolean {
  try {
    return realpathSync.native(from.resolve(entry)).startsWith(folder + sep);
  } catch {
    return false;
  }
}

/** `folder`: the project, absolute, without links. */
export function readInstallation(folder: string): Installation {
  const manifest = createRequire(import.meta.url).resolve("kiket-gen/package.json");
  const running = packageAt(manifest) ?? { version: "0.0.0", folder: dirname(manifest), isLink: false };
  const own = findPackage(folder, "kiket-gen");
  const from = createRequire(join(folder, "package.json"));
  return {
    running,
    own,
    typescript: findPackage(folder, "typescript"),
    // Node would read a pipe in the place of `package.json` for ever.
    missingEntries:
      own === undefined || !isFile(join(folder, "package.json"))
        ? []
        : neededEntries.filter((entry) => !isReached(from, entry, own.folder)),
    nested: nestedCopies(folder),
    isPlugAndPlay: isHereOrAbove(folder, ".pnp.cjs"),
  };
}
