import { useRef } from "preact/hooks";
import type { TroubleState } from "../../../trouble.js";
import type { TroubleApi } from "../../state/trouble/trouble-api.js";
import { faultProgress, faultWords } from "../../state/trouble/trouble-words.js";
import type { Undertake } from "./undertake.js";

interface ActiveFaultsProps {
  readonly api: TroubleApi;
  readonly trouble: TroubleState;
  readonly undertake: Undertake;
}

/** What is wrong now, and how to end it. */
export function ActiveFaults({ api, trouble: { faults }, undertake }: ActiveFaultsProps) {
  const title = useRef<HTMLHeadingElement>(null);
  const clear = (id: number | undefined, done: string): void => {
    // The button goes away, and the focus would be lost.
    void undertake(() => api.clear(id), done).then(() => title.current?.focus());
  };
  return (
    <section aria-labelledby="active-title">
      <h3 id="active-title" ref={title} tabIndex={-1}>
        Active faults
      </h3>
      {faults.length === 0 ? (
        <p class="quiet">None: the local Kiket answers as usual. Inject one below.</p>
      ) : (
        <>
          <ul class="active-faults">
            {faults.map((fault) => (
              <li key={fault.id}>
                <span class="active-fault">
                  <b>{faultWords(fault)}</b> <span class="quiet">{faultProgress(fault)}</span>
                </span>
                <button
                  type="button"
                  aria-label={`Clear ${faultWords(fault)}`}
                  onClick={() => clear(fault.id, "fault cleared")}
                >
                  Clear
                </button>
              </li>
            ))}
          </ul>
          {faults.length > 1 && (
            <button type="button" onClick={() => clear(undefined, "all faults cleared")}>
              Clear all
            </button>
          )}
        </>
      )}
    </section>
  );
}
