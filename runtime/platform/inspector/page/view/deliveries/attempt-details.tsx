import type { ComponentChildren } from "preact";
import type { AttemptRecord, CallRecord, DeliveryRecord, LogLine } from "../../../delivery-record.js";
import { clockTime, counted, duration, toneOfStatus } from "../../state/labels.js";
import { failureReason, fieldText } from "../../state/log-text.js";
import { CodeText } from "../code-text.jsx";
import { CopyButton } from "../copy-button.jsx";

interface SectionProps {
  readonly title: string;
  readonly note?: string;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

function Section({ title, note, isOpen = true, children }: SectionProps) {
  return (
    <details class="section" open={isOpen}>
      <summary>
        <h3>{title}</h3> {note !== undefined && <span class="quiet">{note}</span>}
      </summary>
      {children}
    </details>
  );
}

function NamedValues({ values, label }: { readonly values: Readonly<Record<string, string>>; readonly label: string }) {
  return (
    <table class="values" aria-label={label}>
      <tbody>
        {Object.entries(values).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td>
              <bdi>{value}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, label }: { readonly value: unknown; readonly label: string }) {
  if (value === undefined) return null;
  return (
    <>
      <h4>{label}</h4>
      <CodeText text={JSON.stringify(value)} label={label.toLowerCase()} />
    </>
  );
}

/** Where a call lies in the attempt, as two shares of its time. */
function placeOfCall({ at, ms }: CallRecord, attempt: AttemptRecord): { left: string; width: string } {
  const whole = Math.max(attempt.ms ?? 0, at + ms - attempt.at, 1);
  const share = (value: number) => `${Math.min(100, Math.max(0, (value / whole) * 100)).toFixed(2)}%`;
  return { left: share(at - attempt.at), width: share(ms) };
}

function Call({ call, attempt }: { readonly call: CallRecord; readonly attempt: AttemptRecord }) {
  const { operationId, method, path, query, body, status, answer, ms } = call;
  return (
    <details class="call">
      <summary>
        <span class="call-name">
          <b>{operationId ?? method}</b>{" "}
          <bdi class="quiet">{operationId === undefined ? path : `${method} ${path}`}</bdi>
        </span>
        <span class={`status ${toneOfStatus(status)}`}>{status === 0 ? "no answer" : status}</span>
        <span class="ms">{duration(ms)}</span>
        <span class="bar" aria-hidden="true">
          <span class="bar-part" style={placeOfCall(call, attempt)} />
        </span>
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

type Fields = Readonly<Record<string, unknown>>;

/** Fields that say only what the page says once, above all lines. */
function repeatedFields({ id, event, version }: DeliveryRecord, { logs }: AttemptRecord): Fields {
  const ids = new Set(logs.map(({ fields }) => fields.correlationId).filter((one) => typeof one === "string"));
  const [correlationId] = ids;
  return { deliveryId: id, event, version, ...(ids.size === 1 ? { correlationId } : {}) };
}

function LogEntry({ line, repeated }: { readonly line: LogLine; readonly repeated: Fields }) {
  const fields = Object.entries(line.fields)
    .filter(([name, value]) => !Object.hasOwn(repeated, name) || repeated[name] !== value)
    .map(([name, value]) => [name, fieldText(value)] as const);
  return (
    <li class={`log-${line.level}`}>
      <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at)}</time> <b>{line.level}</b>{" "}
      <bdi>{line.message}</bdi>
      {fields.map(([name, text]) =>
        text.includes("\n") ? (
          <pre key={name}>{text}</pre>
        ) : (
          <span key={name} class="log-field">
            {" "}
            <bdi>{name}</bdi>=<bdi>{text}</bdi>
          </span>
        ),
      )}
    </li>
  );
}

function ReplyOf({ attempt }: { readonly attempt: AttemptRecord }) {
  const { reply, error, verdict } = attempt;
  const reason = failureReason(attempt);
  if (reply === undefined && error === undefined) return <p class="quiet">The extension has not answered yet.</p>;
  return (
    <>
      {reason !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        // biome-ignore lint/a11y/useSemanticElements: a group of nothing else has no element
        <pre class="problem" tabIndex={0} role="group" aria-label="Why it failed">
          {reason}
        </pre>
      )}
      {reply !== undefined && (
        <p>
          <span class={`status ${toneOfStatus(reply.status)}`}>{reply.status}</span>
          {verdict !== undefined && (
            <>
              {" "}
              verdict <b>{verdict}</b>
            </>
          )}
        </p>
      )}
      {reply !== undefined && <CodeText text={reply.body} label="reply" />}
    </>
  );
}

/** One attempt: what came back first, then what was sent. */
export function AttemptDetails(props: { readonly attempt: AttemptRecord; readonly record: DeliveryRecord }) {
  const { attempt, record } = props;
  const { request, reply, calls, logs, ms } = attempt;
  const repeated = repeatedFields(record, attempt);
  return (
    <>
      <Section title="Reply" {...(ms === undefined ? {} : { note: `after ${duration(ms)}` })}>
        <ReplyOf attempt={attempt} />
      </Section>
      <Section title="API calls" note={counted(calls.length, "call")} isOpen={calls.length > 0}>
        {calls.map((call, index) => (
          <Call key={index} call={call} attempt={attempt} />
        ))}
        {calls.length === 0 && <p class="quiet">The handler called nothing.</p>}
      </Section>
      <Section title="Log lines" note={counted(logs.length, "line")} isOpen={logs.length > 0}>
        {typeof repeated.correlationId === "string" && (
          <p class="meta">
            correlation id <code>{repeated.correlationId}</code>{" "}
            <CopyButton text={repeated.correlationId} label="correlation id" />
          </p>
        )}
        <ol class="logs">
          {logs.map((line, index) => (
            <LogEntry key={index} line={line} repeated={repeated} />
          ))}
        </ol>
      </Section>
      <Section title="Payload" note="the body as it was signed">
        <CodeText text={request.body} label="payload" />
      </Section>
      {request.claims !== undefined && (
        <Section title="Claims" note="of the runtime token" isOpen={false}>
          <CodeText text={JSON.stringify(request.claims)} label="claims" />
        </Section>
      )}
      <Section title="Headers" isOpen={false}>
        <p class="address">
          {request.method} <bdi>{request.url}</bdi>
        </p>
        <NamedValues values={request.headers} label="Headers of the request" />
        {reply !== undefined && (
          <>
            <h4>Of the reply</h4>
            <NamedValues values={reply.headers} label="Headers of the reply" />
          </>
        )}
      </Section>
    </>
  );
}
