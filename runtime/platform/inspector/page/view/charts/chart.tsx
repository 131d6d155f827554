import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartData } from "../../state/charts/chart-data.js";
import type { ChartKind, Drawing } from "./drawing.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

function useIsDark(): boolean {
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const listen = (): void => setDark(dark.matches);
    dark.addEventListener("change", listen);
    return () => dark.removeEventListener("change", listen);
  }, []);
  return isDark;
}

/** A drawing of what the table beside it has in numbers. */
export function Chart({ kind, data }: { readonly kind: ChartKind; readonly data: ChartData }) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const latest = useRef(data);
  latest.current = data;
  const isDark = useIsDark();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let isOver = false;
    const observer = new ResizeObserver(() => drawing.current?.resize(element.clientWidth));
    import("./drawing.js").then(
      ({ drawChart }) => {
        if (isOver) return;
        drawing.current = drawChart(element, kind, latest.current);
        observer.observe(element);
      },
      () => setFailed(true),
    );
    return () => {
      isOver = true;
      observer.disconnect();
      drawing.current?.end();
      drawing.current = undefined;
    };
  }, [kind, isDark]);
  useEffect(() => drawing.current?.show(data), [data]);
  if (hasFailed)
    return <p class="problem">The chart cannot be drawn: its script could not be loaded. The table has its numbers.</p>;
  return <div ref={box} class="chart" aria-hidden="true" />;
}
