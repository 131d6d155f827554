import { renameSync, rmSync, type Stats } from "node:fs";
import { createFrom, readRegular } from "../host.js";
import { leadsNowhere, objectionTo, type RealPlace, realPlaceOf, statsAt, writablePath } from "./real-place.js";
import { withTemporary } from "./temporary-file.js";

/** A change of one of the user's files, as texts. Without `before` the file is new, without `text` it is deleted. */
export interface FileChange {
  readonly path: string;
  readonly before?: string;
  readonly text?: string;
  /** The file whose mode and owner the written one gets, such as the one that is moved here. Default: the file at the path, if there is one. */
  readonly like?: string;
}

/** Why nothing was changed. */
export type RefusedChange =
  | { readonly path: string; readonly place: RealPlace; readonly objection: string }
  /** On the disk is another text than the one that was read, or a new file exists by now. */
  | { readonly path: string; readonly place?: undefined };

/** The text of a file; `undefined` if nothing is there. */
function textAt(file: string): string | undefined {
  try {
    return readRegular(file).toString();
  } catch (error) {
    if (leadsNowhere(error)) return undefined;
    throw error;
  }
}

/** A link to a file stays: its target is edited. But to delete a file, or to make a new one, there must be no link. */
function objectionOf(place: RealPlace, { path, before, text }: FileChange): string | undefined {
  const isEdit = before !== undefined && text !== undefined;
  return objectionTo(place) ?? (!isEdit && place.link === path ? "is a link, and not the file itself" : undefined);
}

/** Makes a change, unless the disk has another text than `before`; then returns false. The file has the mode and owner of `like`. */
function changeFile(root: string, { path, before, text }: FileChange, like: Stats | undefined): boolean {
  const file = writablePath(root, path);
  if (text === undefined) {
    if (textAt(file) !== before) return false;
    rmSync(file);
    return true;
  }
  return withTemporary(file, text, like, (temporary) => {
    if (before === undefined) return createFrom(temporary, file, text);
    // As late as possible: an editor may save the file at any moment.
    if (textAt(file) !== before) return false;
    renameSync(temporary, file);
    return true;
  });
}

function opposite({ path, before, text }: FileChange): FileChange {
  return { path, ...(text === undefined ? {} : { before: text }), ...(before === undefined ? {} : { text: before }) };
}

/**
 * Makes all changes in their order, or none: where the disk has another text than the one that was read, nothing is changed, and what was
 * already changed is changed back. Returns the reason then. Throws errors of the file system, also with nothing changed.
 */
export function applyChanges(root: string, changes: readonly FileChange[]): RefusedChange | undefined {
  for (const change of changes) {
    const place = realPlaceOf(root, change.path);
    const objection = objectionOf(place, change);
    if (objection !== undefined) return { path: change.path, place, objection };
    if (textAt(writablePath(root, change.path)) !== change.before) return { path: change.path };
  }
  const done: { readonly change: FileChange; readonly had: Stats | undefined }[] = [];
  const undo = () => {
    for (const { change, had } of done.reverse()) changeFile(root, opposite(change), had);
  };
  try {
    for (const change of changes) {
      const had = statsAt(writablePath(root, change.path));
      const like = change.like === undefined ? had : statsAt(writablePath(root, change.like));
      if (!changeFile(root, change, like)) {
        undo();
        return { path: change.path };
      }
      done.push({ change, had });
    }
    return undefined;
  } catch (error) {
    undo();
    throw error;
  }
}
