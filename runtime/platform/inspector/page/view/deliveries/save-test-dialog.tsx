import "./save-test-dialog.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TestPlan } from "../../../saved-test.js";
import { type ControlApi, failureWords } from "../../state/control-api.js";
import { CopyButton } from "../copy-button.jsx";

/** Milliseconds after the last key until the name is checked. */
const typingPause = 150;

interface SaveTestDialogProps {
  readonly api: ControlApi;
  /** The id of the delivery. */
  readonly delivery: string;
  readonly onClose: () => void;
}

interface Planned {
  readonly plan?: TestPlan;
  readonly problem?: string;
}

/** What would be written under this name, or why nothing can be. Undefined name: the first answer brings one. */
function usePlan({ api, delivery }: SaveTestDialogProps, name: string | undefined, onName: (name: string) => void) {
  const [planned, setPlanned] = useState<Planned>({});
  useEffect(() => {
    if (name !== undefined && name === planned.plan?.name) return;
    const controller = new AbortController();
    const ask = (): void => {
      api.testPlan(delivery, name, controller.signal).then(
        (plan) => {
          if (controller.signal.aborted) return;
          setPlanned({ plan });
          if (name === undefined) onName(plan.name);
        },
        (error: unknown) => {
          if (!controller.signal.aborted) setPlanned({ problem: failureWords(error) });
        },
      );
    };
    const timer = setTimeout(ask, name === undefined ? 0 : typingPause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, delivery, name]);
  return planned;
}

function Plan({ plan }: { readonly plan: TestPlan }) {
  return (
    <>
      <h3>Asserts that</h3>
      <ul>
        {plan.asserts.map((phrase) => (
          <li key={phrase}>{phrase}</li>
        ))}
      </ul>
      {plan.remarks.length > 0 && <h3>Note</h3>}
      {plan.remarks.map((remark) => (
        <p key={remark}>
          <bdi>{remark}</bdi>
        </p>
      ))}
    </>
  );
}

function Files({ files }: { readonly files: readonly string[] }) {
  return (
    <ul class="files">
      {files.map((file) => (
        <li key={file}>
          <code>{file}</code>
        </li>
      ))}
    </ul>
  );
}

/** Asks for the name of a test, shows what it will be, and saves it. */
export function SaveTestDialog(props: SaveTestDialogProps) {
  const { api, delivery, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState<string>();
  const { plan, problem } = usePlan(props, name, setName);
  const [saved, setSaved] = useState<TestPlan>();
  const [failure, setFailure] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  // The name that was suggested: the first key replaces it.
  useEffect(() => input.current?.select(), [name === undefined]);
  const words = failure ?? problem;
  const isReady = plan !== undefined && plan.name === name;
  const save = async (): Promise<void> => {
    if (!isReady || isSaving) return;
    setSaving(true);
    try {
      setSaved(await api.saveTest({ delivery, name }));
    } catch (error) {
      setFailure(failureWords(error));
    }
    setSaving(false);
  };
  return (
    <dialog ref={dialog} class="save-test" aria-labelledby="save-test-title" onClose={onClose}>
      <h2 id="save-test-title">Save as a test</h2>
      <form
        method="dialog"
        onSubmit={(submitted) => {
          if (saved !== undefined) return;
          submitted.preventDefault();
          void save();
        }}
      >
        {saved === undefined && (
          <label>
            Name{" "}
            <input
              ref={input}
              type="text"
              value={name ?? ""}
              spellcheck={false}
              autocomplete="off"
              aria-invalid={words !== undefined}
              aria-describedby="save-test-end"
              onInput={(written) => {
                setFailure(undefined);
                setName(written.currentTarget.value.trim());
              }}
            />
          </label>
        )}
        <p id="save-test-end" role="status" class={words === undefined ? undefined : "problem"}>
          {words ?? (saved === undefined ? "" : `Saved as ${saved.name}.`)}
        </p>
        {saved === undefined && plan !== undefined && (
          <>
            <h3>Writes</h3>
            <Files files={plan.files} />
            <Plan plan={plan} />
          </>
        )}
        {saved !== undefined && (
          <>
            <Files files={saved.files} />
            <p>Run it, in the project's folder:</p>
            <p class="command">
              <code>{saved.command}</code> <CopyButton text={saved.command} label="command" />
            </p>
          </>
        )}
        <div class="actions">
          {saved === undefined && (
            <button type="submit" class="main" disabled={!isReady || isSaving}>
              {isSaving ? "Saving…" : "Save"}
            </button>
          )}
          <button type="button" onClick={() => dialog.current?.close()}>
            {saved === undefined ? "Cancel" : "Close"}
          </button>
        </div>
      </form>
    </dialog>
  );
}
