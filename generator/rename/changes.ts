import { type Refusal, refuse } from "../base/refusal.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Host } from "../project/host.js";
import type { FileChange } from "../project/writing/file-changes.js";
import { objectionTo } from "../project/writing/real-place.js";
import { encodingMistake } from "../yaml/source.js";
import type { RenamedFile } from "./rename-sources.js";

const mark = "\ufeff";

/** A source as it is on the disk: the compiler reads it without a byte order mark. Not if it is in another encoding than UTF-8. */
async function asOnDisk(host: Host, file: RenamedFile): Promise<RenamedFile | Diagnostic> {
  const text = await host.read(file.path);
  const mistake = text === undefined ? undefined : encodingMistake({ path: file.path, text });
  if (mistake !== undefined) return mistake;
  return text === mark + file.before ? { ...file, before: text, text: mark + file.text } : file;
}

/**
 * The changes of a renaming, each at its real path, so that a link to a file stays a link: new files first, deleted ones last. A file is
 * refused if another file stands for it, or if it cannot be written as it is. `replaced` has the texts of files in the places of moved ones.
 */
export async function changesOf(
  host: Host,
  sources: readonly RenamedFile[],
  manifest: RenamedFile,
  replaced: ReadonlyMap<string, string>,
): Promise<readonly FileChange[] | Refusal | { readonly diagnostics: readonly Diagnostic[] }> {
  const moved: FileChange[] = [];
  const edited = new Map<string, FileChange>();
  const deleted: FileChange[] = [];
  const realPlace = async (path: string) => (await host.place?.(path)) ?? { real: path, link: undefined };
  for (const file of [...sources, manifest]) {
    const { path, target } = file;
    const place = await realPlace(path);
    const objection = objectionTo(place);
    if (objection !== undefined)
      return refuse(`\`${place.link ?? path}\` ${objection}`, "put the file itself in its place");
    const found = file === manifest ? file : await asOnDisk(host, file);
    if ("code" in found) return { diagnostics: [found] };
    const { before, text } = found;
    const real = place.real ?? path;
    if (path !== target) {
      if (place.link === path) return refuse(`\`${path}\` is a link`, "put the file itself in its place");
      const stub = replaced.get(target);
      const at = (await realPlace(target)).real ?? target;
      moved.push({ path: at, text, like: real, ...(stub === undefined ? {} : { before: stub }) });
      deleted.push({ path: real, before });
      continue;
    }
    const other = edited.get(real);
    if (other !== undefined && other.text !== text) {
      return refuse(`${path} and ${real} are one file, which would get two texts`, "rename the event there by hand");
    }
    if (before !== text) edited.set(real, { path: real, before, text });
  }
  return [...moved, ...edited.values(), ...deleted];
}
