import { type ChangedFile, change } from "../../../generator/add/change-files.js";
import { type Given, readRequest } from "../../../generator/add/parse-request.js";
import { parse } from "../../../generator/manifest/parse.js";

export const manifestPath = ".kiket/manifest.yaml";

export interface Texts {
  readonly manifest: string;
  /** Of the manifest. Default: the canonical one. */
  readonly path?: string;
  /** By path. */
  readonly modules?: Readonly<Record<string, string>>;
  readonly moduleFolders?: readonly string[];
}

type Told =
  | { readonly files: readonly ChangedFile[] }
  | Exclude<ReturnType<typeof change>, { readonly files: unknown }>;

/** What `kiket-gen add` would write, without a disk. */
export function changeOf(texts: Texts, words: readonly string[], given: Given = {}): Told {
  const modules = Object.entries(texts.modules ?? {}).map(([path, text]) => ({ path, text }));
  const manifest = { path: texts.path ?? manifestPath, text: texts.manifest };
  const sources = { manifest, modules, moduleFolders: texts.moduleFolders ?? [], diagnostics: [] };
  const parsed = parse(sources);
  const { model, root, draft, diagnostics } = parsed;
  if (model === undefined || root === undefined || draft === undefined) throw new Error(JSON.stringify(diagnostics));
  const told = change(readRequest(words, given), {
    sources,
    manifest,
    parsed: { ...parsed, model, root, draft },
    windows: false,
  });
  return "files" in told ? { files: told.files } : told;
}

/** The changed files by path; empty where there is nothing to change. */
export function filesOf(texts: Texts, words: readonly string[], given: Given = {}): Record<string, string> {
  const changed = changeOf(texts, words, given);
  if (!("files" in changed)) throw new Error(JSON.stringify(changed));
  return Object.fromEntries(changed.files.map(({ path, text }) => [path, text]));
}

/** The lines that an edit of the manifest inserts, by line number; fails where any other byte changes. */
export function insertedLines(before: string, after: string): string[] {
  const [old, lines] = [before.split("\n"), after.split("\n")];
  let next = 0;
  const inserted = lines.filter((line) => {
    if (line !== old[next]) return true;
    next += 1;
    return false;
  });
  if (next !== old.length) throw new Error(`line ${next + 1} is gone: ${old[next]}\n${after}`);
  return inserted;
}
