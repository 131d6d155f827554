import { statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { gitFiles } from "../../../project/git-files.js";
import { ignoredByUser, isUnusual, repositoryOf } from "../../../rename/git-state.js";
import type { VariablesFile } from "../rules/secrets.js";

/** Those without values: they are there to be committed. */
const samples = /\.(?:example|sample|template|dist|defaults?)$/;

/** The names of files with variables, among those in a project's folder. */
export function variablesFileNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^\.env(?:\.|$)/.test(name) && !samples.test(name)).sort();
}

/**
 * What git and the file system say of files in a folder. `folder`: absolute, without links. Nothing is started, and git's files are only
 * read.
 */
export async function readVariablesFiles(
  folder: string,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly VariablesFile[]> {
  // An environment of Python has this name too, and is a folder.
  const files = names.flatMap((path) => {
    const stats = statSync(join(folder, path), { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, mode: sep === "/" ? stats.mode : undefined }] : [];
  });
  if (files.length === 0) return [];
  const gitOf = await gitStates(folder, environment);
  return Promise.all(files.map(async (file) => ({ ...file, git: await gitOf(file.path) })));
}

async function gitStates(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<(name: string) => Promise<VariablesFile["git"]>> {
  const repository = await repositoryOf(folder);
  if (repository === undefined) return async () => "none";
  const unknown = async () => "unknown" as const;
  if (await isUnusual(repository)) return unknown;
  try {
    const { default: git } = await import("isomorphic-git");
    const fs = gitFiles(repository, await ignoredByUser(repository, environment)) as Parameters<
      typeof git.isIgnored
    >[0]["fs"];
    const asked = { fs, dir: repository.top, gitdir: repository.common };
    const tracked = new Set(await git.listFiles(asked));
    return async (name) => {
      const filepath = relative(repository.top, join(folder, name)).split(sep).join("/");
      if (tracked.has(filepath)) return "tracked";
      return git.isIgnored({ ...asked, filepath }).then(
        (ignored) => (ignored ? "ignored" : "not-ignored"),
        () => "unknown",
      );
    };
  } catch {
    // Such as an index of another version: git may have the file, so it must not count as ignored.
    return unknown;
  }
}
