import {
  copyFileSync,
  cpSync,
  type Dirent,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, posix, relative, sep } from "node:path";
import type { AfterBuild } from "./after-build.js";

/** Compiled files by their path in the project, relative, with "/". */
type Files = ReadonlyMap<string, string>;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, string>;
}

function treeOf(files: Files): Folder {
  const top: Folder = { folders: new Map(), files: new Map() };
  for (const [path, text] of files) {
    const parts = path.split("/");
    if (parts.includes("..")) throw new Error(`not inside the build: ${path}`);
    const name = parts.pop() ?? "";
    let folder = top;
    for (const part of parts) {
      const next = folder.folders.get(part) ?? { folders: new Map(), files: new Map() };
      folder.folders.set(part, next);
      folder = next;
    }
    folder.files.set(name, text);
  }
  return top;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

const withoutLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP"];

/** Links to an entry of a folder. Where the system or the file system refuses links, it is a copy. */
function link(source: string, entry: Dirent, path: string, folder: string): void {
  const target = join(source, entry.name);
  const isFolder = () => statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  try {
    const onWindows = sep === "\\";
    if (onWindows && isFolder()) symlinkSync(target, path, "junction");
    else symlinkSync(relative(folder, target), path, "file");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // The name of a compiled file in another spelling, where the file system does not tell them apart.
    if (code === "EEXIST") return;
    if (!withoutLinks.includes(code)) throw error;
    // Node looks for packages further up too.
    if (entry.name === "node_modules") return;
    if (isFolder()) cpSync(target, path, { recursive: true });
    else copyFileSync(target, path);
  }
}

const leftOut = new Set([".git", ".kiket-gen"]);

/** Files of tests. A `.spec.js` can be more than a test: the program may need it. */
const testFile = /\.(?:test\.[cm]?[jt]s|spec\.[cm]?ts)x?$/;

function hasTests(folder: string): boolean {
  return entriesOf(folder).some((entry) => {
    if (!entry.isDirectory()) return testFile.test(entry.name);
    return !/^(?:\.|node_modules$)/.test(entry.name) && hasTests(join(folder, entry.name));
  });
}

const nothing: Folder = { folders: new Map(), files: new Map() };

/**
 * Writes a folder that looks like the project to a program: the compiled files, and links to all else but tests. Vitest follows links, and
 * would run each of them once more. The folder must not exist, and must be as deep as it will be when it is moved, as the links are
 * relative. Nothing is written outside of it, and no link is followed.
 */
export function writeMirror(dir: string, folder: string, files: Files, after: AfterBuild): void {
  const fill = (content: Folder, path: string): void => {
    const here = join(folder, path);
    const project = posix.join(dir, path);
    mkdirSync(here, { mode: 0o700 });
    for (const [name, text] of content.files) writeFileSync(join(here, name), text, { flag: "wx", mode: 0o600 });
    for (const [name, inner] of content.folders) fill(inner, posix.join(path, name));
    const taken = new Set([...content.files.keys(), ...content.folders.keys(), ...leftOut]);
    const add = (source: string, entry: Dirent, isOutput: boolean) => {
      const { name } = entry;
      if (taken.has(name) || (testFile.test(name) && !entry.isDirectory())) return;
      taken.add(name);
      // What an old build has left in a folder is not linked either.
      const isFilled = entry.isDirectory() && (isOutput || (name !== "node_modules" && hasTests(join(source, name))));
      if (isFilled) fill(nothing, posix.join(path, name));
      else link(source, entry, join(here, name), here);
    };
    const isOutput = after.isOutput(project);
    const from = after.copiedFrom(project);
    if (from !== undefined) {
      for (const entry of entriesOf(from)) if (after.isCopied(posix.join(from, entry.name))) add(from, entry, false);
    }
    for (const entry of entriesOf(project)) {
      if (!isOutput || !after.isCompiled(posix.join(project, entry.name))) add(project, entry, isOutput);
    }
  };
  fill(treeOf(files), "");
}
