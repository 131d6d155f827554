import { useLayoutEffect, useRef } from "preact/hooks";
import { countNewer, headIndex, type TimelineItem } from "../../state/timeline.js";
import { indexesInSight, linesByKey, useSight } from "../lines-in-sight.js";
import { Line, railOf } from "./timeline-line.jsx";

/** Lines above and below the visible ones that are rendered too. */
const margin = 12;

const usualLine = 30;

/** The height that the style sheet gives a line at the width of the window. */
function lineOf(box: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(box).getPropertyValue("--line")) || usualLine;
}

interface TimelineListProps {
  readonly items: readonly TimelineItem[];
  readonly selected: string | undefined;
  /** Whether the newest delivery is selected by itself. */
  readonly isFollowing: boolean;
  /** When the newest delivery was made, also if the filter leaves it out. */
  readonly latest: number | undefined;
  /** What is searched for. */
  readonly finder: RegExp | undefined;
  /** Changes with another filter. */
  readonly filtered: unknown;
  /** The line before or after. Negative: up. */
  readonly onMove: (lines: number) => void;
  readonly onPick: (item: TimelineItem) => void;
  readonly onOpen: () => void;
  /** Shows the attempts of a delivery, or hides them. */
  readonly onToggle: (id: string, isOpen: boolean) => void;
  /** Goes to the newest delivery, and follows again. */
  readonly onFollow: () => void;
}

/** Deliveries and builds are the first level of the tree, attempts the second. */
function placesInTree(items: readonly TimelineItem[]): { readonly roots: number; readonly ranks: Uint32Array } {
  const ranks = new Uint32Array(items.length);
  let [roots, children] = [0, 0];
  for (const [index, { kind }] of items.entries()) {
    const isRoot = kind === "delivery" || kind === "build";
    if (isRoot) roots += 1;
    children = isRoot ? 0 : children + 1;
    ranks[index] = isRoot ? roots : children;
  }
  return { roots, ranks };
}

function siblingsOf(items: readonly TimelineItem[], index: number): number {
  let end = index;
  while (["attempt", "due"].includes(items[end + 1]?.kind ?? "")) end += 1;
  return end - headIndex(items, index);
}

