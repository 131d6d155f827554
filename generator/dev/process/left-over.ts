import { readFileSync } from "node:fs";
import type { Launch } from "../launch.js";
import { endGroup, groupMembersOf, isGroupAlive } from "./process-group.js";

/** What is left of an earlier run. */
export interface LeftOver {
  /** Process groups that were left, and have ended now. */
  readonly ended: readonly number[];
  /** Process groups that may be left, where the system does not tell whose they are. Nothing was done to them. */
  readonly unproven: readonly number[];
  /** The command of that run, if it still runs although it does not answer. Then nothing was ended. */
  readonly command?: number;
}

/** How long they may take to end after SIGTERM. In milliseconds. */
const endTime = 2000;

/** Whether a process was started with the launch in its environment. Only Linux tells, and only of this user's processes. */
function hasLaunch(pid: number, launchId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`KIKET_GEN_LAUNCH=${launchId}`);
  } catch {
    return false;
  }
}

/**
 * Ends what an earlier run of a project has left, when it was killed together with its warden. A process id may be another program's by
 * now: a group is ended only if one of its processes has the launch id in its environment. Ask with `findRunning` before.
 */
export async function endLeftOver({ launchId, pid, groups }: Launch): Promise<LeftOver> {
  const found = groups.map((group) => ({ group, members: groupMembersOf(group) }));
  const unproven = found.filter(({ group, members }) => members === undefined && isGroupAlive(group));
  const left = found
    .map(({ group, members = [] }) => ({ group, own: members.filter((member) => hasLaunch(member.pid, launchId)) }))
    .filter(({ own }) => own.length > 0);
  // Only the warden and the command start something: a process of the launch has this parent only as long as the command runs.
  const isCommandAlive = left.some(({ own }) => own.some(({ parent }) => parent === pid));
  if (isCommandAlive) return { ended: [], unproven: [], command: pid };
  await Promise.all(left.map(({ group }) => endGroup(group, endTime)));
  return { ended: left.map(({ group }) => group), unproven: unproven.map(({ group }) => group) };
}
