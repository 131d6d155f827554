import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Draft, keptDraft, readDraft } from "../../state/send/draft.js";

const storageKey = "kiket-gen-draft";

/** Milliseconds without a change before the draft is kept. */
const pause = 300;

/** A draft, or that there is none any more. */
interface Written {
  readonly draft: Draft | undefined;
}

function keep(written: Written | undefined, project: string | undefined): void {
  if (written === undefined || project === undefined) return;
  const text = written.draft === undefined ? undefined : keptDraft(written.draft, project);
  if (text === undefined) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, text);
}

/** The draft, which survives a reload of the tab. That of another project at the same address is none: `project` is the name of this one. */
export function useDraft(project: string | undefined): [Draft | undefined, (draft: Draft | undefined) => void] {
  const [written, setWritten] = useState<Written>();
  // Read with the first name: a project that is renamed keeps its draft.
  const first = useRef(project);
  first.current ??= project;
  const found = useMemo(
    () => (first.current === undefined ? undefined : readDraft(sessionStorage.getItem(storageKey), first.current)),
    [first.current],
  );
  const newest = useRef({ written, project });
  newest.current = { written, project };
  useEffect(() => {
    const timer = setTimeout(keep, pause, written, project);
    return () => clearTimeout(timer);
  }, [written, project]);
  useEffect(() => {
    const leave = (): void => keep(newest.current.written, newest.current.project);
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, []);
  return [written === undefined ? found : written.draft, (draft) => setWritten({ draft })];
}
