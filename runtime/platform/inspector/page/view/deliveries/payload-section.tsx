import { useEffect, useMemo, useState } from "preact/hooks";
import type { DevState, PayloadProblem, SchemaComparison } from "../../../backend.js";
import type { DeliveryRecord } from "../../../delivery-record.js";
import { type ControlApi, failureWords } from "../../state/control-api.js";
import { comparisonLine, differenceWords } from "../../state/details/difference-words.js";
import { placesIn } from "../../state/details/payload-places.js";
import { type CodeNote, CodeText } from "../code-text.jsx";
import { Section } from "./section.jsx";

/** Compares a payload with its schema, again when the project has other events. Undefined until it is done; a text if it fails. */
function useComparison(api: ControlApi, id: string, events: DevState["events"]): SchemaComparison | string | undefined {
  const [found, setFound] = useState<SchemaComparison | string>();
  useEffect(() => {
    const controller = new AbortController();
    api.comparison(id, controller.signal).then(setFound, (error: unknown) => {
      if (!controller.signal.aborted) setFound(`The payload was not compared: ${failureWords(error)}`);
    });
    return () => controller.abort();
  }, [api, id, events]);
  return found;
}

/** Notes in the text, one for each problem whose place is known. */
function notesOf(body: string, { payload }: DeliveryRecord, problems: readonly PayloadProblem[]): readonly CodeNote[] {
  return placesIn(body, payload, problems).flatMap((place, index) => {
    const problem = problems[index];
    if (place === undefined || problem === undefined) return [];
    const text = differenceWords(problem);
    return [{ ...place, id: `difference-${index}`, text, isMistake: problem.kind !== "unknown" }];
  });
}

/** Brings a note into sight. It may be beyond what is shown of a long text. */
function goTo(id: string): void {
  const note = document.getElementById(id);
  note?.scrollIntoView({ block: "center" });
  note?.focus({ preventScroll: true });
}

function Differences({
  problems,
  notes,
}: {
  readonly problems: readonly PayloadProblem[];
  readonly notes: readonly CodeNote[];
}) {
  return (
    <>
      <ul class="problems">
        {problems.map((problem, index) => {
          const id = `difference-${index}`;
          const name = <bdi>{problem.path === "" ? "the payload" : problem.path}</bdi>;
          return (
            <li key={id}>
              {notes.some((note) => note.id === id) ? (
                <button type="button" class="link" onClick={() => goTo(id)}>
                  {name}
                </button>
              ) : (
                name
              )}{" "}
              <bdi class={problem.kind === "unknown" ? "wait" : "bad"}>{problem.message}</bdi>
            </li>
          );
        })}
      </ul>
      {problems.some(({ kind }) => kind === "unknown") && (
        <p class="quiet">Kiket may add members at any time, so an unknown one is a note and no mistake.</p>
      )}
    </>
  );
}

const noProblems: readonly PayloadProblem[] = [];

interface PayloadSectionProps {
  readonly api: ControlApi;
  readonly events: DevState["events"];
  readonly record: DeliveryRecord;
  /** As it was sent; absent while nothing was. */
  readonly body?: string;
}

/** What was delivered, and where it differs from the schema of its event. */
export function PayloadSection({ api, events, record, body }: PayloadSectionProps) {
  const compared = useComparison(api, record.id, events);
  const text = useMemo(() => body ?? JSON.stringify(record.payload), [body, record.payload]);
  const problems = typeof compared === "object" ? compared.problems : noProblems;
  const notes = useMemo(() => notesOf(text, record, problems), [text, compared]);
  return (
    <Section title="Payload" {...(body === undefined ? {} : { note: "the body as it was signed" })}>
      {typeof compared === "string" && <p class="quiet">{compared}</p>}
      {typeof compared === "object" && (
        <p class={problems.length > 0 ? "" : "quiet"}>{comparisonLine(record, compared)}</p>
      )}
      {problems.length > 0 && <Differences problems={problems} notes={notes} />}
      <CodeText text={text} label="payload" notes={notes} />
    </Section>
  );
}