/** All lines in a box that scrolls. Only those in sight, and the selected one, are in the document. */
export function TimelineList(props: TimelineListProps) {
  const { items, selected, isFollowing, latest, finder, filtered } = props;
  const { onMove, onPick, onOpen, onToggle, onFollow } = props;
  const box = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const [sight, look] = useSight(box, usualLine, lineOf);
  const shown = useRef(items);
  /** The time of the newest delivery that was in sight. */
  const seen = useRef(latest);
  const hasHits = finder !== undefined;
  // A search makes lines higher.
  useLayoutEffect(look, [hasHits]);
  const isAtTop = sight.top < sight.line;
  if (seen.current === undefined || (isFollowing && isAtTop)) seen.current = latest;
  // New lines above must not move what is being read, also where all lines are in sight.
  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = items;
    const list = box.current;
    if (list === null || lines.current === null || before === items) return;
    if (isFollowing && list.scrollTop < sight.line) return;
    const first = Math.floor(list.scrollTop / sight.line);
    const key = before[first]?.key;
    const now = items.findIndex((item) => item.key === key);
    if (now === -1 || now === first) return;
    const top = list.scrollTop + (now - first) * sight.line;
    lines.current.style.minHeight = `${top + list.clientHeight}px`;
    list.scrollTop = top;
  }, [items]);
  const at = items.findIndex(({ key }) => key === selected);
  const followed = useRef(isFollowing);
  useLayoutEffect(() => {
    // A delivery that has just arrived does not pull the list to itself; a choice does.
    const isByItself = isFollowing && followed.current;
    followed.current = isFollowing;
    if (isFollowing && lines.current !== null) lines.current.style.minHeight = "";
    if (box.current === null || at === -1 || isByItself) return;
    const { scrollTop, clientHeight } = box.current;
    if (at * sight.line < scrollTop) box.current.scrollTop = at * sight.line;
    const bottom = (at + 1) * sight.line;
    if (bottom > scrollTop + clientHeight) box.current.scrollTop = bottom - clientHeight;
  }, [selected, isFollowing]);
  // Another filter is another list: it begins where something is selected.
  useLayoutEffect(() => {
    if (box.current === null || lines.current === null) return;
    lines.current.style.minHeight = "";
    box.current.scrollTop = Math.max(0, (at + 1) * sight.line - box.current.clientHeight);
  }, [filtered]);
  const inSight = indexesInSight(sight, items.length, margin);
  const indexes = at === -1 || inSight.includes(at) ? inSight : [...inSight, at];
  const { roots, ranks } = placesInTree(items);
  const chosen = items[at];
  // Who has chosen one has seen it, and what is older.
  const isChoice = !isFollowing && chosen?.kind === "delivery";
  const news = countNewer(items, Math.max(seen.current ?? 0, isChoice ? chosen.at : 0));
  /** Left and Right, as in every tree. */
  const turn = (isRight: boolean): boolean => {
    if (chosen === undefined) return false;
    const head = headIndex(items, at);
    const { isOpen, delivery } = chosen.kind === "delivery" ? chosen : {};
    if (isRight && isOpen === true) onMove(1);
    else if (isOpen === !isRight && delivery !== undefined) onToggle(delivery.id, isRight);
    else if (!isRight && head !== at) onMove(head - at);
    else return false;
    return true;
  };
  const onKeyDown = (pressed: KeyboardEvent): void => {
    if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return;
    const moved = linesByKey[pressed.key];
    if (moved !== undefined) onMove(moved);
    else if (pressed.key === "Enter") onOpen();
    else if (!["ArrowRight", "ArrowLeft"].includes(pressed.key) || !turn(pressed.key === "ArrowRight")) return;
    pressed.preventDefault();
  };
  return (
    <div class="timeline-frame">
      {news > 0 && (
        <button type="button" class="news main" onClick={onFollow}>
          ↑ {news} new
        </button>
      )}
      <div
        ref={box}
        id="timeline"
        class={`timeline${hasHits ? " with-hits" : ""}`}
        role="tree"
        tabIndex={0}
        aria-label="Deliveries and builds, the newest first"
        aria-activedescendant={at === -1 ? undefined : selected}
        onScroll={() => {
          if ((box.current?.scrollTop ?? 0) < sight.line) seen.current = latest;
          look();
        }}
        onKeyDown={onKeyDown}
      >
        <div
          ref={lines}
          role="presentation"
          class="timeline-lines"
          style={{ height: `${items.length * sight.line}px` }}
        >
          {indexes.map((index) => {
            const item = items[index];
            if (item === undefined) return null;
            const isRoot = item.kind === "delivery" || item.kind === "build";
            return (
              // biome-ignore lint/a11y/useFocusableInteractive: the box has the focus, and names the active line
              // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
              <div
                key={item.key}
                id={item.key}
                class={`line ${item.kind}-line`}
                data-rail={railOf(item)}
                data-outside={item.kind === "delivery" && item.isOutside ? "" : undefined}
                role="treeitem"
                aria-level={isRoot ? 1 : 2}
                aria-expanded={item.kind === "delivery" ? item.isOpen : undefined}
                aria-selected={item.key === selected}
                aria-setsize={isRoot ? roots : siblingsOf(items, index)}
                aria-posinset={ranks[index]}
                style={{ top: `${index * sight.line}px` }}
                onClick={() => onPick(item)}
              >
                <Line
                  item={item}
                  finder={finder}
                  onToggle={() => {
                    if (item.kind === "delivery") onToggle(item.delivery.id, item.isOpen !== true);
                  }}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
