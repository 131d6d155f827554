import { useMemo, useState } from "preact/hooks";
import { type JsonToken, jsonTokens } from "../state/json-text.js";
import { byteSize } from "../state/labels.js";
import { CopyButton } from "./copy-button.jsx";
import "./code-text.css";

/** Characters. Above the first, text is shown as it is; above the second, only its beginning. */
const mostFormatted = 100_000;
const mostShown = 500_000;

/** Something said of a place in the text, beside it. It takes the focus, so that a link can lead to it. */
export interface CodeNote {
  readonly id: string;
  /** Of the first character of what it is about. */
  readonly offset: number;
  /** Characters of it. */
  readonly length: number;
  readonly text: string;
  readonly isMistake: boolean;
}

type Piece = Omit<JsonToken, "kind"> & { readonly kind: JsonToken["kind"] | "plain" };

/** The text as it is, in pieces such that each note is about one. */
function plainPieces(text: string, notes: readonly CodeNote[]): readonly Piece[] {
  const cuts = notes.flatMap(({ offset, length }) => [offset, offset + length]).filter((cut) => cut < text.length);
  const starts = [...new Set([0, ...cuts])].sort((a, b) => a - b);
  return starts.map((at, index) => ({ kind: "plain", at, text: text.slice(at, starts[index + 1]) }));
}

function shownPiece({ kind, text }: Piece, notes: readonly CodeNote[]) {
  const isBare = kind === "space" || kind === "mark" || kind === "plain";
  if (notes.length === 0) return isBare ? text : <span class={`json-${kind}`}>{text}</span>;
  return (
    <>
      <mark class={notes.some(({ isMistake }) => isMistake) ? "mistake" : "remark"}>{text}</mark>
      {notes.map(({ id, text: words, isMistake }) => (
        <span key={id} id={id} tabIndex={-1} class={`note ${isMistake ? "mistake" : "remark"}`}>
          {isMistake ? "✕ " : "○ "}
          {words}
        </span>
      ))}
    </>
  );
}

function byOffset(notes: readonly CodeNote[]): ReadonlyMap<number, readonly CodeNote[]> {
  const found = new Map<number, CodeNote[]>();
  for (const note of notes) found.set(note.offset, [...(found.get(note.offset) ?? []), note]);
  return found;
}

const noNotes: readonly CodeNote[] = [];

interface CodeTextProps {
  readonly text: string;
  readonly label: string;
  readonly notes?: readonly CodeNote[];
}

/** A text that may be JSON, and may be hostile: it reaches the page as text nodes only. Copying gives the whole, as it was sent. */
export function CodeText({ text, label, notes = noNotes }: CodeTextProps) {
  const [isRaw, setRaw] = useState(false);
  const tokens = useMemo(() => (text.length <= mostFormatted ? jsonTokens(text) : undefined), [text]);
  // The page is rendered with each delivery that arrives, and a text may have megabytes.
  const size = useMemo(() => byteSize(new Blob([text]).size), [text]);
  const shown = useMemo(() => {
    const isPlain = tokens === undefined || isRaw;
    const pieces: readonly Piece[] = isPlain ? plainPieces(text.slice(0, mostShown), notes) : tokens;
    const notesAt = byOffset(notes);
    return pieces.map((piece) =>
      shownPiece(piece, (piece.kind === "space" ? undefined : notesAt.get(piece.at)) ?? noNotes),
    );
  }, [text, tokens, isRaw, notes]);
  if (text === "") return <p class="quiet">Empty.</p>;
  const hidden = text.length - mostShown;
  return (
    <div class="code">
      <div class="code-tools">
        <span class="quiet">{size}</span>
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
        {shown}
      </pre>
      {hidden > 0 && <p class="quiet">{byteSize(hidden)} more are not shown. “Copy” has the whole text.</p>}
    </div>
  );
}
