import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** What came of changing a file and waiting to be told of it. */
export type WatchTrial =
  | { readonly told: boolean; readonly where: "project" | "elsewhere" }
  /** Why watching could not begin: a code such as `ENOSPC`. */
  | { readonly code: string };

/** A place where the system tells nothing of what happens on the other side. */
export interface WatchFacts {
  readonly trial: WatchTrial;
  /** The kind of file system, where it is one that often tells nothing: `9p`, `NFS`. */
  readonly remote: string | undefined;
  /** How many folders one user may watch on Linux; undefined elsewhere. */
  readonly watches: number | undefined;
}

const nevertheless =
  "dev and --watch look at the files themselves as well, so they see each change, later and with more work";

/** Fewer are used up by an editor alone. */
const fewWatches = 8192;

/** Whether the system tells of changes of files. */
export function checkWatching({ trial, remote, watches }: WatchFacts): Finding {
  if ("code" in trial) {
    const isLimit = trial.code === "ENOSPC" || trial.code === "EMFILE";
    const what = isLimit
      ? "the system's limit of watched folders is reached"
      : `folders cannot be watched (${trial.code})`;
    return projectFinding("watching", "warning", what, {
      why: nevertheless,
      fix: isLimit
        ? "end programs that watch many folders, or raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
        : "move the project to a disk of this machine",
    });
  }
  if (!trial.told)
    return projectFinding("watching", "warning", "the system does not tell of a change of a file", {
      why: nevertheless,
      fix: "a mounted folder (Docker, /mnt/c in WSL, NFS) tells nothing of changes from outside: keep the project on the disk of the system where dev runs",
    });
  if (remote !== undefined)
    return projectFinding("watching", "warning", `the project is on a file system of the kind ${remote}`, {
      why: `changes that are made on its other side may not be told; ${nevertheless}`,
      fix: "keep the project on the disk of the system where dev runs; in WSL below the home folder, not in /mnt/c",
    });
  if (trial.where === "elsewhere")
    return projectFinding("watching", "ok", "the system tells of changes, as tried in the folder of temporary files");
  if (watches !== undefined && watches < fewWatches)
    return projectFinding("watching", "warning", `a user may watch only ${watches} folders`, {
      where: "/proc/sys/fs/inotify/max_user_watches",
      why: `editors use many of them; ${nevertheless}`,
      fix: "sudo sysctl fs.inotify.max_user_watches=524288",
    });
  return projectFinding("watching", "ok", "the system tells of changes of files");
}

/** A folder that a command writes to. */
export interface WritableFolder {
  /** Relative to the project. */
  readonly path: string;
  /** Why it cannot be written to, in one line; undefined if it can. */
  readonly objection: string | undefined;
}

/** Less is soon full. In bytes. */
const leastSpace = 50 * 1024 * 1024;

/** Whether the disk can be written to. `free`: bytes; undefined if the system does not say. */
export function checkDisk(folders: readonly WritableFolder[], free: number | undefined): readonly Finding[] {
  const closed = folders.filter(({ objection }) => objection !== undefined);
  if (closed.length > 0)
    return closed.map(({ path, objection }) =>
      projectFinding(
        "disk",
        "wrong",
        `nothing can be written in ${path === "." ? "the project's folder" : path}: ${objection}`,
        {
          where: path,
          why: "kiket-gen writes generated files, and dev its state",
          fix: "make the folder yours (chown, chmod), or work on a copy that is",
        },
      ),
    );
  if (free !== undefined && free < leastSpace)
    return [
      projectFinding("disk", "warning", `only ${Math.floor(free / 1_000_000)} MB of the disk are free`, {
        why: "builds and the state of dev need some",
        fix: "delete what is not needed",
      }),
    ];
  return [projectFinding("disk", "ok", "the project's folders can be written to")];
}
