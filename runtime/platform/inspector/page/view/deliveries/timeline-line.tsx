import { buildEnd, clockTime, counted, dayOf, duration, toneOf, toneOfStatus } from "../../state/labels.js";
import type { AttemptItem, BuildItem, DeliveryItem, DueItem, TimelineItem } from "../../state/timeline.js";
import { flaws } from "../../state/trouble/flaw-words.js";

/** A text with the places that were searched for. */
function Marked({ text, finder }: { readonly text: string; readonly finder: RegExp | undefined }) {
  if (finder === undefined) return <bdi>{text}</bdi>;
  const found = [...text.matchAll(finder)];
  let end = 0;
  return (
    <bdi>
      {found.map(({ index, 0: part }) => {
        const before = text.slice(end, index);
        end = index + part.length;
        return [before, <mark key={index}>{part}</mark>];
      })}
      {text.slice(found.length === 0 ? 0 : end)}
    </bdi>
  );
}

function Time({ at }: { readonly at: number }) {
  const date = dayOf(at, Date.now());
  return (
    <time dateTime={new Date(at).toISOString()} title={`${date} ${clockTime(at)}`.trim()}>
      {date === "" ? clockTime(at) : date.replace(/ \d+$/, "")}
    </time>
  );
}

function BuildNumber({ build }: { readonly build: number | undefined }) {
  return (
    <span class="build">
      {build !== undefined && (
        <>
          <span class="spoken">build </span>#{build}
        </>
      )}
    </span>
  );
}

function BuildLine({ item: { at, build } }: { readonly item: BuildItem }) {
  const { number, reason, ms, error } = build;
  const { tone, word } = buildEnd(build);
  return (
    <>
      <Time at={at} />
      <span class="build-words">
        <b>build {number}</b> <bdi>{reason}</bdi>
      </span>
      <span class={error === undefined ? "" : tone}>
        {error === undefined && ms !== undefined ? duration(ms) : word}
      </span>
    </>
  );
}

function waitWords(waited: number, schedule: number | undefined): string {
  return `after ${duration(waited)}${schedule === undefined ? "" : `, on Kiket ${duration(schedule)}`}`;
}

function AttemptLine({ item: { at, attempt, waited, schedule } }: { readonly item: AttemptItem }) {
  const { number, status, noReply, verdict, ms, build } = attempt;
  return (
    <>
      <Time at={at} />
      <span class="attempt-words">
        attempt {number} {waited !== undefined && <span class="quiet">{waitWords(Math.max(0, waited), schedule)}</span>}
      </span>
      <span class={`status ${status === undefined ? "" : toneOfStatus(status)}`}>
        {status ?? (noReply === true ? "no reply" : "running")}
      </span>
      <span class="verdict">
        <bdi>{verdict ?? ""}</bdi>
      </span>
      <span class="ms">{ms === undefined ? "" : duration(ms)}</span>
      <BuildNumber build={build} />
    </>
  );
}

function DueLine({ item: { at, due } }: { readonly item: DueItem }) {
  return (
    <>
      <Time at={at} />
      <span class="attempt-words">
        attempt {due.number} <span class="quiet">{waitWords(due.wait, due.schedule)}</span>
      </span>
      <span class="wait">due</span>
    </>
  );
}

interface LineProps<Item> {
  readonly item: Item;
  readonly finder: RegExp | undefined;
}

function DeliveryLine(props: LineProps<DeliveryItem> & { readonly onToggle: () => void }) {
  const { item, finder, onToggle } = props;
  const { id, event, version, status, verdict, ms, state, flaw, flawResult, build, attempts } = item.delivery;
  const isIdFound = finder !== undefined && id.search(finder) !== -1;
  return (
    <>
      <Time at={item.at} />
      <span class="event">
        {item.isOpen !== undefined && (
          // The keys Right and Left of the list do the same.
          <span
            class="twisty"
            aria-hidden="true"
            onClick={(clicked) => {
              clicked.stopPropagation();
              onToggle();
            }}
          >
            {item.isOpen ? "▾" : "▸"} ×{attempts}
          </span>
        )}
        {item.isOpen !== undefined && <span class="spoken">{counted(attempts, "attempt")} </span>}
        <Marked text={event} finder={finder} /> <span class="version">{version}</span>
        {flaw !== undefined && <span class="wait"> {flaws[flaw].title.toLowerCase()}</span>}
      </span>
      <span class={`status ${status === undefined ? "" : toneOfStatus(status)}`}>{status ?? "–"}</span>
      <span class="verdict">
        <Marked text={verdict ?? ""} finder={finder} />
      </span>
      <span class="ms">{ms === undefined ? "" : duration(ms)}</span>
      <span class={`state ${toneOf(state, flawResult)}`}>{state}</span>
      <BuildNumber build={build} />
      {finder !== undefined && (
        <span class="hit">
          {item.isOutside && "outside the filter "}
          {item.hit !== undefined && (
            <>
              {item.hit.path === undefined ? "" : <Marked text={item.hit.path} finder={finder} />}
              {item.hit.path === undefined ? "" : ": "}
              <Marked text={item.hit.text} finder={finder} />
            </>
          )}
          {item.hit === undefined && isIdFound && <Marked text={id} finder={finder} />}
        </span>
      )}
      {finder === undefined && item.isOutside && <span class="spoken">outside the filter</span>}
    </>
  );
}

/** What a line of the list shows. */
export function Line({ item, finder, onToggle }: LineProps<TimelineItem> & { readonly onToggle: () => void }) {
  if (item.kind === "build") return <BuildLine item={item} />;
  if (item.kind === "attempt") return <AttemptLine item={item} />;
  if (item.kind === "due") return <DueLine item={item} />;
  return <DeliveryLine item={item} finder={finder} onToggle={onToggle} />;
}

/** Which of two colours the edge of a line has: lines of one build have the same. Undefined for a line without a build. */
export function railOf(item: TimelineItem): "odd" | "even" | undefined {
  const number =
    item.kind === "build" ? item.build.number : item.kind === "attempt" ? item.attempt.build : item.delivery.build;
  if (number === undefined || item.kind === "due") return undefined;
  return number % 2 === 0 ? "even" : "odd";
}
