import { useEffect, useRef, useState } from "preact/hooks";
import type { DataCollection, DataColumn, DataEdit, DataProblem, DataRow } from "../../../data-view.js";
import { ControlError, failureWords } from "../../state/control-api.js";
import { cellText, editText } from "../../state/data/cell-text.js";
import {
  conflictsIn,
  copiedDraft,
  draftText,
  editOf,
  isEdited,
  isWritable,
  moreMembers,
  newDraft,
  type RowDraft,
  valueIn,
  withoutText,
  withSeen,
  withText,
} from "../../state/data/row-draft.js";
import { RowField } from "./row-field.jsx";

interface RowFormProps {
  readonly collection: DataCollection;
  /** As it is now. Undefined: a new row, or the row is gone. */
  readonly row: DataRow | undefined;
  readonly rowKey: string | undefined;
  /** Throws a `ControlError`. */
  readonly onEdit: (edit: DataEdit) => Promise<string>;
  readonly onDone: (key: string, what: string) => void;
  readonly onClose: () => void;
  readonly onDelivery: (id: string) => void;
}

/** What the form asks before it goes on. */
type Question = "remove" | "leave";

function problemFor(problems: readonly DataProblem[], name: string): string | undefined {
  return problems.find(({ column }) => column === name)?.message;
}

