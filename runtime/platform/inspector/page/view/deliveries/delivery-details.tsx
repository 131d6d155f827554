import type { DevState } from "../../../backend.js";
import type { AttemptRecord, DeliveryRecord } from "../../../delivery-record.js";
import type { ControlApi } from "../../state/control-api.js";
import { clockTime, counted, dayOf, duration, endWords, toneOf, toneOfStatus } from "../../state/labels.js";
import { flawLine } from "../../state/trouble/flaw-words.js";
import { CopyButton } from "../copy-button.jsx";
import { AttemptDetails } from "./attempt-details.jsx";
import { PayloadSection } from "./payload-section.jsx";

const originWords = { trigger: "from the terminal", replay: "a replay", page: "from this page" } as const;

function Attempts(props: {
  readonly record: DeliveryRecord;
  readonly shown: AttemptRecord | undefined;
  readonly onShow: (number: number) => void;
}) {
  const { record, shown, onShow } = props;
  if (record.attempts.length < 2 && record.next === undefined) return null;
  return (
    <section class="attempts" aria-label="Attempts">
      <h3>{counted(record.attempts.length, "attempt")}</h3>
      <ol>
        {record.attempts.map(({ number, at, reply, error, ms, build }, index) => {
          const before = record.attempts[index - 1];
          return (
            <li key={number}>
              <button type="button" aria-pressed={number === shown?.number} onClick={() => onShow(number)}>
                <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>{" "}
                <span class={`status ${reply === undefined ? "bad" : toneOfStatus(reply.status)}`}>
                  {reply?.status ?? (error === undefined ? "running" : "no reply")}
                </span>{" "}
                {ms !== undefined && duration(ms)} {build !== undefined && `#${build}`}
              </button>
              {before !== undefined && (
                <span class="quiet"> {duration(at - before.at - (before.ms ?? 0))} after the one before</span>
              )}
            </li>
          );
        })}
      </ol>
      {record.next !== undefined && (
        <p>
          The next attempt is due at{" "}
          <time dateTime={new Date(record.next.at).toISOString()}>{clockTime(record.next.at)}</time>. Kiket would wait{" "}
          {duration(record.next.schedule)}.
        </p>
      )}
    </section>
  );
}

interface DeliveryDetailsProps {
  readonly api: ControlApi;
  readonly events: DevState["events"];
  readonly record: DeliveryRecord;
  /** Of the replay that was asked for last. */
  readonly problem: string | undefined;
  readonly isReplaying: boolean;
  readonly onReplay: () => void;
  readonly onEdit: () => void;
  readonly onSave: () => void;
  readonly onShow: (id: string) => void;
  /** The number of the attempt that is shown. Default: the last one. */
  readonly number: number | undefined;
  readonly onAttempt: (number: number) => void;
}

export function DeliveryDetails(props: DeliveryDetailsProps) {
  const { api, events, record, problem, isReplaying, onReplay, onEdit, onSave, onShow, number, onAttempt } = props;
  const { id, event, version, origin, replayOf, state, flawResult, createdAt, attempts } = record;
  const flaw = flawLine(record);
  const end = flawResult === "right" ? undefined : endWords(record);
  const shown = attempts.find((attempt) => attempt.number === number) ?? attempts.at(-1);
  return (
    <>
      <header class="details-head">
        <h2 id="details-title" tabIndex={-1}>
          <bdi>{event}</bdi> <span class="version">{version}</span>
        </h2>
        <span class={`state ${toneOf(state, flawResult)}`}>{state}</span>
        <div class="actions">
          <button type="button" disabled={isReplaying} onClick={onReplay} aria-keyshortcuts="r">
            {isReplaying ? "Replaying…" : "Replay"}
          </button>
          <button type="button" onClick={onEdit} aria-keyshortcuts="e">
            Edit and send
          </button>
          <CopyButton
            id="copy-trigger"
            text={() => api.triggerCommand(id)}
            word="Copy as trigger"
            label="for a terminal"
            shortcut="c"
          />
          <CopyButton text={() => location.href} word="Copy link" label="to this" />
          <button type="button" onClick={onSave} aria-keyshortcuts="s">
            Save as test…
          </button>
        </div>
      </header>
      <p class="meta">
        <time dateTime={new Date(createdAt).toISOString()}>
          {dayOf(createdAt, Date.now())} {clockTime(createdAt)}
        </time>
        , {originWords[origin]}
        {replayOf !== undefined && (
          <>
            {" of "}
            <button type="button" class="link" onClick={() => onShow(replayOf)}>
              {replayOf}
            </button>
          </>
        )}
        {shown?.build !== undefined && `, answered by build ${shown.build}`} · <code>{id}</code>{" "}
        <CopyButton text={id} label="delivery id" />
      </p>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {flaw !== undefined && <p class={flaw.tone}>{flaw.text}</p>}
      {end !== undefined && <p class="bad">{end}</p>}
      {number !== undefined && attempts.length > 0 && shown?.number !== number && (
        <p class="problem">There is no attempt {number}: this is the last one.</p>
      )}
      <Attempts record={record} shown={shown} onShow={onAttempt} />
      {shown === undefined ? (
        <>
          <p>{state === "waiting" ? "It waits until the extension runs." : "It is being sent."}</p>
          <PayloadSection key={id} api={api} events={events} record={record} />
        </>
      ) : (
        <AttemptDetails key={`${id} ${shown.number}`} api={api} events={events} attempt={shown} record={record} />
      )}
    </>
  );
}
