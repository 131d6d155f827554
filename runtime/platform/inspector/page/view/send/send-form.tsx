import { useEffect, useRef, useState } from "preact/hooks";
import type { DevState, SendRequest } from "../../../backend.js";
import { type ControlApi, failureWords } from "../../state/control-api.js";
import { type DraftProblem, draftPayload, placedProblem } from "../../state/draft-problems.js";
import { counted } from "../../state/labels.js";

/** A payload that is being written. */
export interface Draft {
  readonly event: string;
  readonly version: string;
  /** Undefined until the event's sample has been read. */
  readonly text?: string;
  /** The sample that the text began with. */
  readonly sample?: string;
}

type Checked =
  | { readonly kind: "checking" }
  | { readonly kind: "fits" }
  | { readonly kind: "problems"; readonly isJson: boolean; readonly problems: readonly DraftProblem[] }
  | { readonly kind: "unknown"; readonly reason: string };

/** Milliseconds without a key before the text is checked. */
const pause = 250;

/** Above the line of a problem that is gone to. */
const linesAbove = 4;

async function checkDraft(api: ControlApi, draft: Draft, text: string, signal: AbortSignal): Promise<Checked> {
  const read = draftPayload(text);
  if ("problem" in read) return { kind: "problems", isJson: false, problems: [read.problem] };
  const { event, version } = draft;
  const problems = await api.check({ event, version, payload: read.payload }, signal);
  if (problems.length === 0) return { kind: "fits" };
  return { kind: "problems", isJson: true, problems: problems.map((one) => placedProblem(text, read.tree, one)) };
}

/** What is wrong with the draft, checked a moment after each change. */
function useChecked(api: ControlApi, draft: Draft): Checked {
  const { event, version, text } = draft;
  const [checked, setChecked] = useState<Checked>({ kind: "checking" });
  useEffect(() => {
    if (text === undefined) return;
    const controller = new AbortController();
    setChecked({ kind: "checking" });
    const timer = setTimeout(async () => {
      const result = await checkDraft(api, { event, version }, text, controller.signal).catch(
        (error: unknown): Checked => ({ kind: "unknown", reason: failureWords(error) }),
      );
      if (!controller.signal.aborted) setChecked(result);
    }, pause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, event, version, text]);
  return checked;
}

function CheckResult(props: {
  readonly checked: Checked;
  readonly draft: Draft;
  readonly isKnown: boolean;
  readonly onGo: (problem: DraftProblem) => void;
}) {
  const { checked, draft, isKnown, onGo } = props;
  if (checked.kind === "checking") return <p class="quiet">Checking…</p>;
  if (checked.kind === "unknown") return <p class="problem">Not checked: {checked.reason}</p>;
  if (checked.kind === "fits" && !isKnown) {
    return <p>Nothing is known of the payload of this event: only its JSON is checked.</p>;
  }
  if (checked.kind === "fits") {
    return (
      <p class="good">
        No problems found for {draft.event} {draft.version}.
      </p>
    );
  }
  return (
    <>
      <p class="bad">
        {checked.isJson
          ? `${counted(checked.problems.length, "problem")} with the schema of ${draft.event} ${draft.version}. It can be sent all the same.`
          : "This cannot be sent yet."}
      </p>
      <ul class="problems">
        {checked.problems.map((one) => (
          <li key={`${one.offset} ${one.message}`}>
            <button type="button" class="link" onClick={() => onGo(one)}>
              line {one.line}, column {one.column}
            </button>{" "}
            <bdi>{one.message}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

interface SendFormProps {
  readonly api: ControlApi;
  readonly events: DevState["events"];
  readonly draft: Draft;
  readonly isSending: boolean;
  /** Why the last one was not sent. */
  readonly problem: string | undefined;
  readonly onChange: (draft: Draft) => void;
  readonly onSend: (request: SendRequest) => void;
}

export function SendForm({ api, events, draft, isSending, problem, onChange, onSend }: SendFormProps) {
  const { event, version, text, sample } = draft;
  const field = useRef<HTMLTextAreaElement>(null);
  const [sampleProblem, setSampleProblem] = useState<string>();
  const checked = useChecked(api, draft);
  useEffect(() => {
    if (text !== undefined) return;
    const controller = new AbortController();
    setSampleProblem(undefined);
    api.event(event, version, controller.signal).then(
      (known) => {
        const read = JSON.stringify(known.sample, null, 2);
        onChange({ event, version, text: read, sample: read });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setSampleProblem(failureWords(error));
      },
    );
    return () => controller.abort();
  }, [api, event, version, text]);
  const go = ({ offset, line }: DraftProblem): void => {
    if (field.current === null) return;
    field.current.focus();
    field.current.setSelectionRange(offset, Math.min(offset + 1, text?.length ?? 0));
    // A browser does not scroll to a selection that a program makes.
    field.current.scrollTop = (line - linesAbove) * Number.parseFloat(getComputedStyle(field.current).lineHeight);
  };
  const send = (): void => {
    const read = draftPayload(text ?? "");
    if ("problem" in read) go(read.problem);
    else if (!isSending) onSend({ event, version, payload: read.payload, origin: "page" });
  };
  const isChosen = (one: { readonly name: string; readonly version: string }) =>
    one.name === event && one.version === version;
  // A delivery may be of an event that the manifest declares no longer.
  const choices = events.some(isChosen) ? events : [{ name: event, version }, ...events];
  const choose = (index: number): void => {
    const chosen = choices[index];
    if (chosen === undefined) return;
    // A text that was changed is kept, and checked against the other event.
    const isOwn = text !== undefined && text !== sample;
    onChange({ event: chosen.name, version: chosen.version, ...(isOwn ? { text } : {}) });
  };
  const isKnown = events.find(isChosen)?.confidence !== "none";
  const isWrong = checked.kind === "problems";
  return (
    <form
      onSubmit={(submitted) => {
        submitted.preventDefault();
        send();
      }}
      onKeyDown={(pressed) => {
        if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey)) send();
      }}
    >
      <header class="details-head">
        <h2 id="details-title" tabIndex={-1}>
          Send a delivery
        </h2>
      </header>
      <p class="choice">
        <label>
          Event{" "}
          <select
            value={choices.findIndex(isChosen)}
            onChange={({ currentTarget }) => choose(currentTarget.selectedIndex)}
          >
            {choices.map((choice, index) => (
              <option key={`${choice.name} ${choice.version}`} value={index}>
                {choice.name} {choice.version}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          disabled={text === undefined || text === sample}
          onClick={() => onChange({ event, version })}
        >
          Use the sample
        </button>
      </p>
      {sampleProblem !== undefined && <p class="problem">{sampleProblem}</p>}
      <label class="payload">
        Payload, as JSON
        <textarea
          ref={field}
          rows={20}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          value={text ?? ""}
          disabled={text === undefined && sampleProblem === undefined}
          aria-invalid={isWrong}
          aria-describedby="draft-check"
          onInput={({ currentTarget }) => onChange({ ...draft, text: currentTarget.value })}
        />
      </label>
      <div id="draft-check" class="check" aria-live="polite">
        {text !== undefined && <CheckResult checked={checked} draft={draft} isKnown={isKnown} onGo={go} />}
      </div>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <p class="actions">
        <button type="submit" class="main" disabled={isSending || text === undefined}>
          {isSending ? "Sending…" : "Send"}
        </button>
        <span class="quiet">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
      </p>
    </form>
  );
}
