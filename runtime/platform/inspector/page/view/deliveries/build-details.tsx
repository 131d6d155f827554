import type { BuildRecord } from "../../../backend.js";
import { buildEnd, clockTime, duration } from "../../state/labels.js";

export function BuildDetails({ build }: { readonly build: BuildRecord }) {
  const { number, at, reason, ms, error } = build;
  const { tone, word } = buildEnd(build);
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
      {error !== undefined && <pre class="problem">{error}</pre>}
    </>
  );
}
