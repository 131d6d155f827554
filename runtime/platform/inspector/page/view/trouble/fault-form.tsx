import { useEffect, useState } from "preact/hooks";
import type { FaultKind } from "../../../trouble.js";
import { type FaultDraft, faultOfDraft, firstFault } from "../../state/trouble/fault-draft.js";
import type { TroubleApi } from "../../state/trouble/trouble-api.js";
import { faultKinds, faultWords } from "../../state/trouble/trouble-words.js";
import { OperationChoice } from "./operation-choice.jsx";
import type { Undertake } from "./undertake.js";

type NumberField = "times" | "milliseconds" | "status" | "retryAfter";

interface NumberInputProps {
  readonly name: NumberField;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly empty: string;
  readonly draft: FaultDraft;
  readonly onChange: (draft: FaultDraft) => void;
}

function NumberInput({ name, label, from, to, empty, draft, onChange }: NumberInputProps) {
  return (
    <label>
      {label}
      <input
        type="number"
        name={name}
        min={from}
        max={to}
        step={1}
        placeholder={empty}
        value={draft[name]}
        onInput={({ currentTarget }) => onChange({ ...draft, [name]: currentTarget.value })}
      />
    </label>
  );
}

interface FaultFormProps {
  readonly api: TroubleApi;
  readonly undertake: Undertake;
}

export function FaultForm({ api, undertake }: FaultFormProps) {
  const [draft, setDraft] = useState(firstFault);
  const [rotates, setRotates] = useState(true);
  const [operations, setOperations] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    // Without them a fault still affects every request.
    api.operations(controller.signal).then(setOperations, () => undefined);
    return () => controller.abort();
  }, [api]);
  const { title: _, effect, fields } = faultKinds[draft.kind];
  const isOfKeys = draft.kind === "keys-down" || draft.kind === "empty-keys";
  const inject = (): void => {
    const fault = faultOfDraft(draft);
    void undertake(
      async () => {
        await api.inject(fault);
        if (isOfKeys && rotates) await api.rotateKeys(true);
      },
      `fault injected: ${faultWords(fault)}`,
    );
  };
  const shared = { draft, onChange: setDraft };
  return (
    <section aria-labelledby="inject-title">
      <h3 id="inject-title">Inject a fault</h3>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          inject();
        }}
      >
        <div class="fields">
          <label>
            Fault
            <select
              value={draft.kind}
              onChange={({ currentTarget }) => setDraft({ ...draft, kind: currentTarget.value as FaultKind })}
            >
              {Object.entries(faultKinds).map(([kind, { title }]) => (
                <option key={kind} value={kind}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {fields.includes("status") && (
            <NumberInput name="status" label="Status" from={400} to={599} empty="500" {...shared} />
          )}
          {fields.includes("milliseconds") && (
            <NumberInput
              {...{ name: "milliseconds", label: "Delay in ms", from: 1, to: 600_000, empty: "until cleared" }}
              {...shared}
            />
          )}
          {fields.includes("retryAfter") && (
            <NumberInput
              {...{ name: "retryAfter", label: "Retry-After in s", from: 0, to: 86_400 }}
              empty={draft.kind === "rate-limit" ? "1" : "not sent"}
              {...shared}
            />
          )}
          <NumberInput name="times" label="Requests" from={1} to={1_000_000} empty="until cleared" {...shared} />
        </div>
        <p class="quiet">{effect}</p>
        {fields.includes("performed") && (
          <label class="tick">
            <input
              type="checkbox"
              checked={draft.performed}
              onChange={({ currentTarget }) => setDraft({ ...draft, performed: currentTarget.checked })}
            />{" "}
            the operation is performed, and only its answer is lost
          </label>
        )}
        {isOfKeys && (
          <label class="tick">
            <input
              type="checkbox"
              checked={rotates}
              onChange={({ currentTarget }) => setRotates(currentTarget.checked)}
            />{" "}
            sign with a new key too: an extension reads the keys again only for a key that it does not know
          </label>
        )}
        {fields.includes("operations") && operations.length > 0 && (
          <OperationChoice
            operations={operations}
            chosen={draft.operations}
            onChange={(chosen) => setDraft({ ...draft, operations: chosen })}
          />
        )}
        <p class="actions">
          <button type="submit" class="main">
            Inject
          </button>
        </p>
      </form>
    </section>
  );
}
