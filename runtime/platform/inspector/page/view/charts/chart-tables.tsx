import type { ComponentChildren } from "preact";
import { type Bucket, type ChartData, outcomes } from "../../state/charts/chart-data.js";
import { clockTime, dayOf, duration } from "../../state/labels.js";

interface NumbersProps {
  readonly caption: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly [from: number, ...cells: readonly (number | string)[]])[];
}

/** The numbers of a chart, the newest first. Times without a delivery are left out. */
function Numbers({ caption, names, rows }: NumbersProps) {
  return (
    <details class="numbers">
      <summary>Table of {caption.toLowerCase()}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a group of nothing else has no element */}
      <div tabIndex={0} role="group" aria-label={`Table of ${caption.toLowerCase()}`}>
        <table>
          <caption class="spoken">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([from, ...cells]) => (
              <tr key={from}>
                <th scope="row">
                  <time dateTime={new Date(from).toISOString()}>
                    {`${dayOf(from, Date.now())} ${clockTime(from)}`.trim()}
                  </time>
                </th>
                {cells.map((cell, index) => (
                  <td key={names[index]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const countOf = (bucket: Bucket): number => outcomes.reduce((sum, outcome) => sum + bucket[outcome], 0);

export function OutcomeNumbers({ buckets }: ChartData) {
  const rows = buckets.filter((bucket) => countOf(bucket) > 0).toReversed();
  return (
    <Numbers
      caption="Outcomes over time"
      names={outcomes}
      rows={rows.map((bucket) => [bucket.from, ...outcomes.map((outcome) => bucket[outcome])])}
    />
  );
}

export function LatencyNumbers({ buckets }: ChartData) {
  const rows = buckets.flatMap(({ from, median, p95 }) =>
    median === undefined || p95 === undefined ? [] : [[from, duration(median), duration(p95)] as const],
  );
  return <Numbers caption="Latency over time" names={["median", "95th percentile"]} rows={rows.toReversed()} />;
}

/** A chart with its name, what its colours and lines mean, and its table. */
export function Figure(props: {
  readonly title: string;
  readonly legend: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <figure>
      <figcaption>
        <h3>{props.title}</h3>
        <ul class="legend">{props.legend}</ul>
      </figcaption>
      {props.children}
    </figure>
  );
}
