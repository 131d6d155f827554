import { RequestProblem } from "../../platform/inspector/request-problem.js";

/** The clock of the local Kiket: that of the machine, or ahead of it. */
export interface DevClock {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** How far it is ahead, in milliseconds. */
  readonly ahead: () => number;
  /** @throws {RequestProblem} 422 if it is too far. */
  readonly set: (ahead: number) => void;
}

/** In milliseconds: ten years. */
const farthest = 10 * 365 * 24 * 3_600_000;

export function createDevClock(source: () => number): DevClock {
  let by = 0;
  return {
    now: () => source() + by,
    ahead: () => by,
    set(ahead) {
      if (ahead > farthest) throw new RequestProblem(422, "The clock can be ten years ahead at most");
      by = ahead;
    },
  };
}