/** What the reader cannot change. */
function FixedValues({ columns, row }: { readonly columns: readonly DataColumn[]; readonly row: DataRow | undefined }) {
  if (columns.length === 0) return null;
  return (
    <table class="values">
      <tbody>
        {columns.map((column) => {
          const value = valueIn(row, column.name);
          const text = column.isSecret ? cellText(value) : editText(column, value);
          return (
            <tr key={column.name}>
              <th scope="row">
                <bdi>{column.name}</bdi>
              </th>
              <td>
                <pre class="fixed-value">{text === "" || text === undefined ? "null" : text}</pre>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Shows one row, and changes it, in a dialog. */
export function RowForm({ collection, row, rowKey, onEdit, onDone, onClose, onDelivery }: RowFormProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [draft, setDraft] = useState<RowDraft>(() => newDraft(rowKey));
  const [problems, setProblems] = useState<readonly DataProblem[]>([]);
  const [failure, setFailure] = useState<string>();
  const [question, setQuestion] = useState<Question>();
  const [isBusy, setBusy] = useState(false);
  /** As it was before somebody has removed it. */
  const last = useRef(row);
  if (row !== undefined) last.current = row;
  const isNew = draft.key === undefined;
  const isGone = !isNew && row === undefined;
  const { columns, title, can, isOpen = false, removal = "Remove" } = collection;
  const canWrite = isNew ? can.add : can.change;
  const conflicts = conflictsIn(draft, row);
  const written = canWrite ? columns.filter((column) => isWritable(column, isNew)) : [];

  useEffect(() => dialog.current?.showModal(), []);
  // A question gets the focus, so that it is heard.
  useEffect(() => {
    if (question !== undefined) document.getElementById("form-question")?.focus();
  }, [question]);
  // The first field that is wrong gets it too.
  useEffect(() => {
    if (problems.length > 0) dialog.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);

  const change = (next: RowDraft): void => {
    setDraft(next);
    setFailure(undefined);
  };
  const ask = async (edit: DataEdit, what: string): Promise<void> => {
    setBusy(true);
    try {
      onDone(await onEdit(edit), what);
    } catch (error) {
      const named = error instanceof ControlError ? error.problems : [];
      setProblems(named);
      const isShown = named.length > 0 && named.every(({ column }) => columns.some(({ name }) => name === column));
      setFailure(isShown ? undefined : failureWords(error));
      setQuestion(undefined);
      setBusy(false);
    }
  };
  const save = (): void => {
    const made = editOf(draft, collection);
    setProblems("problems" in made ? made.problems : []);
    if ("problems" in made) return;
    if (isNew || isEdited(draft)) void ask(made.edit, isNew ? "added" : "saved");
    else onClose();
  };
  const leave = (): void => {
    if (isEdited(draft) && question !== "leave") setQuestion("leave");
    else onClose();
  };

  return (
    <dialog
      ref={dialog}
      class="row-form"
      aria-labelledby="form-title"
      onKeyDown={(pressed) => {
        if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey) && canWrite && !isBusy) save();
        if (pressed.key !== "Escape") return;
        pressed.preventDefault();
        leave();
      }}
      onCancel={(cancelled) => {
        cancelled.preventDefault();
        leave();
      }}
    >
      <h2 id="form-title">
        {isNew ? "New row" : canWrite ? "Edit" : "Row"}: <bdi>{title}</bdi>
      </h2>
      {row?.source !== undefined && (
        <p>
          <button type="button" class="link" onClick={() => onDelivery(row.source ?? "")}>
            The delivery that created it
          </button>
        </p>
      )}
      {isGone && (
        <p class="problem" role="alert">
          This row was removed meanwhile.
        </p>
      )}
      <form
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          if (canWrite && !isBusy && !isGone) save();
        }}
      >
        {written.map((column) => {
          const { name } = column;
          return (
            <RowField
              key={name}
              column={column}
              text={draftText(draft, column, row)}
              isNew={isNew}
              isEdited={!isNew && draft.fields.has(name)}
              problem={problemFor(problems, name)}
              other={conflicts.includes(name) ? editText(column, valueIn(row, name)) : undefined}
              onText={(text) => change(withText(draft, column, text, row))}
              onTake={() => change(withoutText(draft, name))}
              onKeep={() => change(withSeen(draft, name, row))}
            />
          );
        })}
        {isOpen && canWrite && (
          <div class="field">
            <label for="field-more">
              More members <span class="quiet">a JSON object</span>
            </label>
            <textarea
              id="field-more"
              rows={3}
              spellcheck={false}
              value={draft.more}
              aria-invalid={problemFor(problems, moreMembers) !== undefined}
              aria-describedby="more-problem"
              onInput={({ currentTarget }) => change({ ...draft, more: currentTarget.value })}
            />
            <div id="more-problem">
              {problemFor(problems, moreMembers) !== undefined && (
                <p class="bad">{problemFor(problems, moreMembers)}</p>
              )}
            </div>
          </div>
        )}
        {!isNew && <FixedValues columns={columns.filter((column) => !written.includes(column))} row={row} />}
        {failure !== undefined && (
          <p class="problem" role="alert">
            <bdi>{failure}</bdi>
          </p>
        )}
        {question === undefined ? (
          <p class="actions">
            {canWrite && !isGone && (
              <button type="submit" class="main" disabled={isBusy}>
                {isNew ? "Add" : "Save"}
              </button>
            )}
            {isGone && can.add && (
              <button type="button" class="main" onClick={() => change(copiedDraft(draft, columns, last.current))}>
                Make it a new row
              </button>
            )}
            <button type="button" onClick={leave}>
              {canWrite ? "Cancel" : "Close"}
            </button>
            <span class="space" />
            {!isNew && !isGone && can.remove && (
              <button type="button" disabled={isBusy} onClick={() => setQuestion("remove")}>
                {removal}…
              </button>
            )}
          </p>
        ) : (
          <div class="question">
            <p id="form-question" tabIndex={-1}>
              {question === "leave" ? "Leave without saving?" : `${removal} this row? It cannot be undone.`}
            </p>
            <p class="actions">
              <button
                type="button"
                class="main"
                disabled={isBusy}
                onClick={() => {
                  if (question === "leave") onClose();
                  else if (draft.key !== undefined) {
                    void ask({ collection: collection.id, key: draft.key }, removal === "Remove" ? "removed" : "unset");
                  }
                }}
              >
                {question === "leave" ? "Leave" : removal}
              </button>
              <button type="button" onClick={() => setQuestion(undefined)}>
                {question === "leave" ? "Go on editing" : "Keep it"}
              </button>
            </p>
          </div>
        )}
      </form>
    </dialog>
  );
}
