import type { Action } from "../output/reconcile.js";
import { lockName } from "../project/layout.js";
import type { Style } from "./report.js";
import { formatPatch, type Sides } from "./unified-diff.js";

const sides: Sides = { before: "on disk", after: "from the manifest" };

/** Unified diffs of the generated files that differ; the lock file is left out, because `formatChanges` lists its changes. */
export async function formatDifferences(actions: readonly Action[], style: Style): Promise<string> {
  const differing = actions.filter(
    ({ kind, ownership, path }) =>
      (kind === "write" || kind === "delete") && ownership === "generated" && !path.endsWith(`/${lockName}`),
  );
  const patches = differing.map(({ path, before = "", text }) => formatPatch(path, before, text, style, path, sides));
  return (await Promise.all(patches)).join("");
}
