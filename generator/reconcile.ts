import type { PlannedFile } from "./plan.js";

/** What applying does with one planned file. */
export interface Action {
  readonly kind: "create" | "write" | "keep";
  readonly path: string;
  readonly ownership: PlannedFile["ownership"];
  readonly text: string;
}

export interface RenderedFile {
  readonly planned: PlannedFile;
  readonly text: string;
}

/**
 * Planned files against the disk. `onDisk` holds the text of every generated file found, and an entry (its text is never
 * looked at) for every scaffold found.
 */
export function reconcile(rendered: readonly RenderedFile[], onDisk: ReadonlyMap<string, string>): Action[] {
  return rendered.map(({ planned: { path, ownership }, text }) => {
    const present = onDisk.get(path);
    if (present === undefined) return { kind: "create", path, ownership, text };
    const same = ownership === "scaffold" || present === text;
    return { kind: same ? "keep" : "write", path, ownership, text };
  });
}
