import { within } from "../../base/deadline.js";
import { lasting, type Measured } from "../metrics/measured.js";
import type { MemberEvents, StartedProcess } from "./crew.js";

type StartProcess = (number: number, events: MemberEvents) => StartedProcess;

/** What several processes have measured, each list by one of them. */
type Lists = readonly (readonly Measured[])[];

/** Asks processes for what they have measured, and keeps what those have counted that have ended. */
export interface Gathering {
  /** Starts a process that is asked from then on. */
  readonly start: StartProcess;
  /**
   * What all have measured, and how many have told it. Of a process that does not answer in time, counters and histograms are there as it told them
   * last. It must not be called again before it has resolved.
   */
  gather(): Promise<Lists>;
}

/** A process, from the first one. */
interface Asked {
  /** What it told last. */
  last: readonly Measured[];
  /** Resolves when it answers; undefined if it has nothing to answer. */
  answer: Promise<void> | undefined;
  answered: () => void;
  readonly ask: () => void;
}

function countOf(answered: number, silent: number): Measured {
  return {
    name: "kiket_processes",
    help: "Processes that serve: those that have told their metrics, and those that did not answer in time.",
    type: "gauge",
    aggregator: "sum",
    values: [
      { labels: { state: "answered" }, value: answered },
      { labels: { state: "silent" }, value: silent },
    ],
  };
}

/**
 * @param start Starts a process.
 * @param sum Makes one list of several.
 * @param answerWithin Milliseconds in which a process must answer.
 */
export function createGathering(
  start: StartProcess,
  sum: (lists: Lists) => Promise<readonly Measured[]>,
  answerWithin: number,
): Gathering {
  /** Those that listen, until they have ended. */
  const all = new Set<Asked>();
  /** What those have counted that have ended. Each is added after the one before. */
  let past: Promise<readonly Measured[]> = Promise.resolve([]);

  const ask = (one: Asked): Promise<void> => {
    if (one.answer !== undefined) return one.answer;
    const answer = new Promise<void>((resolve) => {
      one.answered = resolve;
    });
    one.answer = answer;
    one.ask();
    return answer;
  };
  const took = (one: Asked): void => {
    one.answer = undefined;
    one.answered();
  };
  return {
    start(number, { report, ended }) {
      const one: Asked = {
        last: [],
        answer: undefined,
        answered: () => undefined,
        ask: () => started.tell({ type: "measure" }),
      };
      const started = start(number, {
        report(told) {
          if (told.type === "measured") {
            one.last = told.metrics;
            took(one);
            return;
          }
          if (told.type === "listening") all.add(one);
          report(told);
        },
        ended(end) {
          all.delete(one);
          const left = lasting(one.last);
          // What cannot be summed is lost: it must not end this process.
          if (left.length > 0) past = past.then((before) => sum([before, left]).catch(() => before));
          took(one);
          ended(end);
        },
      });
      return started;
    },
    async gather() {
      await within(Promise.all([...all].map(ask)), answerWithin);
      const silent = [...all].filter(({ answer }) => answer !== undefined);
      const lists = [...all].map((one) => (silent.includes(one) ? lasting(one.last) : one.last));
      const counted = countOf(all.size - silent.length, silent.length);
      return [await past, ...lists, [counted]];
    },
  };
}
