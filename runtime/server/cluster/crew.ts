import { within } from "../../base/deadline.js";
import { defined } from "../../base/json.js";
import type { Logger } from "../../base/logger.js";
import type { Sleep } from "../../base/sleep.js";
import type { MemberOrder, MemberReport } from "./messages.js";
import { earlyMilliseconds, restartWait } from "./restart-wait.js";

/** How a process has ended. */
export interface MemberEnd {
  readonly status: number | null;
  readonly signal: string | null;
}

/** A process that was started, from outside. */
export interface StartedProcess {
  tell(order: MemberOrder): void;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/** Who is told of a process. */
export interface MemberEvents {
  report(report: MemberReport): void;
  /** Once, after everything that it has reported. */
  ended(end: MemberEnd): void;
}

/** What the processes that serve are made with. Times in milliseconds. */
export interface CrewParts {
  readonly wanted: number;
  /** Starts the program once more. */
  readonly start: (number: number, events: MemberEvents) => StartedProcess;
  /** How long a process may take to end after it was told to. Then it is killed. */
  readonly endWithin: number;
  /** How long a process may take to listen, but for the first one. Then it is killed. */
  readonly startWithin: number;
  readonly log: Logger;
  readonly sleep: Sleep;
  readonly now: () => number;
}

/** The place where all listen. */
export interface Listening {
  readonly url: string;
  readonly handlers: number;
}

/** Processes of one program that share an address. */
export interface Crew {
  /** Starts one process. Resolves when it listens, else to why it does not. */
  open(): Promise<Listening | StartFailure>;
  /** Starts the others. Resolves when each of them listens or has failed to; those that failed are started again. False if it is closing. */
  complete(): Promise<boolean>;
  /** Replaces all processes, one after the other: also those that are starting. During a rolling restart, another one follows. */
  restart(): void;
  /** Ends all. Resolves to false if one had not finished its deliveries, or was killed. */
  close(): Promise<boolean>;
  killAll(): void;
}

/** Why a process does not listen. `message` and `code` are those of its `ConfigError`, if it was one. */
export interface StartFailure {
  readonly end: MemberEnd;
  readonly message: string | undefined;
  readonly code: string | undefined;
}

interface Member {
  readonly number: number;
  readonly startedAt: number;
  /** How many processes before it, in whose place it is, have ended early in a row. */
  readonly early: number;
  readonly running: StartedProcess;
  readonly listening: Promise<Listening | StartFailure>;
  readonly ended: Promise<MemberEnd>;
  state: "starting" | "serving" | "leaving";
}

export function hasFailed(result: Listening | StartFailure): result is StartFailure {
  return !("url" in result);
}

/** How a process has ended, and why, for a line: only what there is. */
function fieldsOf({ end, message }: StartFailure): object {
  const { status, signal } = end;
  return defined({ status: status ?? undefined, signal: signal ?? undefined, reason: message });
}

export function createCrew({ wanted, start, endWithin, startWithin, log, sleep, now }: CrewParts): Crew {
  const members = new Set<Member>();
  let started = 0;
  /** Processes that are to be started after a wait. */
  let waiting = 0;
  let isComplete = false;
  const closing = new AbortController();
  let isWhole = true;
  let restarting: Promise<void> | undefined;
  let isAnotherWanted = false;

  const lateReason = `It did not listen within ${startWithin} ms.`;
  const inState = (...states: readonly Member["state"][]): Member[] =>
    [...members].filter(({ state }) => states.includes(state));
  const isClosing = (): boolean => closing.signal.aborted;
  const tellCount = (): void => {
    const ready = Math.min(inState("serving").length, wanted);
    for (const { running } of inState("serving", "leaving")) running.tell({ type: "count", wanted, ready });
  };

  /** `isWatched`: the caller deals with a failure to start. */
  const launch = (isWatched: boolean, early = 0): Member => {
    started += 1;
    const number = started;
    let failure: Extract<MemberReport, { type: "failed" }> | undefined;
    let listens: (result: Listening | StartFailure) => void = () => undefined;
    let ends: (end: MemberEnd) => void = () => undefined;
    const report = (told: MemberReport): void => {
      if (told.type === "failed") failure = told;
      else if (told.type === "leaving") {
        member.state = "leaving";
        tellCount();
        if (!isClosing()) log.info("A process was told to stop; another one takes its place", { process: number });
        fill(0);
      } else if (told.type === "listening" && member.state === "starting") {
        member.state = "serving";
        listens(told);
        tellCount();
      }
    };
    const ended = (end: MemberEnd): void => {
      members.delete(member);
      const { state } = member;
      const result = { end, message: failure?.message, code: failure?.code };
      ends(end);
      listens(result);
      if (isClosing()) {
        if (state !== "starting" && end.status !== 0) isWhole = false;
        return;
      }
      tellCount();
      if (state === "leaving" || (state === "starting" && isWatched)) return;
      const count = now() - member.startedAt < earlyMilliseconds ? early + 1 : 0;
      const what = state === "serving" ? "A process has ended unexpectedly" : "A process has ended before it listened";
      log.error(`${what}; another one is started`, {
        process: number,
        ...fieldsOf(result),
        waitMs: restartWait(count),
      });
      fill(count);
    };
    const member: Member = {
      number,
      startedAt: now(),
      early,
      listening: new Promise((resolve) => {
        listens = resolve;
      }),
      ended: new Promise((resolve) => {
        ends = resolve;
      }),
      running: start(number, { report, ended }),
      state: "starting",
    };
    members.add(member);
    if (!isWatched) void endIfLate(member);
    return member;
  };

  const endIfLate = async ({ number, listening, running }: Member): Promise<void> => {
    if ((await within(listening, startWithin)) || isClosing()) return;
    log.error("A process does not start and was killed", { process: number, reason: lateReason });
    running.kill("SIGKILL");
  };

  /** Starts, after a wait, the processes that are missing. */
  const fill = (early: number): void => {
    while (isComplete && !isClosing() && inState("starting", "serving").length + waiting < wanted) {
      waiting += 1;
      void sleep(restartWait(early), closing.signal).then(() => {
        waiting -= 1;
        if (!isClosing()) launch(false, early);
      });
    }
  };

  const endOf = async (member: Member): Promise<void> => {
    if (await within(member.ended, endWithin)) return;
    log.error("A process did not end in time and was killed", { process: member.number });
    // One that was replaced long before says nothing of how all end.
    if (isClosing()) isWhole = false;
    member.running.kill("SIGKILL");
    await member.ended;
  };

  /** False if the new process does not start. */
  const replace = async (old: Member): Promise<boolean> => {
    const next = launch(true);
    const isTimely = await within(next.listening, startWithin);
    if (isClosing()) return false;
    const result = isTimely ? await next.listening : undefined;
    if (result === undefined || hasFailed(result)) {
      next.running.kill("SIGKILL");
      await next.ended;
      log.error("The rolling restart has stopped, because a new process does not start; the others serve on", {
        process: next.number,
        ...(result === undefined ? { reason: lateReason } : fieldsOf(result)),
      });
      return false;
    }
    // It may have crashed meanwhile.
    if (members.has(old) && old.state === "serving") {
      old.state = "leaving";
      tellCount();
      old.running.tell({ type: "hand-over" });
      // While there was one more, none was started in the place of one that crashed.
      fill(0);
      await endOf(old);
    }
    return true;
  };

  const roll = async (): Promise<void> => {
    // One that is starting may have the code that was there before.
    const olds = inState("starting", "serving");
    log.info("A rolling restart begins: processes are replaced one after the other", { processes: olds.length });
    for (const old of olds) {
      await old.listening;
      if (isClosing()) return;
      if (!members.has(old) || old.state !== "serving") continue;
      if (!(await replace(old))) {
        fill(0);
        return;
      }
    }
    if (!isClosing()) log.info("The rolling restart is done", { processes: inState("serving").length });
  };

  const rollAll = async (): Promise<void> => {
    do {
      isAnotherWanted = false;
      await roll();
    } while (isAnotherWanted && !isClosing());
    restarting = undefined;
  };

  return {
    open: () => launch(true).listening,
    async complete() {
      isComplete = true;
      const others = Array.from({ length: wanted - 1 }, () => launch(false));
      if (isAnotherWanted) restarting = rollAll();
      await Promise.all(others.map(({ listening }) => listening));
      // The first one may have crashed before.
      fill(0);
      return !isClosing();
    },
    restart() {
      if (isClosing()) return;
      isAnotherWanted = restarting !== undefined || !isComplete;
      if (restarting !== undefined) log.info("A rolling restart is running; another one follows it");
      else if (isComplete) restarting = rollAll();
    },
    async close() {
      closing.abort();
      for (const { state, running } of members) {
        if (state === "starting") running.kill("SIGTERM");
        else running.tell({ type: "close" });
      }
      await Promise.all([...members].map(endOf));
      return isWhole;
    },
    killAll() {
      closing.abort();
      for (const { running } of members) running.kill("SIGKILL");
    },
  };
}
