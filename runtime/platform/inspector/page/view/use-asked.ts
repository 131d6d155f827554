import { useEffect, useRef, useState } from "preact/hooks";
import type { DeliveryRecord, DeliverySummary } from "../../delivery-record.js";
import { failureWords } from "../state/control-api.js";

/** A delivery that was asked for and has not ended; `problem` is why the last one failed. */
interface Asked {
  readonly what?: "replay" | "page";
  readonly problem?: string;
}

interface AskedHook extends Asked {
  ask(what: NonNullable<Asked["what"]>, answer: Promise<DeliveryRecord>): Promise<void>;
  forgetProblem(): void;
}

/** Waits for the deliveries that the page asks for. `onShow` gets the id of each as soon as it is known, also while its first attempt runs. */
export function useAsked(newest: DeliverySummary | undefined, onShow: (id: string) => void): AskedHook {
  const [asked, setAsked] = useState<Asked>({});
  const pending = useRef<Asked["what"]>(undefined);
  // An answer comes many renderings after the question.
  const latest = useRef(onShow);
  latest.current = onShow;
  const show = (id: string): void => {
    pending.current = undefined;
    setAsked({});
    latest.current(id);
  };
  const before = useRef(newest?.id);
  useEffect(() => {
    const isNew = newest?.id !== before.current;
    before.current = newest?.id;
    if (isNew && newest !== undefined && newest.origin === pending.current) show(newest.id);
  }, [newest?.id]);
  return {
    ...asked,
    async ask(what, answer) {
      pending.current = what;
      setAsked({ what });
      try {
        const { id } = await answer;
        if (pending.current === what) show(id);
      } catch (error) {
        // Who sees the delivery already sees there how it ended.
        if (pending.current !== what) return;
        pending.current = undefined;
        setAsked({ problem: failureWords(error) });
      }
    },
    forgetProblem: () => setAsked(({ what }) => (what === undefined ? {} : { what })),
  };
}
