import { readdirSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What the system has not removed this long after SIGKILL, it may never remove. In milliseconds. */
const killTime = 2000;

/** Between two looks at a group, at most. In milliseconds. */
const longestPause = 50;

/** Windows has no process groups: a signal goes to the process alone. */
const hasGroups = sep !== "\\";

/** Sends a signal to all processes of a group. 0 only looks. False if there is none that this user may send signals to. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  // 0 is the group of this process, -1 is every process.
  if (!Number.isInteger(group) || group <= 1) return false;
  try {
    return process.kill(hasGroups ? -group : group, signal);
  } catch {
    return false;
  }
}

/** A process of a group. */
export interface GroupMember {
  readonly pid: number;
  readonly parent: number;
}

/** The processes of a group that have not ended; undefined where the system does not list processes as Linux does. */
export function groupMembersOf(group: number): readonly GroupMember[] | undefined {
  if (statusOf("self") === undefined) return undefined;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(statusOf)
    .filter((status) => status !== undefined && status.group === group && !status.hasEnded)
    .map((status) => status as GroupMember);
}

interface ProcessStatus extends GroupMember {
  readonly group: number;
  /** Only its parent has not asked for its exit code: in a container this may never happen. */
  readonly hasEnded: boolean;
}

/** What Linux tells in `/proc/<pid>/stat`. The name of the program is in brackets, and may contain any of them. */
export function parseStatus(text: string): ProcessStatus {
  const [state = "", parent, group, ...more] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // A process whose first thread has ended looks like one that has ended. Until the other threads have too, its port is taken.
  const threads = Number(more[14]);
  const hasEnded = /[ZXx]/.test(state) && !(threads > 1);
  return { pid: Number.parseInt(text, 10), parent: Number(parent), group: Number(group), hasEnded };
}

function statusOf(process: string): ProcessStatus | undefined {
  try {
    return parseStatus(readFileSync(`/proc/${process}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether any process of a group has not ended. */
export function isGroupAlive(group: number): boolean {
  return signalGroup(group, 0) && (groupMembersOf(group)?.length ?? 1) > 0;
}

/** Resolves when all of a group have ended, with true, or after these milliseconds, with false. */
async function groupIsGone(group: number, within: number): Promise<boolean> {
  const end = performance.now() + within;
  for (let pause = 2; isGroupAlive(group); pause = Math.min(2 * pause, longestPause)) {
    if (performance.now() >= end) return false;
    await sleep(Math.min(pause, Math.max(end - performance.now(), 1)));
  }
  return true;
}

/** SIGTERM to a group, after these milliseconds SIGKILL. Resolves when all of it have ended; false if the system does not remove one. */
export async function endGroup(group: number, within: number): Promise<boolean> {
  signalGroup(group, "SIGTERM");
  if (await groupIsGone(group, within)) return true;
  signalGroup(group, "SIGKILL");
  return groupIsGone(group, killTime);
}
