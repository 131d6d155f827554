import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkArguments, UsageError } from "./arguments.js";
import { createProcesses } from "./processes.js";
import { startRegistry } from "./registry.js";
import { runSteps } from "./run-steps.js";
import { type PublishedPackage, publishedPackages, type Release, type Step } from "./step.js";
import { allSteps } from "./steps/index.js";
import { pack } from "./tarball.js";

const help = `Usage: npm run release:check -- [options]

Checks everything that a release needs, up to publishing to a registry on this machine and using the packages from there.

  --tag <tag>      check a release: the tag must be that of the version, and the owner's settings must be there
  --skip-tests     leave out lint and tests, which CI has run already
  --only <a,b>     only these steps
  --skip <a,b>     all but these steps
  --keep <folder>  copy the tarballs that were checked into this folder, if all went well
  --list           print the steps
Exit status: 0 all is well, 1 something failed, 2 usage error.
`;

/** What the check uses of its process. */
export interface CheckIo {
  readonly root: string;
  /** Where temporary folders are made. */
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly write: (text: string) => void;
  /** Calls `end` when the process is asked to end. Returns what takes that back. */
  readonly onInterrupt: (end: (status: number) => void) => () => void;
  /** For tests: instead of ours. */
  readonly packages?: readonly PublishedPackage[];
}

/** Resolves with the exit status. Nothing that it started goes on, and no temporary file is left. */
export async function check(args: readonly string[], io: CheckIo): Promise<number> {
  try {
    const { steps, tag, keep, list, help: isHelp } = checkArguments(args, allSteps);
    if (isHelp || list) {
      io.write(isHelp ? help : steps.map(({ name, title }) => `${name.padEnd(11)} ${title}\n`).join(""));
      return 0;
    }
    return await runCheck(steps, tag, keep, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.write(`${error.message}\n\n${help}`);
    return 2;
  }
}

/** Makes the folder for the tarballs, if it is not there. */
async function keepFolder(keep: string): Promise<void> {
  try {
    await mkdir(keep, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new UsageError(`--keep needs a folder, and "${keep}" cannot be one: ${reason}`);
  }
}

async function runCheck(
  steps: readonly Step[],
  tag: string | undefined,
  keep: string | undefined,
  io: CheckIo,
): Promise<number> {
  const { root, temporary, env, now, write, onInterrupt, packages = publishedPackages } = io;
  // Before the minutes that the steps take.
  if (keep !== undefined) await keepFolder(keep);
  const processes = createProcesses();
  const folder = await mkdtemp(join(temporary, "kiket-gen-release-"));
  let status = 0;
  const forget = onInterrupt((interrupted) => {
    status = interrupted;
    void processes.end();
  });
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const tarballs = once(async () => {
    const packed = join(folder, "tarballs");
    await mkdir(packed);
    return Promise.all(packages.map((one) => pack(one, { root, folder: packed, env, processes })));
  });
  const published = packages.map(({ name }) => name);
  const registry = once(() => startRegistry({ root, folder, published, env, processes }));
  const release: Release = { root, packages, tag, folder, env, processes, tarballs, registry };
  try {
    const start = now();
    const failed = await runSteps(steps, release, { now, write, isInterrupted: () => status !== 0 });
    if (status !== 0) {
      write("interrupted\n");
      return status;
    }
    const time = `${((now() - start) / 1000).toFixed(0)} s`;
    if (failed.length > 0) {
      write(`\nNOT ready for a release: ${failed.join(", ")} (${time})\n`);
      return 1;
    }
    if (keep !== undefined) for (const { path } of await tarballs()) await copyFile(path, join(keep, basename(path)));
    write(`\nall ${steps.length} steps passed (${time})\n`);
    return 0;
  } finally {
    await processes.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    forget();
  }
}
