import { useEffect, useState } from "preact/hooks";
import type { SendRequest } from "../../../backend.js";
import { type ControlApi, failureWords } from "../../state/control-api.js";
import type { PageAction, PageState } from "../../state/page-state.js";
import type { Place } from "../../state/place.js";
import type { Draft } from "../../state/send/draft.js";
import { SendForm } from "../send/send-form.jsx";
import { BuildDetails } from "./build-details.jsx";
import { DeliveryDetails } from "./delivery-details.jsx";
import { useProgress } from "./use-progress.js";

interface DetailsProps {
  readonly api: ControlApi;
  readonly state: PageState;
  readonly place: Place;
  /** The delivery that is shown, if one is. */
  readonly shownId: string | undefined;
  readonly draft: Draft | undefined;
  /** What was asked for and has not ended. */
  readonly asked: "replay" | "page" | undefined;
  readonly problem: string | undefined;
  readonly dispatch: (action: PageAction) => void;
  readonly onReplay: () => void;
  readonly onEdit: () => void;
  readonly onSave: () => void;
  readonly onShow: (id: string) => void;
  readonly onAttempt: (number: number) => void;
  /** Reduces the list to what a build answered. */
  readonly onBuild: (number: number) => void;
  readonly onDraft: (draft: Draft) => void;
  readonly onSend: (request: SendRequest) => void;
}

/** Reads the delivery that is shown, again with each of its states. Returns why it cannot be read. */
function useRecord({ api, state, shownId, dispatch }: DetailsProps): string | undefined {
  const [problem, setProblem] = useState<string>();
  const summary = state.deliveries.find(({ id }) => id === shownId);
  const isLive = state.connection.kind === "live";
  useEffect(() => {
    setProblem(undefined);
    if (shownId === undefined || !isLive) return;
    const controller = new AbortController();
    api.delivery(shownId, controller.signal).then(
      (record) => {
        if (!controller.signal.aborted) dispatch({ kind: "record", record });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setProblem(failureWords(error));
      },
    );
    return () => controller.abort();
  }, [api, shownId, summary, isLive]);
  return problem;
}

function Empty({ event }: { readonly event: string | undefined }) {
  return (
    <>
      <h2 id="details-title" tabIndex={-1}>
        No deliveries yet
      </h2>
      <p>Send one from a terminal, in the project's folder:</p>
      <pre>npx kiket-gen trigger {event ?? "issue.created"}</pre>
      {event !== undefined && (
        <p>
          Or write one here: <b>Send…</b> above, or the key <kbd>n</kbd>.
        </p>
      )}
    </>
  );
}

/** A place that has nothing to show. */
function Missing({ title, why }: { readonly title: string; readonly why: string }) {
  return (
    <>
      <h2 id="details-title" tabIndex={-1}>
        {title}
      </h2>
      <p>{why}</p>
    </>
  );
}

export function Details(props: DetailsProps) {
  const { api, state, place, shownId, draft, asked, problem } = props;
  const recordProblem = useRecord(props);
  useProgress(props);
  const { dev, record } = state;
  if (dev === undefined) return <p class="quiet">Connecting…</p>;
  const first = dev.events[0];
  if (place.kind === "send") {
    const begun = draft ?? (first === undefined ? undefined : { event: first.name, version: first.version });
    if (begun === undefined) return <p>The manifest declares no event.</p>;
    return (
      <SendForm
        api={api}
        dev={dev}
        draft={begun}
        isSending={asked === "page"}
        problem={problem}
        onChange={props.onDraft}
        onSend={props.onSend}
      />
    );
  }
  if (place.kind === "build") {
    const build = dev.builds.find(({ number }) => number === place.number);
    if (build !== undefined) {
      return <BuildDetails build={build} deliveries={state.deliveries} onBuild={props.onBuild} />;
    }
    return <Missing title={`There is no build ${place.number} in this run`} why="Each start counts builds from 1." />;
  }
  if (shownId === undefined) {
    if (state.deliveries.length === 0) return <Empty event={first?.name} />;
    return <Missing title="No delivery fits the filter" why="Escape in the list shows all." />;
  }
  if (recordProblem !== undefined) return <Missing title="This delivery cannot be shown" why={recordProblem} />;
  if (record?.id !== shownId) return <p class="quiet">Reading…</p>;
  return (
    <DeliveryDetails
      api={api}
      events={dev.events}
      record={record}
      problem={problem}
      isReplaying={asked === "replay"}
      onReplay={props.onReplay}
      onEdit={props.onEdit}
      onSave={props.onSave}
      onShow={props.onShow}
      number={place.kind === "delivery" ? place.attempt : undefined}
      onAttempt={props.onAttempt}
    />
  );
}
