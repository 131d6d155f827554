import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createFrom } from "../host.js";
import { leadsNowhere, objectionTo, type RealPlace, realPlaceOf, writablePath } from "./real-place.js";
import { withTemporary } from "./temporary-file.js";

/** A change of one of the user's files, as texts. Without `before` the file is new, without `text` it is deleted. */
export interface FileChange {
  readonly path: string;
  readonly before?: string;
  readonly text?: string;
}

/** Why nothing was changed. */
export type RefusedChange =
  | { readonly path: string; readonly place: RealPlace; readonly objection: string }
  /** On the disk is another text than the one that was read, or a new file exists by now. */
  | { readonly path: string; readonly place?: undefined };

/** The text of a file; `undefined` if nothing is there. */
function textAt(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
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

/** Makes a change, unless the disk has another text than `before`; then returns false. Edited files keep their mode and owner. */
function changeFile(root: string, { path, before, text }: FileChange): boolean {
  const file = writablePath(root, path);
  if (text === undefined) {
    if (textAt(file) !== before) return false;
    rmSync(file);
    return true;
  }
  const like = before === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
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
  const done: FileChange[] = [];
  const undo = () => {
    for (const change of done.reverse()) changeFile(root, opposite(change));
  };
  try {
    for (const change of changes) {
      if (!changeFile(root, change)) {
        undo();
        return { path: change.path };
      }
      done.push(change);
    }
    return undefined;
  } catch (error) {
    undo();
    throw error;
  }
}
