import type { BuildRecord } from "../../backend.js";
import { clockTime, duration } from "../state/labels.js";

export function BuildDetails({ build }: { readonly build: BuildRecord }) {
  const { number, at, reason, ms, error } = build;
  return (
    <>
      <header class="details-head">
        <h2 id="details-title" tabIndex={-1}>
          Build {number}
        </h2>
        <span class={`state ${error !== undefined ? "bad" : ms === undefined ? "plain" : "good"}`}>
          {error !== undefined ? "failed" : ms === undefined ? "stopped" : "listened"}
        </span>
      </header>
      <p class="meta">
        <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>, <bdi>{reason}</bdi>
        {ms !== undefined && `, listened after ${duration(ms)}`}
      </p>
      {error !== undefined && <pre class="problem">{error}</pre>}
    </>
  );
}
