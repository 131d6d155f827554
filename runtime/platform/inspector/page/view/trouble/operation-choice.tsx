import { useState } from "preact/hooks";
import { counted } from "../../state/labels.js";

interface OperationChoiceProps {
  readonly operations: readonly string[];
  /** None: every request. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Which operations a fault affects. */
export function OperationChoice({ operations, chosen, onChange }: OperationChoiceProps) {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = operations.filter((name) => chosen.includes(name) || name.toLowerCase().includes(wanted));
  return (
    <details class="operations">
      <summary>{chosen.length === 0 ? "Every request" : `Only ${counted(chosen.length, "operation")}`}</summary>
      <label>
        Search operations{" "}
        <input
          type="search"
          autocomplete="off"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(pressed) => {
            // It would inject the fault.
            if (pressed.key === "Enter") pressed.preventDefault();
          }}
        />
      </label>
      <fieldset>
        <legend class="spoken">Operations that the fault affects</legend>
        {shown.map((name) => (
          <label key={name} class="tick">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ currentTarget }) =>
                onChange(currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
              }
            />{" "}
            {name}
          </label>
        ))}
        {shown.length === 0 && <p class="quiet">No operation has this in its name.</p>}
      </fieldset>
    </details>
  );
}
