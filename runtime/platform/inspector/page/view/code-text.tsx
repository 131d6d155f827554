import { useMemo, useState } from "preact/hooks";
import { jsonTokens } from "../state/json-text.js";
import { byteSize } from "../state/labels.js";
import { CopyButton } from "./copy-button.jsx";

/** Characters. Above the first, text is shown as it is; above the second, only its beginning. */
const mostFormatted = 100_000;
const mostShown = 500_000;

/** A text that may be JSON, and may be hostile: it reaches the page as text nodes only. Copying gives the whole, as it was sent. */
export function CodeText({ text, label }: { readonly text: string; readonly label: string }) {
  const [isRaw, setRaw] = useState(false);
  const tokens = useMemo(() => (text.length <= mostFormatted ? jsonTokens(text) : undefined), [text]);
  if (text === "") return <p class="quiet">Empty.</p>;
  const hidden = text.length - mostShown;
  return (
    <div class="code">
      <div class="code-tools">
        <span class="quiet">{byteSize(new Blob([text]).size)}</span>
        {tokens !== undefined && (
          <button type="button" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
            Raw
          </button>
        )}
        <CopyButton text={text} label={label} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a group of nothing else has no element */}
      <pre tabIndex={0} role="group" aria-label={label}>
        {tokens === undefined || isRaw
          ? text.slice(0, mostShown)
          : tokens.map(({ kind, text: piece }) =>
              kind === "space" || kind === "mark" ? piece : <span class={`json-${kind}`}>{piece}</span>,
            )}
      </pre>
      {hidden > 0 && <p class="quiet">{byteSize(hidden)} more are not shown. “Copy” has the whole text.</p>}
    </div>
  );
}
