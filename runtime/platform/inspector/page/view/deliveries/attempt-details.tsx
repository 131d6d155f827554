import { useMemo } from "preact/hooks";
import type { DevState } from "../../../backend.js";
import type { AttemptRecord, DeliveryRecord, LogLine } from "../../../delivery-record.js";
import type { ControlApi } from "../../state/control-api.js";
import { clockTime, counted, duration, toneOfStatus } from "../../state/labels.js";
import { failureReason, fieldText } from "../../state/log-text.js";
import { CodeText } from "../code-text.jsx";
import { CopyButton } from "../copy-button.jsx";
import { NamedValues } from "./named-values.jsx";
import { PayloadSection } from "./payload-section.jsx";
import { Section } from "./section.jsx";
import { WaterfallOf } from "./waterfall.jsx";

type Fields = Readonly<Record<string, unknown>>;

/** Fields that say only what the page says once, above all lines. */
function repeatedFields({ id, event, version }: DeliveryRecord, { logs }: AttemptRecord): Fields {
  const ids = new Set(logs.map(({ fields }) => fields.correlationId).filter((one) => typeof one === "string"));
  const [correlationId] = ids;
  return { deliveryId: id, event, version, ...(ids.size === 1 ? { correlationId } : {}) };
}

interface LogEntryProps {
  readonly line: LogLine;
  readonly repeated: Fields;
  /** When the attempt began. */
  readonly since: number;
}

function LogEntry({ line, repeated, since }: LogEntryProps) {
  const fields = Object.entries(line.fields)
    .filter(([name, value]) => !Object.hasOwn(repeated, name) || repeated[name] !== value)
    .map(([name, value]) => [name, fieldText(value)] as const);
  return (
    <li class={`log-${line.level}`}>
      <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at)}</time>{" "}
      <span class="quiet">+{duration(Math.max(0, line.at - since))}</span> <b>{line.level}</b> <bdi>{line.message}</bdi>
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

interface AttemptDetailsProps {
  readonly api: ControlApi;
  readonly events: DevState["events"];
  readonly attempt: AttemptRecord;
  readonly record: DeliveryRecord;
}

function AttemptParts({ api, events, attempt, record }: AttemptDetailsProps) {
  const { request, reply, calls, logs, ms } = attempt;
  const repeated = repeatedFields(record, attempt);
  return (
    <>
      <Section title="Reply" {...(ms === undefined ? {} : { note: `after ${duration(ms)}` })}>
        <ReplyOf attempt={attempt} />
      </Section>
      <Section title="Waterfall" note={counted(calls.length, "API call")}>
        <WaterfallOf attempt={attempt} />
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
            <LogEntry key={index} line={line} repeated={repeated} since={attempt.at} />
          ))}
        </ol>
      </Section>
      <PayloadSection api={api} events={events} record={record} body={request.body} />
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

/** One attempt: what came back first, then what was sent. */
export function AttemptDetails(props: AttemptDetailsProps) {
  const { api, events, attempt, record } = props;
  // The page is rendered with each delivery that arrives; an attempt may have thousands of lines.
  return useMemo(() => <AttemptParts {...props} />, [api, events, attempt, record]);
}
