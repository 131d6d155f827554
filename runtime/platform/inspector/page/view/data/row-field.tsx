import type { DataColumn } from "../../../data-view.js";

interface RowFieldProps {
  readonly column: DataColumn;
  readonly text: string;
  readonly isNew: boolean;
  /** Whether the reader has written into it. */
  readonly isEdited: boolean;
  readonly problem: string | undefined;
  /** The value that somebody else has written meanwhile, as text. Undefined if nobody has. */
  readonly other: string | undefined;
  readonly onText: (text: string) => void;
  /** Takes the value of the other. */
  readonly onTake: () => void;
  readonly onKeep: () => void;
}

const hints: Partial<Record<DataColumn["type"], string>> = {
  json: "JSON",
  integer: "a whole number",
  bigint: "a whole number",
  float: "a number",
  decimal: "a number",
  timestamp: "such as 2026-01-31T08:30:00Z",
  date: "such as 2026-01-31",
  time: "such as 08:30",
  uuid: "a UUID",
};

/** The fields of a form, each by the type of its column. */
export function RowField(props: RowFieldProps) {
  const { column, text, isNew, isEdited, problem, other, onText, onTake, onKeep } = props;
  const { name, type, isRequired = false, options, isSecret = false } = column;
  const id = `field-${name}`;
  const described = `${id}-problem`;
  const hint = [hints[type], isRequired ? "required" : undefined].filter((word) => word !== undefined).join(", ");
  const shared = {
    id,
    "aria-invalid": problem !== undefined,
    "aria-describedby": described,
  };
  const choices = options ?? (type === "boolean" ? ["true", "false"] : undefined);
  return (
    <div class={isEdited ? "field edited" : "field"}>
      <label for={id}>
        <bdi>{name}</bdi> {hint !== "" && <span class="quiet">{hint}</span>}
      </label>
      {choices !== undefined ? (
        <select {...shared} value={text} onChange={({ currentTarget }) => onText(currentTarget.value)}>
          <option value="">–</option>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
          {text !== "" && !choices.includes(text) && <option value={text}>{text}</option>}
        </select>
      ) : type === "json" || type === "text" ? (
        <textarea
          {...shared}
          rows={Math.min(12, Math.max(3, text.split("\n").length))}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
      ) : isSecret ? (
        <input
          {...shared}
          type="password"
          autocomplete="new-password"
          placeholder={isNew ? undefined : "Write a new value. The present one is not shown."}
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
      )}
      <div id={described}>
        {problem !== undefined && (
          <p class="bad">
            <bdi>{problem}</bdi>
          </p>
        )}
        {other !== undefined && (
          <div class="conflict">
            <p class="wait">Changed meanwhile. It is now:</p>
            <pre>{other === "" ? "null" : other}</pre>
            <p class="actions">
              <button type="button" onClick={onTake}>
                Use this
              </button>
              <button type="button" onClick={onKeep}>
                Keep mine
              </button>
            </p>
          </div>
        )}
      </div>
    </div>
  );
}
