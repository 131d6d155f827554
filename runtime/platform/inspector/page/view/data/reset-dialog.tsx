import { useEffect, useRef, useState } from "preact/hooks";
import { failureWords } from "../../state/control-api.js";

interface ResetDialogProps {
  /** Throws a `ControlError`. */
  readonly onReset: (seed: boolean) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before all data are removed. */
export function ResetDialog({ onReset, onClose }: ResetDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [failure, setFailure] = useState<string>();
  useEffect(() => dialog.current?.showModal(), []);
  const reset = (seed: boolean): void => {
    onReset(seed).catch((error: unknown) => setFailure(failureWords(error)));
  };
  return (
    <dialog ref={dialog} class="row-form" aria-labelledby="reset-title" onClose={onClose}>
      <h2 id="reset-title">Remove all data?</h2>
      <p>
        All rows of all collections are removed: also secrets of the local Kiket and settings that were set on this
        page. Deliveries stay. It cannot be undone.
      </p>
      {failure !== undefined && (
        <p class="problem" role="alert">
          {failure}
        </p>
      )}
      <p class="actions">
        <button type="button" class="main" onClick={() => reset(true)}>
          Back to the seeds
        </button>
        <button type="button" onClick={() => reset(false)}>
          Leave all empty
        </button>
        <button type="button" onClick={onClose}>
          Keep the data
        </button>
      </p>
      <p class="quiet">
        The seeds are those that were read when the command started. Tables that are left empty get them at its next
        start.
      </p>
    </dialog>
  );
}
