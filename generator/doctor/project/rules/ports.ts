import type { Launch } from "../../../dev/launch.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** A port that `dev` wants. */
export interface WantedPort {
  readonly id: "port-inspector" | "port-kiket" | "port-extension";
  /** What would listen there. */
  readonly who: string;
  readonly port: number;
  /** Whether somebody listens there; undefined if it cannot be known. */
  readonly taken: boolean | undefined;
  /** Why the system refuses it, in one line. */
  readonly refused?: string;
}

function portOf(address: string | undefined): number | undefined {
  return address === undefined ? undefined : Number(new URL(address).port);
}

/** Whether the ports that `dev` wants are free. `running`: the `dev` of this project that runs. */
export function checkPorts(wanted: readonly WantedPort[], running: Launch | undefined): readonly Finding[] {
  const own = [running?.inspector, running?.kiket, running?.extension].map(portOf);
  return wanted.map(({ id, who, port, taken, refused }) => {
    if (refused !== undefined)
      return projectFinding(id, "wrong", `the system does not let you listen on port ${port}: ${refused}`, {
        where: `127.0.0.1:${port}`,
        why: `${who} would listen there`,
        fix:
          id === "port-extension"
            ? "set PORT to another number above 1023"
            : "pass another one: kiket-gen dev --port <number>",
      });
    if (port === 0) return projectFinding(id, "ok", `any free port, because PORT is 0`);
    if (taken !== true) return projectFinding(id, "ok", `port ${port} is free for ${who}`);
    if (own.includes(port))
      return projectFinding(id, "ok", `dev of this project runs on port ${port}, as process ${running?.pid}`);
    return projectFinding(id, "warning", `somebody else listens on port ${port}`, {
      where: `127.0.0.1:${port}`,
      why: `${who} would take the next free port, and what has the usual address in it does not find it`,
      fix: `end what listens there (lsof -i :${port} names it), or ${id === "port-extension" ? "set PORT" : "pass another one: kiket-gen dev --port <number>"}`,
    });
  });
}
