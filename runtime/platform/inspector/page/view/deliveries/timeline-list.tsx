import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { buildEnd, clockTime, dayOf, duration, toneOf, toneOfStatus } from "../../state/labels.js";
import type { TimelineItem } from "../../state/timeline.js";

/** Lines above and below the visible ones that are rendered too. */
const margin = 12;

function Line({ item }: { readonly item: TimelineItem }) {
  const date = dayOf(item.at, Date.now());
  const time = (
    <time dateTime={new Date(item.at).toISOString()} title={`${date} ${clockTime(item.at)}`.trim()}>
      {date === "" ? clockTime(item.at) : date.replace(/ \d+$/, "")}
    </time>
  );
  if (item.kind === "build") {
    const { number, reason, ms, error } = item.build;
    const { tone, word } = buildEnd(item.build);
    return (
      <>
        {time}
        <span class="build-words">
          <b>build {number}</b> <bdi>{reason}</bdi>
        </span>
        <span class={error === undefined ? "" : tone}>
          {error === undefined && ms !== undefined ? duration(ms) : word}
        </span>
      </>
    );
  }
  const { event, version, status, verdict, ms, state, build } = item.delivery;
  return (
    <>
      {time}
      <span class="event">
        <bdi>{event}</bdi> <span class="version">{version}</span>
      </span>
      <span class={`status ${status === undefined ? "" : toneOfStatus(status)}`}>{status ?? "–"}</span>
      <span class="verdict">
        <bdi>{verdict ?? ""}</bdi>
      </span>
      <span class="ms">{ms === undefined ? "" : duration(ms)}</span>
      <span class={`state ${toneOf(state)}`}>{state}</span>
      <span class="build">
        {build !== undefined && (
          <>
            <span class="spoken">build </span>#{build}
          </>
        )}
      </span>
    </>
  );
}

interface TimelineListProps {
  readonly items: readonly TimelineItem[];
  readonly selected: string | undefined;
  /** Whether the newest delivery is selected by itself. */
  readonly isFollowing: boolean;
  /** The line before or after. Negative: up. */
  readonly onMove: (lines: number) => void;
  readonly onPick: (item: TimelineItem) => void;
  readonly onOpen: () => void;
}

const linesByKey: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** All lines in a box that scrolls. Only those in sight, and the selected one, are in the document. */
export function TimelineList({ items, selected, isFollowing, onMove, onPick, onOpen }: TimelineListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 0, line: 30 });
  const shown = useRef(items);
  const look = (): void => {
    if (box.current === null) return;
    const { scrollTop: top, clientHeight: height } = box.current;
    const line = Number.parseFloat(getComputedStyle(box.current).getPropertyValue("--line")) || 30;
    setSight((old) => (old.top === top && old.height === height && old.line === line ? old : { top, height, line }));
  };
  useEffect(() => {
    look();
    if (box.current === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  // New lines above must not move what is being read.
  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = items;
    if (box.current === null || box.current.scrollTop < sight.line) return;
    const first = Math.floor(box.current.scrollTop / sight.line);
    const key = before[first]?.key;
    const now = items.findIndex((item) => item.key === key);
    if (now !== -1 && now !== first) box.current.scrollTop += (now - first) * sight.line;
  }, [items]);
  const at = items.findIndex(({ key }) => key === selected);
  const followed = useRef(isFollowing);
  useLayoutEffect(() => {
    // A delivery that has just arrived does not pull the list to itself; a choice does.
    const isByItself = isFollowing && followed.current;
    followed.current = isFollowing;
    if (box.current === null || at === -1 || isByItself) return;
    const { scrollTop, clientHeight } = box.current;
    if (at * sight.line < scrollTop) box.current.scrollTop = at * sight.line;
    const bottom = (at + 1) * sight.line;
    if (bottom > scrollTop + clientHeight) box.current.scrollTop = bottom - clientHeight;
  }, [selected, isFollowing]);
  const first = Math.max(0, Math.floor(sight.top / sight.line) - margin);
  const last = Math.min(items.length, Math.ceil((sight.top + sight.height) / sight.line) + margin);
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  if (at !== -1 && (at < first || at >= last)) indexes.push(at);
  const onKeyDown = (pressed: KeyboardEvent): void => {
    if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return;
    const lines = linesByKey[pressed.key];
    if (lines !== undefined) onMove(lines);
    else if (pressed.key === "Enter") onOpen();
    else return;
    pressed.preventDefault();
  };
  return (
    <div
      ref={box}
      id="timeline"
      class="timeline"
      role="listbox"
      tabIndex={0}
      aria-label="Deliveries and builds, the newest first"
      aria-activedescendant={at === -1 ? undefined : selected}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="timeline-lines" style={{ height: `${items.length * sight.line}px` }}>
        {indexes.map((index) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the box has the focus, and names the active line
            // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
            <div
              key={item.key}
              id={item.key}
              class={`line ${item.kind}-line`}
              role="option"
              aria-selected={item.key === selected}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              style={{ top: `${index * sight.line}px` }}
              onClick={() => onPick(item)}
            >
              <Line item={item} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
