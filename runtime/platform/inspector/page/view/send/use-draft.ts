import { useEffect, useRef, useState } from "preact/hooks";
import { type Draft, keptDraft, readDraft } from "../../state/send/draft.js";

const storageKey = "kiket-gen-draft";

/** Milliseconds without a change before the draft is kept. */
const pause = 300;

function keep(draft: Draft | undefined): void {
  const text = draft === undefined ? undefined : keptDraft(draft);
  if (text === undefined) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, text);
}

/** The draft, which survives a reload of the tab. */
export function useDraft(): [Draft | undefined, (draft: Draft | undefined) => void] {
  const [draft, setDraft] = useState(() => readDraft(sessionStorage.getItem(storageKey)));
  const newest = useRef(draft);
  newest.current = draft;
  useEffect(() => {
    const timer = setTimeout(keep, pause, draft);
    return () => clearTimeout(timer);
  }, [draft]);
  useEffect(() => {
    const leave = (): void => keep(newest.current);
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, []);
  return [draft, setDraft];
}
