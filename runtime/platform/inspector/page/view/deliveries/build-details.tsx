import type { BuildRecord } from "../../../backend.js";
import type { DeliverySummary } from "../../../delivery-record.js";
import { buildEnd, clockTime, counted, duration } from "../../state/labels.js";
import { fitsFilter } from "../../state/list-filter.js";

interface BuildDetailsProps {
  readonly build: BuildRecord;
  readonly deliveries: readonly DeliverySummary[];
  /** Reduces the list to what this build answered. */
  readonly onBuild: (number: number) => void;
}

export function BuildDetails({ build, deliveries, onBuild }: BuildDetailsProps) {
  const { number, at, reason, ms, error } = build;
  const { tone, word } = buildEnd(build);
  const isServed = fitsFilter({ text: "", build: number }, undefined);
  const served = deliveries.filter((delivery) => isServed(delivery, undefined)).length;
  return (
    <>
      <header class="details-head">
        <h2 id="details-title" tabIndex={-1}>
          Build {number}
        </h2>
        <span class={`state ${tone}`}>{word}</span>
      </header>
      <p class="meta">
        <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>, <bdi>{reason}</bdi>
        {ms !== undefined && `, listened after ${duration(ms)}`}
      </p>
      <p>
        {served === 0
          ? "No delivery was sent to it."
          : `${counted(served, "delivery was", "deliveries were")} sent to it. `}
        {served > 0 && (
          <button type="button" onClick={() => onBuild(number)}>
            Show {served === 1 ? "it" : "them"}
          </button>
        )}
      </p>
      {error !== undefined && <pre class="problem">{error}</pre>}
    </>
  );
}
