import type { DevChange } from "../../platform/inspector/backend.js";
import type { ClockRequest, TroubleMaker, TroubleState } from "../../platform/inspector/trouble.js";
import type { Platform } from "../../platform/platform.js";
import type { DevClock } from "./dev-clock.js";
import { createFaultList, faultOperations } from "./fault-list.js";

interface TroubleInputs {
  readonly platform: () => Pick<Platform, "faults" | "rotateKeys">;
  readonly tell: (change: DevChange) => void;
  readonly clock: DevClock;
  /** That much of Kiket's time has passed at once, in milliseconds. */
  readonly passed: (milliseconds: number) => void;
  /** Lets deliveries wait, and those under way end. */
  readonly pause: () => Promise<void>;
  /** Starts the program again, with another time. Undefined: nobody can. */
  readonly restart: (() => void) | undefined;
}

/** Makes trouble, and tells whenever it has changed. */
export interface ToldTrouble extends TroubleMaker {
  /** A request was answered: faults may be spent. */
  called(): void;
}

export function createTroubleMaker(inputs: TroubleInputs): ToldTrouble {
  const { platform, tell, clock, passed, pause, restart } = inputs;
  const list = createFaultList(() => platform().faults);
  let told = "";
  let moving: Promise<unknown> = Promise.resolve();

  const state = (): TroubleState => ({ faults: list.all(), clockAhead: clock.ahead() });

  function tellState(): TroubleState {
    const trouble = state();
    told = JSON.stringify(trouble);
    tell({ kind: "faults", trouble });
    return trouble;
  }

  async function move({ advance }: ClockRequest): Promise<TroubleState> {
    const before = clock.ahead();
    const ahead = advance === undefined ? 0 : before + advance;
    if (ahead === before) return state();
    // Before anything waits for it: it may be too far.
    clock.set(ahead);
    clock.set(before);
    // A program with the old time would refuse what is signed with the new one.
    if (restart !== undefined) await pause();
    clock.set(ahead);
    const trouble = tellState();
    if (ahead > before) passed(ahead - before);
    restart?.();
    return trouble;
  }

  return {
    state,
    operations: faultOperations,
    inject(request) {
      list.inject(request);
      return tellState();
    },
    clear(id) {
      list.clear(id);
      return tellState();
    },
    async rotateKeys(keepOld) {
      await platform().rotateKeys({ keepOld });
      return tellState();
    },
    moveClock(request) {
      const moved = moving.then(() => move(request));
      moving = moved.catch(() => undefined);
      return moved;
    },
    called() {
      if (told !== "" && JSON.stringify(state()) !== told) tellState();
    },
  };
}
