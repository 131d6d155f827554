import { lockName } from "./lock.js";
import type { Action } from "./reconcile.js";
import type { Style } from "./report.js";

function painted(line: string, style: Style): string {
  if (line.startsWith("+")) return style.green(line);
  if (line.startsWith("-")) return style.red(line);
  return line.startsWith("@@") ? style.dim(line) : line;
}

/** Unified diffs of the generated files that differ; the lock is left out, for the changes it holds are named in words. */
export async function formatDifferences(actions: readonly Action[], style: Style): Promise<string> {
  const differing = actions.filter(
    ({ kind, ownership, path }) =>
      (kind === "write" || kind === "delete") && ownership === "generated" && !path.endsWith(`/${lockName}`),
  );
  if (differing.length === 0) return "";
  const { createTwoFilesPatch } = await import("diff");
  return differing
    .map(({ path, before = "", text }) => {
      const patch = createTwoFilesPatch(path, path, before, text, "on disk", "from the manifest", { context: 3 });
      const lines = patch.split("\n").filter((line) => !/^(=+$|Index: )/.test(line));
      return lines.map((line) => painted(line, style)).join("\n");
    })
    .join("");
}
