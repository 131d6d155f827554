import type { FaultRecord, TroubleMaker, TroubleState } from "../../runtime/platform/inspector/trouble.js";

/** Trouble of which only is remembered what was asked for. */
export interface StandInTrouble extends TroubleMaker {
  readonly asked: unknown[];
}

export function createStandInTrouble(tell: (trouble: TroubleState) => void = () => {}): StandInTrouble {
  let faults: readonly FaultRecord[] = [];
  let count = 0;
  const asked: unknown[] = [];
  let clockAhead = 0;
  const state = (): TroubleState => ({ faults, clockAhead });
  const told = (): TroubleState => {
    tell(state());
    return state();
  };
  return {
    asked,
    state,
    operations: ["createComment", "getIssue", "getJwks", "listIssues"],
    inject(request) {
      asked.push(request);
      count += 1;
      faults = [...faults, { ...request, id: count, hits: 0 }];
      return told();
    },
    clear(id) {
      asked.push({ clear: id });
      faults = faults.filter((fault) => id !== undefined && fault.id !== id);
      return told();
    },
    async moveClock(request) {
      asked.push(request);
      clockAhead = request.advance === undefined ? 0 : clockAhead + request.advance;
      return told();
    },
    async rotateKeys(keepOld) {
      asked.push({ keepOld });
      return told();
    },
  };
}
