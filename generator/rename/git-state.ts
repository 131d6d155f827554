import { execFile } from "node:child_process";

/** `none`: git tracks no file of the folder, or there is no git. */
type TreeState = "clean" | "dirty" | "none";

/** A project must not choose a program that runs: neither one to watch its files, nor by a repository among its committed files. */
const safely: readonly string[] = ["-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit"];

function git(dir: string, ...args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", [...safely, "-C", dir, ...args, "--", "."], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      resolve(error === null ? stdout.trim() : undefined);
    });
  });
}

/** Whether everything in a folder is committed to git. Untracked files count as changes; ignored files do not. */
export async function treeState(dir: string): Promise<TreeState> {
  const [tracked, changed] = await Promise.all([git(dir, "ls-files"), git(dir, "status", "--porcelain")]);
  if (!tracked || changed === undefined) return "none";
  return changed === "" ? "clean" : "dirty";
}
