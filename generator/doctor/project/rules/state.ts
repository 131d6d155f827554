import type { Launch } from "../../../dev/launch.js";
import { stateFolderName } from "../../../dev/state-folder.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** What is at `.kiket-gen`. */
export interface StateFacts {
  readonly kind: "none" | "folder" | "link" | "file" | "others";
  /** Permissions of the folder; undefined where the system has none. */
  readonly mode: number | undefined;
  /** Files in it that `dev` ignores, with the reason. */
  readonly ignored: readonly { readonly name: string; readonly objection: string }[];
  readonly bytes: number;
}

const path = stateFolderName;
const again = "delete it; dev makes a new folder";

/** More than this is told. In bytes. */
const largeSize = 256 * 1024 * 1024;

function megabytes(bytes: number): string {
  return bytes < 100_000 ? "less than 0.1 MB" : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Whether `dev` can keep its state. */
export function checkState({ kind, mode, ignored, bytes }: StateFacts): Finding {
  const why = "dev does not start with it: the folder may be the work of somebody else";
  if (kind === "none") return projectFinding("state-folder", "ok", `there is no ${path} yet; dev makes it`);
  if (kind === "link")
    return projectFinding("state-folder", "wrong", `${path} is a link`, { where: path, why, fix: again });
  if (kind === "file")
    return projectFinding("state-folder", "wrong", `${path} is not a folder`, { where: path, why, fix: again });
  if (kind === "others")
    return projectFinding("state-folder", "wrong", `${path} belongs to another user`, {
      ...{ where: path, why, fix: "delete it or make it yours (sudo chown), and run kiket-gen as one user only" },
    });
  const [file] = ignored;
  if (file !== undefined)
    return projectFinding(
      "state-folder",
      "warning",
      `dev ignores ${ignored.map(({ name }) => `${path}/${name}`).join(", ")}`,
      {
        where: `${path}/${file.name}`,
        why: `${file.objection}, so it may be the work of somebody else`,
        fix: `chmod 600 ${path}/${file.name}, if it is yours; else delete it`,
      },
    );
  if (mode !== undefined && (mode & 0o077) !== 0)
    return projectFinding("state-folder", "warning", `other users can look into ${path}`, {
      where: `${path}, mode ${(mode & 0o777).toString(8).padStart(4, "0")}`,
      why: "it has payloads and secrets",
      fix: `chmod 700 ${path}; dev does so too when it starts`,
    });
  if (bytes > largeSize)
    return projectFinding("state-folder", "warning", `${path} has ${megabytes(bytes)}`, {
      where: path,
      why: "dev reads its state when it starts",
      fix: "kiket-gen dev --reset, or delete the folder while dev does not run",
    });
  return projectFinding("state-folder", "ok", `${path} is yours alone, with ${megabytes(bytes)}`);
}

/** Whether `dev` of this project runs. `launch`: what its last start has written; `running`: the same, if it answers. */
export function checkRunning(launch: Launch | undefined, running: Launch | undefined): Finding {
  if (running !== undefined)
    return projectFinding(
      "dev-running",
      "ok",
      `dev runs here as process ${running.pid}: its inspector is at ${running.inspector}`,
    );
  if (launch === undefined) return projectFinding("dev-running", "ok", "dev does not run here");
  return projectFinding("dev-running", "warning", `an earlier dev, process ${launch.pid}, did not end as it should`, {
    where: `${path}/launch.json`,
    why: "programs that it has started may still run",
    fix: "start kiket-gen dev: it ends what is left",
  });
}
