import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The colours of the page, light and dark: its custom properties reach into the shadow root. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--json-key)" },
  { tag: tags.string, color: "var(--json-text)" },
  { tag: tags.number, color: "var(--json-number)" },
  { tag: [tags.bool, tags.null], color: "var(--json-word)" },
]);

const edge = "1px solid var(--edge)";
// The package draws these lines with images, which the policy of the page refuses.
const underlined = (colour: string) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy var(${colour})`,
  textDecorationSkipInk: "none",
});

const theme = EditorView.theme({
  "&": { height: "100%", border: edge, borderRadius: "6px", backgroundColor: "var(--raised)", color: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "0.9em", lineHeight: "1.45" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--quiet)", borderRight: edge },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-back)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-back)" },
  ".cm-lintRange-error": underlined("--bad"),
  ".cm-lintRange-warning": underlined("--wait"),
  ".cm-lintRange-active": { backgroundColor: "var(--bad-back)" },
  ".cm-tooltip": { border: edge, borderRadius: "6px", backgroundColor: "var(--back)", color: "var(--text)" },
  ".cm-tooltip-lint, .cm-member-words": { maxWidth: "min(28rem, 92vw)", overflowWrap: "anywhere" },
  ".cm-member-words": { padding: "0.3rem 0.6rem" },
  ".cm-member-words p": { margin: "0" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--wait)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.9em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-back)",
    color: "var(--text)",
  },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.3rem 0.6rem", overflowWrap: "anywhere" },
});

export const editorLook: Extension = [theme, syntaxHighlighting(colours)];
