import { copyFileSync, cpSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Links to a file or folder. Where links to files need a privilege, as on Windows, it is a copy. */
function link(target: string, path: string, folder: string): void {
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  try {
    symlinkSync(isFolder && sep === "\\" ? target : relative(folder, target), path, isFolder ? "junction" : "file");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The name of a compiled file in another spelling, where the file system does not tell them apart.
    if (code === "EEXIST") return;
    if (code !== "EPERM") throw error;
    if (isFolder) cpSync(target, path, { recursive: true });
    else copyFileSync(target, path);
  }
}

const leftOut = new Set([".git", ".kiket-gen"]);

function isFolder(path: string, stats: typeof statSync | typeof lstatSync = statSync): boolean {
  return stats(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const nothing: Folder = { folders: new Map(), files: new Map() };

/**
 * Writes a folder that looks like the project to a program: the compiled files, and links to all else. It must not exist, and must be
 * as deep as it will be when it is moved, as the links are relative. Nothing is written outside of it, and no link is followed.
 */
export function writeMirror(dir: string, folder: string, files: Files, after: AfterBuild): void {
  const fill = (content: Folder, path: string): void => {
    const here = join(folder, path);
    const project = posix.join(dir, path);
    mkdirSync(here, { mode: 0o700 });
    for (const [name, text] of content.files) writeFileSync(join(here, name), text, { flag: "wx", mode: 0o600 });
    for (const [name, inner] of content.folders) fill(inner, posix.join(path, name));
    const taken = new Set([...content.files.keys(), ...content.folders.keys(), ...leftOut]);
    const add = (source: string, name: string, isOutput: boolean) => {
      if (taken.has(name)) return;
      taken.add(name);
      const target = posix.join(source, name);
      // What an old build left in a folder is not told from the outside.
      if (isOutput && isFolder(target, lstatSync)) fill(nothing, posix.join(path, name));
      else link(target, join(here, name), here);
    };
    const isOutput = after.isOutput(project);
    const from = after.copiedFrom(project);
    for (const name of from === undefined ? [] : entriesOf(from)) {
      if (after.isCopied(posix.join(from ?? "", name))) add(from ?? "", name, false);
    }
    for (const name of entriesOf(project)) {
      if (!isOutput || !after.isCompiled(posix.join(project, name))) add(project, name, isOutput);
    }
  };
  fill(treeOf(files), "");
}
