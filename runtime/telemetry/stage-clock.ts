import type { Stage, StageClock } from "../base/active-delivery.js";
import { type Environment, isSwitchedOn } from "../base/process.js";

/** Microseconds are enough. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

export function createStageClock(): StageClock {
  // The fine clock stops while the machine sleeps, so it only counts from here.
  const [date, start] = [Date.now(), performance.now()];
  const ended: Stage[] = [];
  let current: { readonly name: string; readonly from: number } | undefined;
  const stage = (name: string, from: number, to = performance.now()): Stage => ({
    name,
    at: rounded(date + from - start),
    ms: rounded(to - from),
  });
  return {
    enter(name) {
      const now = performance.now();
      if (current !== undefined) ended.push(stage(current.name, current.from, now));
      current = { name, from: now };
    },
    during(name, run) {
      const from = performance.now();
      try {
        return run();
      } finally {
        ended.push(stage(name, from));
      }
    },
    stages() {
      const last = current === undefined ? [] : [stage(current.name, current.from)];
      return [...ended, ...last].sort((a, b) => a.at - b.at);
    },
  };
}

/** Makes a clock for each attempt if `KIKET_LOG_STAGES` asks for it, else none: then nothing is measured. */
export function stageClocksOf(env: Environment): () => StageClock | undefined {
  return isSwitchedOn(env, "KIKET_LOG_STAGES") ? createStageClock : () => undefined;
}
