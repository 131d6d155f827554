import { useEffect, useMemo, useState } from "preact/hooks";
import type { AttemptRecord, CallRecord } from "../../../delivery-record.js";
import {
  fineDuration,
  isUnderWay,
  placeIn,
  type Waterfall,
  type WaterfallRow,
  waterfallOf,
} from "../../state/details/waterfall.js";
import { duration, toneOfStatus } from "../../state/labels.js";
import { CodeText } from "../code-text.jsx";
import { NamedValues } from "./named-values.jsx";
import "./waterfall.css";

/** Milliseconds between two looks at an attempt that runs. */
const look = 250;

function timeText(milliseconds: number): string {
  return milliseconds < 1_000 ? fineDuration(milliseconds) : duration(milliseconds);
}

/** The time of day, again and again while something runs. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), look);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}

function Value({ value, label }: { readonly value: unknown; readonly label: string }) {
  const text = useMemo(() => JSON.stringify(value), [value]);
  if (text === undefined) return null;
  return (
    <>
      <h4>{label}</h4>
      <CodeText text={text} label={label.toLowerCase()} />
    </>
  );
}

interface RowProps {
  readonly row: WaterfallRow;
  /** Milliseconds of the whole attempt. */
  readonly whole: number;
}

/** The numbers, and a bar that draws them. */
function Times({ row, whole }: RowProps) {
  return (
    <>
      <span class="from">
        <span class="spoken">after </span>+{timeText(row.from)}
      </span>
      <span class="ms">
        <span class="spoken">for </span>
        {timeText(row.ms)}
      </span>
      <span class="bar" aria-hidden="true">
        <span class={`bar-part ${row.call === undefined ? "" : "bar-call"}`} style={placeIn(whole, row)} />
      </span>
    </>
  );
}

function Call({ call, row, whole }: RowProps & { readonly call: CallRecord }) {
  const { operationId, method, path, query, body, status, fault, answer } = call;
  return (
    <details class="call">
      <summary class="waterfall-row">
        <span class="row-name">
          <b>{operationId ?? method}</b>{" "}
          <bdi class="quiet">{operationId === undefined ? path : `${method} ${path}`}</bdi>
          {fault !== undefined && <span class="wait"> by an injected fault</span>}
        </span>
        <span class={`status ${toneOfStatus(status)}`}>{status === 0 ? "no answer" : status}</span>
        <Times row={row} whole={whole} />
      </summary>
      {Object.keys(query).length > 0 && (
        <>
          <h4>Query</h4>
          <NamedValues values={query} label="Query" />
        </>
      )}
      <Value value={body} label="Request" />
      <Value value={answer} label="Answer" />
    </details>
  );
}

function Row({ row, whole }: RowProps) {
  return (
    <li>
      {row.call === undefined ? (
        <div class="waterfall-row">
          <span class="row-name">
            <bdi>{row.name}</bdi>
          </span>
          <span />
          <Times row={row} whole={whole} />
        </div>
      ) : (
        <Call call={row.call} row={row} whole={whole} />
      )}
      {row.parts.length > 0 && (
        <ol aria-label={`During ${row.name}`}>
          {row.parts.map((part) => (
            <Row key={part.key} row={part} whole={whole} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** The whole attempt, with the lines of the log as marks in it. The lines themselves have their times as text. */
function Whole(props: { readonly waterfall: Waterfall; readonly end: string }) {
  const { ms, isRunning, marks } = props.waterfall;
  return (
    <div class="waterfall-row waterfall-whole">
      <span class="row-name">
        <b>{isRunning ? "Runs, so far" : `Request to ${props.end}`}</b>
      </span>
      <span />
      <span class="from" />
      <span class="ms">{timeText(ms)}</span>
      <span class="bar" aria-hidden="true">
        <span class={`bar-part ${isRunning ? "bar-running" : "bar-whole"}`} style={{ left: "0", width: "100%" }} />
        {marks.map(({ from, level, message }, index) => (
          <span
            key={index}
            class={`mark mark-${level}`}
            style={{ left: placeIn(ms, { from, ms: 0 }).left }}
            title={`+${timeText(from)} ${level} ${message}`}
          />
        ))}
      </span>
    </div>
  );
}

/** Where the time of an attempt went: numbers in a list, each with a bar. */
export function WaterfallOf({ attempt }: { readonly attempt: AttemptRecord }) {
  const now = useNow(isUnderWay(attempt));
  const waterfall = waterfallOf(attempt, now);
  const { ms, rows, elsewhere } = waterfall;
  return (
    <div class="waterfall">
      <Whole waterfall={waterfall} end={attempt.ms === undefined ? "the last that is known" : "reply"} />
      <ol aria-label="Stages and API calls">
        {rows.map((row) => (
          <Row key={row.key} row={row} whole={ms} />
        ))}
      </ol>
      {attempt.calls.length === 0 && attempt.ms !== undefined && (
        <p class="quiet">The handler called nothing of Kiket's API.</p>
      )}
      {elsewhere !== undefined && (
        <p class="quiet">
          {timeText(elsewhere)} of it are outside of these stages: the connection, and what the process did besides.
        </p>
      )}
      {attempt.stages === undefined && attempt.ms !== undefined && (
        <p class="quiet">
          The extension has not told its stages. Its line for the delivery has them: level <code>info</code>, on one
          line of JSON.
        </p>
      )}
    </div>
  );
}
