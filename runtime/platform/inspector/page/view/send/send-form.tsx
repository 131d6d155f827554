import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { DevEvent, DevState, SendRequest } from "../../../backend.js";
import { type ControlApi, failureWords } from "../../state/control-api.js";
import { type Draft, type SecretChoices, sendRequestOf } from "../../state/send/draft.js";
import { draftPayload } from "../../state/send/draft-problems.js";
import { evidenceWords } from "../../state/send/evidence.js";
import { CheckResult, useChecked } from "./draft-check.jsx";
import { PayloadField, type PayloadFieldHandle } from "./payload-field.jsx";
import { SendOptions } from "./send-options.jsx";
import "./send.css";

interface SendFormProps {
  readonly api: ControlApi;
  readonly dev: DevState;
  readonly draft: Draft;
  readonly isSending: boolean;
  /** Why the last one was not sent. */
  readonly problem: string | undefined;
  readonly onChange: (draft: Draft) => void;
  readonly onSend: (request: SendRequest) => void;
}

interface Known {
  readonly event?: DevEvent;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Sample and schema of the draft's event, read again when the project's events have changed. */
function useKnownEvent(api: ControlApi, { event, version }: Draft, events: DevState["events"]): Known {
  const [known, setKnown] = useState<Known>({});
  useEffect(() => {
    const controller = new AbortController();
    api.event(event, version, controller.signal).then(
      (read) => setKnown({ event: read }),
      (error: unknown) => {
        if (!controller.signal.aborted) setKnown({ problem: failureWords(error) });
      },
    );
    return () => controller.abort();
  }, [api, event, version, JSON.stringify(events)]);
  const isOfDraft = known.event === undefined || (known.event.name === event && known.event.version === version);
  return isOfDraft ? known : {};
}

export function SendForm({ api, dev, draft, isSending, problem, onChange, onSend }: SendFormProps) {
  const { event, version, text, sample } = draft;
  const field = useRef<PayloadFieldHandle>(null);
  const [secrets, setSecrets] = useState<SecretChoices>({});
  const { checked, check } = useChecked(api, draft);
  const known = useKnownEvent(api, draft, dev.events);
  useEffect(() => {
    if (text !== undefined || known.event === undefined) return;
    const read = JSON.stringify(known.event.sample, null, 2);
    onChange({ ...draft, text: read, sample: read });
  }, [known.event, text]);
  const problems = useMemo(() => (checked.kind === "problems" ? checked.problems : []), [checked]);
  const send = (): void => {
    const read = draftPayload(text ?? "");
    if ("problem" in read) field.current?.go(read.problem);
    else if (!isSending) onSend(sendRequestOf(draft, read.payload, dev.secrets, secrets));
  };
  const isChosen = (one: { readonly name: string; readonly version: string }) =>
    one.name === event && one.version === version;
  const declared = dev.events.find(isChosen);
  // A delivery may be of an event that the manifest declares no longer.
  const choices = declared === undefined ? [{ name: event, version }, ...dev.events] : dev.events;
  const begin = (chosen: { readonly name: string; readonly version: string }, isOwn: boolean): void => {
    const { text: written, sample: _, ...rest } = draft;
    const kept = isOwn && written !== undefined ? { text: written } : {};
    onChange({ ...rest, event: chosen.name, version: chosen.version, ...kept });
  };
  // A text that was changed is kept, and checked against the other event.
  const choose = (index: number): void => {
    const chosen = choices[index];
    if (chosen !== undefined) begin(chosen, text !== sample);
  };
  const evidence = evidenceWords(declared?.confidence ?? "");
  const isMissing = text === undefined && known.problem !== undefined;
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
          onClick={() => begin({ name: event, version }, false)}
        >
          Use the sample
        </button>
      </p>
      {evidence !== undefined && (
        <p class="quiet">
          {declared?.confidence}: {evidence}.
        </p>
      )}
      {isMissing && <p class="problem">{known.problem}</p>}
      <PayloadField
        handle={field}
        text={text ?? ""}
        schema={known.event?.schema}
        problems={problems}
        isJson={checked.kind === "problems" && checked.isJson}
        isDisabled={text === undefined && !isMissing}
        onChange={(next) => onChange({ ...draft, text: next })}
      />
      <div id="draft-check" class="check" aria-live="polite">
        {text !== undefined && (
          <CheckResult
            checked={checked}
            draft={draft}
            isKnown={declared?.confidence !== "none"}
            onGo={(one) => field.current?.go(one)}
            onCheck={check}
          />
        )}
      </div>
      <SendOptions dev={dev} draft={draft} secrets={secrets} onChange={onChange} onSecrets={setSecrets} />
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
