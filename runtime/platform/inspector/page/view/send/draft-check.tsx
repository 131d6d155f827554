import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type ControlApi, failureWords } from "../../state/control-api.js";
import { counted } from "../../state/labels.js";
import { type Draft, mostHelped } from "../../state/send/draft.js";
import { type DraftProblem, draftPayload, placedProblem } from "../../state/send/draft-problems.js";

export type Checked =
  | { readonly kind: "checking" }
  | { readonly kind: "fits" }
  | { readonly kind: "too long" }
  | {
      readonly kind: "problems";
      readonly isJson: boolean;
      readonly problems: readonly DraftProblem[];
      /** How many more there are. */
      readonly more: number;
    }
  | { readonly kind: "unknown"; readonly reason: string };

/** Milliseconds without a key before the text is checked. */
const pause = 250;

const mostProblems = 50;

async function checkDraft(api: ControlApi, draft: Draft, text: string, signal: AbortSignal): Promise<Checked> {
  const read = draftPayload(text);
  if ("problem" in read) return { kind: "problems", isJson: false, problems: [read.problem], more: 0 };
  const { event, version } = draft;
  const found = await api.check({ event, version, payload: read.payload }, signal);
  if (found.length === 0) return { kind: "fits" };
  const problems = found.slice(0, mostProblems).map((one) => placedProblem(text, read.tree, one));
  return { kind: "problems", isJson: true, problems, more: found.length - problems.length };
}

/**
 * What is wrong with the draft, checked a moment after each change; a long one only when `check` is called, since reading it takes longer
 * than a key.
 */
export function useChecked(api: ControlApi, draft: Draft): { readonly checked: Checked; readonly check: () => void } {
  const { event, version, text } = draft;
  const [checked, setChecked] = useState<Checked>({ kind: "checking" });
  const running = useRef<AbortController>(undefined);
  const check = useCallback(async () => {
    if (text === undefined) return;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const result = await checkDraft(api, { event, version }, text, controller.signal).catch(
      (error: unknown): Checked => ({ kind: "unknown", reason: failureWords(error) }),
    );
    if (!controller.signal.aborted) setChecked(result);
  }, [api, event, version, text]);
  useEffect(() => {
    if (text === undefined) return;
    const isLong = text.length > mostHelped;
    setChecked(isLong ? { kind: "too long" } : { kind: "checking" });
    const timer = isLong ? undefined : setTimeout(check, pause);
    return () => {
      clearTimeout(timer);
      running.current?.abort();
    };
  }, [check]);
  return {
    checked,
    check() {
      setChecked({ kind: "checking" });
      void check();
    },
  };
}

interface CheckResultProps {
  readonly checked: Checked;
  readonly draft: Draft;
  /** Whether anything is known of the payload. */
  readonly isKnown: boolean;
  readonly onGo: (problem: DraftProblem) => void;
  readonly onCheck: () => void;
}

export function CheckResult({ checked, draft, isKnown, onGo, onCheck }: CheckResultProps) {
  if (checked.kind === "checking") return <p class="quiet">Checking…</p>;
  if (checked.kind === "unknown") return <p class="problem">Not checked: {checked.reason}</p>;
  if (checked.kind === "too long") {
    return (
      <p>
        Long text is not checked while you write.{" "}
        <button type="button" onClick={onCheck}>
          Check now
        </button>
      </p>
    );
  }
  if (checked.kind === "fits") {
    if (!isKnown) return <p>Nothing is known of the payload of this event: only its JSON is checked.</p>;
    return (
      <p class="good">
        No problems found for {draft.event} {draft.version}.
      </p>
    );
  }
  const { isJson, problems, more } = checked;
  return (
    <>
      <p class="bad">
        {isJson
          ? `${counted(problems.length + more, "problem")} with the schema of ${draft.event} ${draft.version}. It can be sent all the same.`
          : "This cannot be sent yet."}
      </p>
      <ul class="problems">
        {problems.map((one) => (
          <li key={`${one.offset} ${one.message}`}>
            <button type="button" class="link" onClick={() => onGo(one)}>
              line {one.line}, column {one.column}
            </button>{" "}
            <bdi>{one.message}</bdi>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="quiet">{counted(more, "more problem")}.</p>}
    </>
  );
}
