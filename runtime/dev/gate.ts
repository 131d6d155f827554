import { within } from "../base/deadline.js";
import type { DevTarget } from "./options.js";

/** A delivery that may be sent now. */
export interface Passage {
  readonly target: DevTarget;
  /** The request is on its way: the next delivery may begin, so that they arrive in order. */
  sent(): void;
  /** There is a reply, or there will be none. */
  leave(): void;
}

/** Where deliveries wait while no build listens, in order. */
export interface Gate {
  /** Whether a build listens. */
  isOpen(): boolean;
  /** How many deliveries wait. */
  waiting(): number;
  /** Resolves when it is this delivery's turn, and a build listens; with undefined when the gate is closed for good. */
  enter(): Promise<Passage | undefined>;
  /** Deliveries that enter from now on go there. Undefined: they wait. Those that have passed before keep their build. */
  leadTo(target: DevTarget | undefined): void;
  target(): DevTarget | undefined;
  /** Resolves when no delivery is under way, at the latest after these milliseconds. True if none is. */
  settled(milliseconds: number): Promise<boolean>;
  /** Nobody passes any more. */
  close(): void;
}

/** Deliveries under way at the same time. More would only be refused by the extension, which takes 256 by default. */
const mostUnderWay = 64;

export function createGate(): Gate {
  let target: DevTarget | undefined;
  let underWay = 0;
  let isStarting = false;
  let isClosed = false;
  let queue: ((passage: Passage | undefined) => void)[] = [];
  let settlers: (() => void)[] = [];

  function pass(to: DevTarget): Passage {
    let [hasStarted, hasLeft] = [false, false];
    const sent = (): void => {
      if (hasStarted) return;
      hasStarted = true;
      isStarting = false;
      flow();
    };
    underWay += 1;
    isStarting = true;
    return {
      target: to,
      sent,
      leave() {
        if (hasLeft) return;
        hasLeft = true;
        underWay -= 1;
        if (underWay === 0) {
          for (const settle of settlers) settle();
          settlers = [];
        }
        sent();
        flow();
      },
    };
  }

  function flow(): void {
    if (target === undefined || isStarting || underWay >= mostUnderWay) return;
    const next = queue.shift();
    if (next !== undefined) next(pass(target));
  }

  return {
    isOpen: () => target !== undefined,
    waiting: () => queue.length,
    target: () => target,
    enter: () =>
      new Promise((resolve) => {
        if (isClosed) return resolve(undefined);
        queue.push(resolve);
        flow();
      }),
    leadTo(next) {
      target = next;
      flow();
    },
    async settled(milliseconds) {
      if (underWay === 0) return true;
      return within(new Promise<void>((resolve) => settlers.push(resolve)), milliseconds);
    },
    close() {
      isClosed = true;
      target = undefined;
      for (const leave of queue) leave(undefined);
      queue = [];
    },
  };
}
