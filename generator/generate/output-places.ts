import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { PlannedFile } from "../output/plan.js";
import type { Host } from "../project/host.js";
import { type Layout, reservedFolders } from "../project/layout.js";
import type { Lock, LockFile } from "../project/lock.js";
import { objectionTo, type RealPlace } from "../project/writing/real-place.js";

const hint = "put a folder or a file of the project in its place, or use other folders with --out and --handlers";

/** A path that may not be written because of where it leads. */
export function refusedPlace(path: string, { link }: Pick<RealPlace, "link">, objection: string): Diagnostic {
  const file = link ?? path;
  return diagnose("KG510", { file, line: 1, column: 1 }, `\`${file}\` ${objection}, so nothing is written`, hint);
}

/** Each place once: all files of a folder that is a link have the same diagnostic. */
function oncePerLink(found: readonly (Diagnostic | undefined)[]): Diagnostic[] {
  return [...new Map(found.flatMap((entry) => (entry === undefined ? [] : [[entry.at.file, entry]]))).values()];
}

/**
 * Errors for files of the output that links take out of the project or to another file. Links come with a cloned project, so this is
 * found out before anything is read from there, written or deleted.
 */
export async function misplacedFiles(
  host: Pick<Host, "place" | "exists">,
  layout: Layout,
  { path: lockPath, lock }: Pick<LockFile, "path"> & { readonly lock: Pick<Lock, "files"> | undefined },
  planned: readonly PlannedFile[],
): Promise<Diagnostic[]> {
  const owned = (ownership: PlannedFile["ownership"]) =>
    planned.filter((file) => file.ownership === ownership).map(({ path }) => path);
  const place = async (path: string): Promise<RealPlace> =>
    (await host.place?.(path)) ?? { real: path, link: undefined };

  const ofGenerated = async (path: string) => {
    const found = await place(path);
    const linked = found.link === path ? "is a link, and not the file that was generated" : undefined;
    const objection = objectionTo(found, reservedFolders) ?? linked;
    return objection === undefined ? undefined : refusedPlace(path, found, objection);
  };
  // A stub that exists is not written.
  const ofStub = async (path: string) => {
    const found = await place(path);
    const objection = objectionTo(found, reservedFolders);
    if (objection === undefined || (await host.exists(path))) return undefined;
    return refusedPlace(path, found, objection);
  };
  const [out, handlers] = [await place(layout.out), await place(layout.handlers)];
  const same = out.real !== undefined && out.real === handlers.real ? (out.link ?? handlers.link) : undefined;
  const joined = "joins the folders of --out and --handlers, which must be different";
  return oncePerLink([
    ...(same === undefined ? [] : [refusedPlace(same, { link: same }, joined)]),
    ...(await Promise.all([lockPath, ...owned("generated"), ...Object.keys(lock?.files ?? {})].map(ofGenerated))),
    ...(await Promise.all(owned("scaffold").map(ofStub))),
  ]);
}
