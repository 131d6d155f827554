import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { diagnosticCount, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import type { JsonObject } from "../../../../../base/json.js";
import { completionsAt, type JsonCompletion } from "../../state/schema/completions.js";
import { type MemberWords, memberWordsAt } from "../../state/schema/member-words.js";
import type { DraftProblem } from "../../state/send/draft-problems.js";
import { editorLook } from "./editor-look.js";

export interface JsonEditorOptions {
  /** An empty element. The editor gets a shadow root in it: only there its styles need no exception from the policy of the page. */
  readonly host: HTMLElement;
  readonly label: string;
  readonly text: string;
  /** What is selected, and has the focus. */
  readonly selection?: readonly [number, number];
  readonly onChange: (text: string) => void;
  /** What the schema says of the member at the cursor. */
  readonly onMember: (words: MemberWords | undefined) => void;
}

export interface JsonEditor {
  /** Replaces the text, unless it is this one. */
  show(text: string): void;
  /** What the payload must be; undefined if nothing is known of it. */
  explain(schema: JsonObject | undefined): void;
  /** Marks what is wrong. `isJson`: it is wrong by the schema only. */
  mark(problems: readonly DraftProblem[], isJson: boolean): void;
  /** Selects this part, and gets the focus. */
  go(from: number, to: number): void;
  close(): void;
}

/** Puts in the completion, and offers what can be the value. */
function applied(option: JsonCompletion, view: EditorView, completion: Completion, from: number, to: number): void {
  const [start, end] = option.select;
  view.dispatch({
    changes: { from, to, insert: option.insert },
    // The cursor is at the start of what is selected, so that nothing of it limits what is offered next.
    selection: { anchor: from + end, head: from + start },
    scrollIntoView: true,
    userEvent: "input.complete",
    annotations: pickedCompletion.of(completion),
  });
  startCompletion(view);
}

function offered(context: CompletionContext, schema: JsonObject | undefined): CompletionResult | null {
  const found = schema === undefined ? undefined : completionsAt(context.state.doc.toString(), context.pos, schema);
  if (found === undefined || found.options.length === 0) return null;
  // Not with every space or bracket: only in a word or a text, or if it was asked for.
  if (!context.explicit && found.from === context.pos) return null;
  const options = found.options.map((option, index): Completion => {
    const { label, detail, info, isRequired } = option;
    return {
      ...{ label, detail, boost: isRequired ? 1 : 0, sortText: String(index).padStart(5, "0") },
      ...(info === undefined ? {} : { info }),
      apply: (view, completion, from, to) => applied(option, view, completion, from, Math.max(to, found.to)),
    };
  });
  // Up to the cursor: what stands behind it, such as the closing quote, is replaced, but says nothing of what is meant.
  return { from: found.from, options };
}

function wordsElement({ path, kind, description }: MemberWords): HTMLElement {
  const element = document.createElement("div");
  element.className = "cm-member-words";
  for (const text of [kind === "" ? path : `${path}: ${kind}`, description]) {
    if (text === undefined) continue;
    const line = document.createElement("p");
    line.textContent = text;
    element.append(line);
  }
  return element;
}

export function openJsonEditor({ host, label, text, selection, onChange, onMember }: JsonEditorOptions): JsonEditor {
  let schema: JsonObject | undefined;
  let known = text;
  const wordsAt = (state: EditorState, at: number): MemberWords | undefined =>
    schema === undefined ? undefined : memberWordsAt(state.doc.toString(), at, schema);
  const tellMember = ({ state }: EditorView): void => onMember(wordsAt(state, state.selection.main.head));
  const view = new EditorView({
    parent: host.attachShadow({ mode: "open" }),
    state: EditorState.create({
      doc: text,
      extensions: [
        ...[lineNumbers(), history(), json(), indentOnInput(), bracketMatching(), closeBrackets(), editorLook],
        autocompletion({ override: [(context) => offered(context, schema)], icons: false }),
        hoverTooltip(({ state }, pos) => {
          const words = wordsAt(state, pos);
          return words === undefined ? null : { pos, create: () => ({ dom: wordsElement(words) }) };
        }),
        // The form sends with this key. Tab is free: it leaves the editor.
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => true }])),
        keymap.of([
          ...[...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap],
          { key: "F8", run: nextDiagnostic },
        ]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of(({ state }) => ({
          ...{ "aria-label": label, spellcheck: "false" },
          "aria-invalid": String(diagnosticCount(state) > 0),
        })),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            known = update.state.doc.toString();
            onChange(known);
          }
          if (update.docChanged || update.selectionSet) tellMember(update.view);
        }),
      ],
    }),
  });
  const go = (from: number, to: number): void => {
    const last = view.state.doc.length;
    const [anchor, head] = [Math.min(to, last), Math.min(from, last)];
    view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(head, { y: "center" }) });
    view.focus();
  };
  if (selection !== undefined) go(...selection);
  return {
    go,
    show(next) {
      if (next !== known) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    explain(next) {
      schema = next;
      tellMember(view);
    },
    mark(problems, isJson) {
      const last = view.state.doc.length;
      const marks = problems.map(({ offset, end, message }) => ({
        from: Math.min(offset, last),
        to: Math.min(end, last),
        severity: isJson ? ("warning" as const) : ("error" as const),
        message,
      }));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    close: () => view.destroy(),
  };
}
