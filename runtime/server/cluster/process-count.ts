import { ConfigError } from "../../base/errors.js";
import type { ProgramStart } from "../../base/process.js";

const most = 256;

/**
 * How many processes an option means.
 * @throws {ConfigError} if it is neither "auto" nor a whole number from 1 to 256.
 */
export function resolveProcesses(option: number | "auto", cores: number): number {
  if (option === "auto") return Math.min(Math.max(cores, 1), most);
  if (Number.isInteger(option) && option >= 1 && option <= most) return option;
  throw new ConfigError(`processes must be "auto" or a whole number from 1 to ${most}.`);
}

/** Where a program runs. */
export interface Surroundings extends ProgramStart {
  readonly isNode: boolean;
  readonly isMainThread: boolean;
  /** Whether it was started as a worker of a cluster, by another program. */
  readonly isForeignWorker: boolean;
}

const inlineOptions = /^(?:-e|--eval|-p|--print|-pe|-i|--interactive)(?:=|$)/;

/** Why no more processes of this program can be started, and the way out; undefined if they can. */
export function obstacleToProcesses(where: Surroundings): string | undefined {
  const { entry, options } = where;
  if (!where.isNode) {
    return "processes: only Node starts a program several times. Leave processes out, and let the platform run as many instances as you need.";
  }
  if (!where.isMainThread) {
    return "processes: a worker thread cannot start processes of the program. Call serve or run in its main thread, or leave processes out.";
  }
  if (where.isForeignWorker) {
    return "processes: this process is already one of a cluster, which another program has started (such as pm2 in its cluster mode). Leave processes out, or start the program by itself.";
  }
  if (entry === undefined || entry === "-" || options.some((option) => inlineOptions.test(option))) {
    return "processes: this program is not in a file (--eval, standard input or the REPL), so it cannot be started again. Put it into a file, or leave processes out.";
  }
  return undefined;
}
