import { dirname, join, relative, resolve, sep } from "node:path";
import { type GitFolders, gitFiles, gitNames, gitText, readPlain } from "../project/git-files.js";
import { realPlaceOf, statsAt, withoutLinks } from "../project/writing/real-place.js";

/**
 * `clean`: git has every file as it is. `none`: git tracks no file of the folder. `unknown`: only git could tell, and it might run programs that
 * the project names.
 */
export type TreeState = "clean" | "dirty" | "none" | "unknown";

/** A repository, and its folder with the files. */
export interface Repository extends GitFolders {
  readonly top: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A path, and whether it is in the commit, in the folder and in the index: 1 as in the commit, 2 and 3 otherwise, 0 not there. */
type Row = readonly [path: string, head: number, folder: number, index: number];

/** The repository that a folder without links belongs to. Only `.git` is one: a bare repository may be among the files of a project. */
export async function repositoryOf(folder: string): Promise<Repository | undefined> {
  const stats = statsAt(join(folder, ".git"));
  if (stats === undefined) {
    return dirname(folder) === folder ? undefined : repositoryOf(dirname(folder));
  }
  const link = stats.isFile() ? /^gitdir: (.+)$/m.exec(await gitText(join(folder, ".git")))?.[1]?.trim() : ".git";
  const git = resolve(folder, link ?? ".git");
  const common = (await gitText(join(git, "commondir"))).trim();
  return { top: folder, git, common: common === "" ? git : resolve(git, common) };
}

/** The patterns of files that the user ignores, by the settings of this repository, else in every one. */
export async function ignoredByUser(
  repository: Repository,
  { HOME, USERPROFILE, XDG_CONFIG_HOME }: Environment,
): Promise<string> {
  const home = HOME ?? USERPROFILE;
  const settings = [await settingsOf(repository), home === undefined ? "" : await gitText(join(home, ".gitconfig"))];
  const [named] = settings.flatMap((text) => /^\s*excludesfile\s*=\s*"?(.+?)"?\s*$/im.exec(text)?.[1] ?? []);
  if (named !== undefined) return gitText(resolve(repository.top, named.replace(/^~\//, `${home}/`)));
  return home === undefined ? "" : gitText(join(XDG_CONFIG_HOME ?? join(home, ".config"), "git/ignore"));
}

/** Where another program than git stands between a file and the repository. */
const converted = /\b(?:filter|ident|working-tree-encoding)\b/;

/** Whether an attribute may have git convert a file. A pattern such as `*.png` is for files with that ending only. */
async function mayBeConverted({ top, common }: Repository, path: string): Promise<boolean> {
  const folders = path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"));
  const files = [join(common, "info/attributes"), ...folders.map((folder) => join(top, folder, ".gitattributes"))];
  const lines = (await Promise.all(files.map(gitText))).join("\n").split("\n");
  return lines.some((line) => {
    const ending = /^\s*"?\*(\.\w+)"?\s/.exec(line)?.[1] ?? "";
    return converted.test(line) && path.endsWith(ending);
  });
}

/** Bytes as text, each as one character, without the line ends of Windows: git may have converted them. */
function withoutReturns(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1").replaceAll("\r\n", "\n");
}

async function settingsOf({ git, common }: Repository): Promise<string> {
  return `${await gitText(join(common, "config"))}\n${await gitText(join(git, "config.worktree"))}`;
}

/** Whether the files of a repository are not where or not what they usually are. */
export async function isUnusual(repository: Repository): Promise<boolean> {
  const { top, git } = repository;
  const settings = await settingsOf(repository);
  const worktree = /^\s*worktree\s*=\s*"?(.+?)"?\s*$/im.exec(settings)?.[1];
  const isElsewhere = worktree !== undefined && withoutLinks(resolve(git, worktree)) !== top;
  const parts = await gitNames(git);
  return isElsewhere || /^\s*refstorage\s*=/im.test(settings) || parts.some((name) => name.startsWith("sharedindex."));
}

/** The variables that tell git where a repository is. */
const redirections = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"];

function stateOf(rows: readonly Row[], explained: ReadonlySet<string>): TreeState {
  if (rows.every(([, head, , index]) => head === 0 && index === 0)) return "none";
  const changed = rows.filter(([, ...places]) => !places.every((place) => place === 1));
  if (changed.length === 0) return "clean";
  return changed.every(([path]) => explained.has(path)) ? "unknown" : "dirty";
}

/**
 * Whether everything in a folder is committed to git, and git has the files `edited`. Untracked files count as changes, ignored ones do
 * not. A repository is only read, and no program is started: a project that somebody else wrote may name programs that git would run.
 */
export async function treeState(dir: string, edited: readonly string[], environment: Environment): Promise<TreeState> {
  const folder = withoutLinks(resolve(dir));
  const repository = folder === undefined ? undefined : await repositoryOf(folder);
  if (redirections.some((name) => environment[name] !== undefined)) return "unknown";
  if (folder === undefined || repository === undefined) return "none";
  if (await isUnusual(repository)) return "unknown";
  const { top, common } = repository;
  const within = relative(top, folder).split(sep).join("/");
  try {
    const { default: git } = await import("isomorphic-git");
    const fs = gitFiles(repository, await ignoredByUser(repository, environment)) as Parameters<
      typeof git.statusMatrix
    >[0]["fs"];
    const asked = { fs, dir: top, gitdir: common, refresh: false };
    const head = await git.resolveRef({ ...asked, ref: "HEAD" }).catch(() => undefined);
    // Before the first commit nothing is committed.
    if (head === undefined) return (await git.listFiles(asked)).length > 0 ? "dirty" : "none";
    const rows: readonly Row[] = await git.statusMatrix({ ...asked, filepaths: [within === "" ? "." : within] });
    const settings = await settingsOf(repository);
    const isSparse = /^\s*sparsecheckout\s*=\s*true/im.test(settings);
    const explained = new Set(rows.flatMap(([path, , inFolder]) => (isSparse && inFolder === 0 ? [path] : [])));
    for (const [path] of rows.filter((row) => row.slice(1).join("") === "121")) {
      const { blob } = await git.readBlob({ ...asked, oid: head, filepath: path });
      const isSame = withoutReturns(blob) === withoutReturns(await readPlain(join(top, path)));
      if (isSame || (await mayBeConverted(repository, path))) explained.add(path);
    }
    const state = stateOf(rows, explained);
    const known = new Set(rows.map(([path]) => path));
    // A file of a submodule, or one that git ignores.
    const places = edited.map((path) =>
      [within, realPlaceOf(folder, path).real].filter((part) => part !== "").join("/"),
    );
    return state === "clean" && !places.every((path) => known.has(path)) ? "unknown" : state;
  } catch {
    return "unknown";
  }
}
