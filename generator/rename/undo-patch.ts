import type { Host } from "../project/host.js";
import type { FileChange } from "../project/writing/file-changes.js";

/** A patch that changes files back, for `git apply` and `patch -p1` in the folder of the project. */
export async function undoPatch(changes: readonly FileChange[]): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const patches = changes.map(({ path, before, text }) => {
    const from = text === undefined ? "/dev/null" : `a/${path}`;
    const to = before === undefined ? "/dev/null" : `b/${path}`;
    const patch = createTwoFilesPatch(from, to, text ?? "", before ?? "", "", "", { context: 3 });
    const [old = "", next = "", ...hunks] = patch.slice(patch.indexOf("--- ")).split("\n");
    // A tab ends a name that contains spaces.
    return [`${old}\t`, `${next}\t`, ...hunks].join("\n");
  });
  return patches.join("");
}

/** Writes a patch to a new file in the folder of the project. Returns its path. */
export async function writePatch(host: Host, patch: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const path = `kiket-gen-undo${count === 1 ? "" : `-${count}`}.patch`;
    if (await host.create(path, patch)) return path;
  }
}
