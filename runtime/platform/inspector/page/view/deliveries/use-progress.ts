import { useEffect, useRef } from "preact/hooks";
import type { ControlApi } from "../../state/control-api.js";
import type { PageAction, PageState } from "../../state/page-state.js";

interface ProgressInputs {
  readonly api: ControlApi;
  readonly state: PageState;
  readonly shownId: string | undefined;
  readonly dispatch: (action: PageAction) => void;
}

/** Reads the delivery that is shown again when there is more of it; never twice at once, since it may be large. */
export function useProgress({ api, state: { progress }, shownId, dispatch }: ProgressInputs): void {
  const seen = useRef(progress);
  const latest = useRef({ progress, shownId });
  latest.current = { progress, shownId };
  const isReading = useRef(false);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const { progress: now, shownId: id } = latest.current;
      if (isReading.current || id === undefined || seen.current === now) return;
      isReading.current = true;
      seen.current = now;
      // What cannot be read is told by who reads it with each of its states.
      const record = await api.delivery(id, new AbortController().signal).catch(() => undefined);
      isReading.current = false;
      if (record !== undefined && latest.current.shownId === id) dispatch({ kind: "record", record });
      void read();
    };
    void read();
  }, [api, progress]);
}
