// Loaded when a chart is shown: uPlot is as large as all else that the page loads at first.
import uPlot from "uplot";
import { type ChartData, type ChartedState, outcomes } from "../../state/charts/chart-data.js";
import { clockTime, duration } from "../../state/labels.js";

export type ChartKind = "outcomes" | "latency";

export interface Drawing {
  show(data: ChartData): void;
  resize(width: number): void;
  end(): void;
}

const height = 200;

/** Seconds, which is what uPlot counts in. */
const seconds = (milliseconds: number): number => milliseconds / 1_000;

/** Draws the surface of an outcome into one tile. The style sheet has the same surfaces for the legend. */
const surfaces: Readonly<Record<ChartedState, (pen: CanvasRenderingContext2D, size: number) => void>> = {
  delivered: () => undefined,
  retrying(pen, size) {
    pen.beginPath();
    pen.arc(size / 2, size / 2, size / 4, 0, 2 * Math.PI);
    pen.fill();
  },
  refused(pen, size) {
    pen.fillRect(0, 0, size, size / 2);
  },
  failed(pen, size) {
    pen.lineWidth = size / 4;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
    }
    pen.stroke();
  },
};

const colours: Readonly<Record<ChartedState, string>> = {
  delivered: "--good",
  retrying: "--wait",
  refused: "--bad",
  failed: "--bad",
};

/** Outcomes differ by their surface too, not by colour alone. */
function surfaceOf(outcome: ChartedState, colour: (name: string) => string): CanvasPattern | string {
  const size = 8 * devicePixelRatio;
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  if (pen === null) return colour(colours[outcome]);
  pen.fillStyle = colour(colours[outcome]);
  pen.fillRect(0, 0, size, size);
  pen.fillStyle = colour("--back");
  pen.strokeStyle = colour("--back");
  surfaces[outcome](pen, size);
  return pen.createPattern(tile, "repeat") ?? colour(colours[outcome]);
}

/** The highest first, because each lower one is drawn over it. What there is none of has no bar, not even a line at the bottom. */
function stacked({ buckets }: ChartData): uPlot.AlignedData {
  const tops = outcomes.map((outcome, index) =>
    buckets.map((bucket) => {
      if (bucket[outcome] === 0) return null;
      return outcomes.slice(0, index + 1).reduce((sum, one) => sum + bucket[one], 0);
    }),
  );
  return [buckets.map(({ from }) => seconds(from)), ...tops.toReversed()];
}

function latencies({ buckets, width }: ChartData): uPlot.AlignedData {
  return [
    buckets.map(({ from }) => seconds(from + width / 2)),
    buckets.map(({ p95 }) => p95 ?? null),
    buckets.map(({ median }) => median ?? null),
  ];
}

function outcomeSeries(colour: (name: string) => string): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.9], align: 1 });
  return outcomes.toReversed().map((outcome) => ({
    fill: () => surfaceOf(outcome, colour),
    width: 0,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  }));
}

function latencySeries(colour: (name: string) => string): uPlot.Series[] {
  const points = { show: true, size: 7, fill: colour("--back") };
  return [
    { stroke: colour("--wait"), width: 2, dash: [6, 4], points },
    { stroke: colour("--accent"), width: 2, points: { ...points, fill: colour("--accent") } },
  ];
}

/** Draws a chart into an element, in the colours that the page has now. */
export function drawChart(element: HTMLElement, kind: ChartKind, data: ChartData): Drawing {
  const styles = getComputedStyle(element);
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  const font = `12px ${styles.fontFamily}`;
  let shown = data;
  const axis = {
    stroke: colour("--quiet"),
    font,
    grid: { stroke: colour("--edge"), width: 1 },
    ticks: { show: false },
  };
  const isShort = (): boolean => shown.to - shown.from < 10 * 60_000;
  const isLong = (): boolean => shown.to - shown.from > 2 * 86_400_000;
  const timeText = (at: number): string => {
    if (isLong()) return new Date(at * 1_000).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
    return clockTime(at * 1_000).slice(0, isShort() ? 8 : 5);
  };
  const dataOf = kind === "outcomes" ? stacked : latencies;
  const chart = new uPlot(
    {
      width: Math.max(100, element.clientWidth),
      height,
      // The last time stands half beside its line.
      padding: [null, 28, null, null],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: () => [seconds(shown.from), seconds(shown.to)] },
        y: { range: (_, __, most) => [0, Math.max(1, (most ?? 0) * 1.1)] },
      },
      axes: [
        { ...axis, size: 30, space: 70, values: (_, splits) => splits.map(timeText) },
        kind === "outcomes"
          ? { ...axis, size: 50, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] }
          : { ...axis, size: 70, values: (_, splits) => splits.map(duration) },
      ],
      series: [{}, ...(kind === "outcomes" ? outcomeSeries(colour) : latencySeries(colour))],
    },
    dataOf(data),
    element,
  );
  return {
    show(next) {
      shown = next;
      chart.setData(dataOf(next));
    },
    resize: (width) => chart.setSize({ width: Math.max(100, width), height }),
    end: () => chart.destroy(),
  };
}
