import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How many lines a key moves in a list or table. */
export const linesByKey: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** What of a box that scrolls is in sight, in pixels, with the height of a line. */
interface Sight {
  readonly top: number;
  readonly height: number;
  readonly line: number;
}

/** The sight of a box, and a function that looks again: when it is scrolled. `line`: until `lineOf` was asked. */
export function useSight(
  box: RefObject<HTMLElement | null>,
  line: number,
  lineOf: (box: HTMLElement) => number = () => line,
): readonly [Sight, () => void] {
  const [sight, setSight] = useState<Sight>({ top: 0, height: 0, line });
  const look = (): void => {
    if (box.current === null) return;
    const { scrollTop: top, clientHeight: height } = box.current;
    const now = { top, height, line: lineOf(box.current) };
    setSight((old) => (old.top === top && old.height === height && old.line === now.line ? old : now));
  };
  useEffect(() => {
    look();
    if (box.current === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [sight, look];
}

/** The indexes of the lines in sight, of so many, and of as many as `margin` above and below them. */
export function indexesInSight({ top, height, line }: Sight, count: number, margin: number): readonly number[] {
  const first = Math.max(0, Math.floor(top / line) - margin);
  const last = Math.min(count, Math.ceil((top + height) / line) + margin);
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}
