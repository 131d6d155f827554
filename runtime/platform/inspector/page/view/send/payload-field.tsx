import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { JsonObject } from "../../../../../base/json.js";
import { byteSize } from "../../state/labels.js";
import type { MemberWords } from "../../state/schema/member-words.js";
import { mostHelped } from "../../state/send/draft.js";
import type { DraftProblem } from "../../state/send/draft-problems.js";
import type { JsonEditor, openJsonEditor } from "./json-editor.js";

const label = "Payload, as JSON";

/** Above the line of a problem that is gone to. */
const linesAbove = 4;

export interface PayloadFieldHandle {
  /** Shows where the problem is, and gets the focus. */
  go(problem: DraftProblem): void;
}

interface PayloadFieldProps {
  readonly handle: Ref<PayloadFieldHandle>;
  readonly text: string;
  readonly schema: JsonObject | undefined;
  readonly problems: readonly DraftProblem[];
  /** Whether the problems are of the schema only. */
  readonly isJson: boolean;
  readonly isDisabled: boolean;
  readonly onChange: (text: string) => void;
}

/** What the editor is opened with: that of the plain field that it replaces. */
type Selection = readonly [number, number] | undefined;

type Loaded =
  | { readonly kind: "loading" | "failed" }
  | { readonly kind: "loaded"; readonly open: typeof openJsonEditor; readonly selection: Selection };

function MemberLine({ words }: { readonly words: MemberWords | undefined }) {
  if (words === undefined) return <p class="member quiet">Ctrl Space offers what the schema knows.</p>;
  const { path, kind, description } = words;
  return (
    <p class="member quiet">
      <code>
        <bdi>{path}</bdi>
      </code>
      {kind !== "" && `: ${kind}`}
      {description !== undefined && (
        <>
          {". "}
          <bdi>{description}</bdi>
        </>
      )}
    </p>
  );
}

/** The editor with completion, in place of a plain field: until it has been loaded, and if that fails. */
export function PayloadField(props: PayloadFieldProps) {
  const { handle, text, schema, problems, isJson, isDisabled, onChange } = props;
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  const [member, setMember] = useState<MemberWords>();
  const field = useRef<HTMLTextAreaElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<JsonEditor>(undefined);
  const isLong = text.length > mostHelped;
  const isEditor = loaded.kind === "loaded" && !isDisabled;
  const known = isLong ? undefined : schema;
  const newest = useRef({ text, onChange });
  newest.current = { text, onChange };

  useEffect(() => {
    import("./json-editor.js").then(
      ({ openJsonEditor: open }) => {
        const plain = field.current;
        const isWriting = plain !== null && document.activeElement === plain;
        const selection: Selection = isWriting ? [plain.selectionStart, plain.selectionEnd] : undefined;
        setLoaded({ kind: "loaded", open, selection });
      },
      () => setLoaded({ kind: "failed" }),
    );
  }, []);

  useLayoutEffect(() => {
    if (!isEditor || host.current === null) return;
    const opened = loaded.open({
      ...{ host: host.current, label, text, onMember: setMember },
      ...(loaded.selection === undefined ? {} : { selection: loaded.selection }),
      onChange(next) {
        if (next !== newest.current.text) newest.current.onChange(next);
      },
    });
    editor.current = opened;
    return () => {
      editor.current = undefined;
      opened.close();
    };
  }, [isEditor]);
  useLayoutEffect(() => editor.current?.show(text), [isEditor, text]);
  useLayoutEffect(() => editor.current?.explain(known), [isEditor, known]);
  useLayoutEffect(() => editor.current?.mark(problems, isJson), [isEditor, problems, isJson]);

  useImperativeHandle(handle, () => ({
    go({ offset, end, line }) {
      if (editor.current !== undefined) return editor.current.go(offset, end);
      const plain = field.current;
      if (plain === null) return;
      plain.focus();
      plain.setSelectionRange(offset, Math.min(end, plain.value.length));
      // A browser does not scroll to a selection that a program makes.
      plain.scrollTop = (line - linesAbove) * Number.parseFloat(getComputedStyle(plain).lineHeight);
    },
  }));

  if (isEditor) {
    return (
      <div class="payload">
        {/* What reads it out has the label of the field inside. */}
        <span aria-hidden="true">{label}</span>
        <div class="editor" ref={host} />
        {known !== undefined && <MemberLine words={member} />}
        {isLong && (
          <p class="quiet">
            {byteSize(text.length)} are too long for completion; up to {byteSize(mostHelped)} have it.
          </p>
        )}
      </div>
    );
  }
  return (
    <>
      <label class="payload">
        {label}
        <textarea
          ref={field}
          rows={20}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          value={text}
          disabled={isDisabled}
          aria-invalid={problems.length > 0}
          aria-describedby="draft-check"
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </label>
      {loaded.kind === "failed" && (
        <p class="quiet">The editor with completion could not be loaded. This field does without it.</p>
      )}
    </>
  );
}
