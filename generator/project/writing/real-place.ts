import { lstatSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { leadsOut, reservedPart } from "../paths.js";

/** Where a path of the project leads. Paths are relative to the project, with "/" separators. */
export interface RealPlace {
  /** The path without links; it starts with `..` outside the project. `undefined` if a link on the way leads to nothing. */
  readonly real: string | undefined;
  /** The first part of the path that is a link. `undefined` if none is. */
  readonly link: string | undefined;
}

/** Whether an error says that a path leads to nothing; with ELOOP a link on the way leads to itself. */
export function leadsNowhere(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** What is at an absolute path; a link is not followed. */
export function statsAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (leadsNowhere(error)) return undefined;
    throw error;
  }
}

/** A path without links, of something that may not exist yet. `undefined` if a link on the way leads to nothing or to itself. */
export function withoutLinks(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch (error) {
    if (!leadsNowhere(error)) throw error;
    if (statsAt(file) !== undefined) return undefined;
    const parent = dirname(file);
    const folder = parent === file ? file : withoutLinks(parent);
    return folder === undefined ? undefined : join(folder, basename(file));
  }
}

function firstLink(root: string, path: string): string | undefined {
  const parts = path.split("/");
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return prefixes.find((prefix) => statsAt(join(root, prefix))?.isSymbolicLink() === true);
}

/** Where a path below a folder leads. Throws errors of the file system, such as a folder that may not be read. */
export function realPlaceOf(root: string, path: string): RealPlace {
  const [base, file] = [withoutLinks(root), withoutLinks(join(root, path))];
  const real = base === undefined || file === undefined ? undefined : relative(base, file).split(sep).join("/");
  return { real, link: firstLink(root, path) };
}

/** Nothing is ever written or deleted below these. */
const foreign: readonly string[] = [".git", "node_modules"];

/** Why nothing may be written or deleted at a place, as a phrase that follows the path; `undefined` if it may. */
export function objectionTo({ real, link }: RealPlace, reserved: readonly string[] = foreign): string | undefined {
  if (real === undefined) return "is a link that leads to nothing";
  if (leadsOut(real)) return link === undefined ? "is outside the project" : "is a link that leads out of the project";
  const part = reservedPart(real, reserved);
  if (part === undefined) return undefined;
  return link === undefined ? `is inside ${part}` : `is a link that leads into ${part}`;
}

/** An error that is described like one of the file system. */
export function placeError(path: string, objection: string): Error {
  return Object.assign(new Error(`${objection}; nothing was written there`), { syscall: "open", path });
}

/** The real absolute path of a file that may be written or deleted. Throws an error that can be described if it may not. */
export function writablePath(root: string, path: string): string {
  const place = realPlaceOf(root, path);
  const objection = objectionTo(place);
  if (objection !== undefined) throw placeError(join(root, place.link ?? path), objection);
  return join(withoutLinks(root) ?? root, place.real ?? path);
}
