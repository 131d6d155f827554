import "uplot/dist/uPlot.min.css";
import "./charts.css";
import { useEffect, useMemo, useState } from "preact/hooks";
import {
  type ChartChoice,
  type ChartRange,
  chartData,
  chartRanges,
  choiceIn,
  outcomes,
  textOfChoice,
} from "../../state/charts/chart-data.js";
import { counted, duration } from "../../state/labels.js";
import type { ViewProps } from "../view-props.js";
import { Chart } from "./chart.jsx";
import { Figure, LatencyNumbers, OutcomeNumbers } from "./chart-tables.jsx";

/** Milliseconds after which the charts move on, if nothing happens. */
const tick = 5_000;

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tick);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface ChoicesProps {
  readonly choice: ChartChoice;
  readonly events: readonly string[];
  readonly onChoose: (choice: ChartChoice) => void;
}

function Choices({ choice, events, onChoose }: ChoicesProps) {
  const { range, event } = choice;
  return (
    <p class="choice">
      <label>
        Time{" "}
        <select
          value={range}
          onChange={({ currentTarget }) => onChoose({ ...choice, range: currentTarget.value as ChartRange })}
        >
          {chartRanges.map(({ name, words }) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        Event{" "}
        <select
          value={event === undefined ? 0 : events.indexOf(event) + 1}
          onChange={({ currentTarget: { selectedIndex } }) => {
            const chosen = events[selectedIndex - 1];
            onChoose(chosen === undefined ? { range } : { range, event: chosen });
          }}
        >
          <option value={0}>all events</option>
          {events.map((name, index) => (
            <option key={name} value={index + 1}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}

/** Outcomes and latency over time, of the deliveries that the list has. */
export function ChartsView({ state: { deliveries }, of, onGo }: ViewProps) {
  const now = useNow();
  const choice = choiceIn(of);
  const data = useMemo(() => chartData(deliveries, choice, now), [deliveries, of, now]);
  const events = [
    ...new Set([...deliveries.map(({ event }) => event), ...(choice.event === undefined ? [] : [choice.event])]),
  ];
  const choose = (next: ChartChoice): void => onGo({ kind: "view", view: "charts", of: textOfChoice(next) });
  const { totals, open, width } = data;
  const all = outcomes.reduce((sum, outcome) => sum + totals[outcome], open);
  const words = outcomes.filter((outcome) => totals[outcome] > 0).map((outcome) => `${totals[outcome]} ${outcome}`);
  return (
    <div class="charts">
      <h2 id="view-title" tabIndex={-1}>
        Charts
      </h2>
      <Choices choice={choice} events={events.sort()} onChoose={choose} />
      {deliveries.length === 0 ? (
        <p>
          No deliveries yet. Send one from here with the key <kbd>n</kbd>, or from a terminal:{" "}
          <code>npx kiket-gen trigger</code>.
        </p>
      ) : (
        <p>
          {counted(all, "delivery", "deliveries")} in this time
          {all > 0 && `: ${[...words, ...(open > 0 ? [`${open} without an outcome yet`] : [])].join(", ")}`}. Each bar
          and point is {duration(width)} wide, and has what began in it.
        </p>
      )}
      <Figure
        title="Outcomes over time"
        legend={outcomes.map((outcome) => (
          <li key={outcome}>
            <span class={`swatch ${outcome}`} aria-hidden="true" /> {outcome}
          </li>
        ))}
      >
        <Chart kind="outcomes" data={data} />
        <OutcomeNumbers {...data} />
      </Figure>
      <Figure
        title="Latency over time"
        legend={
          <>
            <li>
              <span class="stroke median" aria-hidden="true" /> median
            </li>
            <li>
              <span class="stroke p95" aria-hidden="true" /> 95th percentile
            </li>
          </>
        }
      >
        <Chart kind="latency" data={data} />
        <LatencyNumbers {...data} />
      </Figure>
      <p class="quiet">Latency is the time of the last attempt, from sending to the end of the reply.</p>
    </div>
  );
}
