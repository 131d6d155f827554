import type { DevChange } from "../../platform/inspector/backend.js";
import type { TroubleMaker, TroubleState } from "../../platform/inspector/trouble.js";
import type { Platform } from "../../platform/platform.js";
import { createFaultList, faultOperations } from "./fault-list.js";

interface TroubleInputs {
  readonly platform: () => Pick<Platform, "faults" | "rotateKeys">;
  readonly tell: (change: DevChange) => void;
}

/** Makes trouble, and tells whenever it has changed. */
export interface ToldTrouble extends TroubleMaker {
  /** A request was answered: faults may be spent. */
  called(): void;
}

export function createTroubleMaker({ platform, tell }: TroubleInputs): ToldTrouble {
  const list = createFaultList(() => platform().faults);
  let told = "";

  const state = (): TroubleState => ({ faults: list.all() });

  function tellState(): TroubleState {
    const trouble = state();
    told = JSON.stringify(trouble);
    tell({ kind: "faults", trouble });
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
    called() {
      if (told !== "" && JSON.stringify(state()) !== told) tellState();
    },
  };
}
