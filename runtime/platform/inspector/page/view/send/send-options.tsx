import { useState } from "preact/hooks";
import type { DevState } from "../../../backend.js";
import { counted } from "../../state/labels.js";
import type { Draft, SecretChoice, SecretChoices } from "../../state/send/draft.js";

interface SendOptionsProps {
  readonly dev: DevState;
  readonly draft: Draft;
  readonly secrets: SecretChoices;
  readonly onChange: (draft: Draft) => void;
  readonly onSecrets: (secrets: SecretChoices) => void;
}

/** What is chosen, in a few words. */
function summaryWords({ dev, draft, secrets }: Pick<SendOptionsProps, "dev" | "draft" | "secrets">): string {
  const changed = Object.values(secrets).filter(({ kind }) => kind !== "kept").length;
  const scopes = draft.scopes ?? dev.scopes;
  const all = scopes.includes("*") ? "all scopes" : counted(scopes.length, "scope");
  return [
    draft.isHmac ? "webhook secret" : `token with ${all}`,
    changed === 0 ? "secrets as kept" : `${counted(changed, "secret")} changed`,
  ].join(", ");
}

type PartProps = Pick<SendOptionsProps, "dev" | "draft" | "onChange">;

function Scopes({ dev, draft, onChange }: PartProps) {
  const declared = [...new Set(dev.scopes)].filter((scope) => scope !== "*");
  const chosen = draft.scopes ?? dev.scopes;
  const [others, setOthers] = useState(chosen.filter((scope) => scope !== "*" && !declared.includes(scope)).join(" "));
  const choose = (ticked: readonly string[], text: string): void => {
    const more = text.split(/[\s,]+/).filter((scope) => scope !== "");
    onChange({ ...draft, scopes: [...new Set([...ticked, ...more])] });
  };
  const ticked = ["*", ...declared].filter((scope) => chosen.includes(scope));
  const reset = (scopes: readonly string[] | undefined): void => {
    setOthers("");
    const { scopes: _, ...rest } = draft;
    onChange(scopes === undefined ? rest : { ...rest, scopes });
  };
  return (
    <fieldset>
      <legend>Scopes of the token</legend>
      <ul class="ticks">
        {[...declared, "*"].map((scope) => (
          <li key={scope}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(scope)}
                onChange={({ currentTarget: { checked } }) =>
                  choose(checked ? [...ticked, scope] : ticked.filter((one) => one !== scope), others)
                }
              />{" "}
              {scope === "*" ? "* (all)" : <bdi>{scope}</bdi>}
            </label>
          </li>
        ))}
      </ul>
      <p class="choice">
        <label>
          Others{" "}
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            placeholder="with spaces between"
            value={others}
            onInput={({ currentTarget: { value } }) => {
              setOthers(value);
              choose(ticked, value);
            }}
          />
        </label>
        <button type="button" onClick={() => reset([])}>
          None
        </button>
        <button type="button" disabled={draft.scopes === undefined} onClick={() => reset(undefined)}>
          As declared
        </button>
      </p>
    </fieldset>
  );
}

const secretWords: Readonly<Record<SecretChoice["kind"], string>> = {
  kept: "as kept",
  given: "another value",
  none: "left out",
};

function Secret(props: {
  readonly name: string;
  readonly choice: SecretChoice;
  readonly onChoice: (choice: SecretChoice) => void;
}) {
  const { name, choice, onChoice } = props;
  return (
    <li class="choice">
      <label>
        <bdi>{name}</bdi>{" "}
        <select
          value={choice.kind}
          onChange={({ currentTarget: { value } }) =>
            onChoice(value === "given" ? { kind: "given", value: "" } : { kind: value === "none" ? "none" : "kept" })
          }
        >
          {Object.entries(secretWords).map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {choice.kind === "given" && (
        <input
          type="password"
          autocomplete="new-password"
          aria-label={`Value of ${name}`}
          value={choice.value}
          onInput={({ currentTarget: { value } }) => onChoice({ kind: "given", value })}
        />
      )}
    </li>
  );
}

function Secrets({ dev, secrets, onSecrets }: Pick<SendOptionsProps, "dev" | "secrets" | "onSecrets">) {
  return (
    <fieldset>
      <legend>Secrets</legend>
      {dev.secrets.length === 0 && <p class="quiet">The manifest declares no secret.</p>}
      <ul class="ticks">
        {dev.secrets.map((name) => (
          <Secret
            key={name}
            name={name}
            choice={secrets[name] ?? { kind: "kept" }}
            onChoice={(choice) => onSecrets({ ...secrets, [name]: choice })}
          />
        ))}
      </ul>
    </fieldset>
  );
}

function Signature({ draft, onChange }: Omit<PartProps, "dev">) {
  const isHmac = draft.isHmac === true;
  return (
    <fieldset>
      <legend>Signed with</legend>
      <p class="choice">
        {[false, true].map((hmac) => (
          <label key={String(hmac)}>
            <input
              type="radio"
              name="signature"
              checked={isHmac === hmac}
              onChange={() => onChange({ ...draft, isHmac: hmac })}
            />{" "}
            {hmac ? "the webhook secret (HMAC)" : "a runtime token"}
          </label>
        ))}
      </p>
    </fieldset>
  );
}

/** How a delivery is sent, beside its payload. */
export function SendOptions(props: SendOptionsProps) {
  const { dev, draft } = props;
  // The others have neither a token nor secrets in their deliveries.
  if (dev.kind !== "extension") return null;
  return (
    <details class="section">
      <summary>
        <h3>Token and secrets</h3> <span class="quiet">{summaryWords(props)}</span>
      </summary>
      <Signature {...props} />
      {draft.isHmac === true ? (
        <p class="quiet">Such a delivery has no token, and so no scopes.</p>
      ) : (
        <Scopes {...props} />
      )}
      <Secrets {...props} />
    </details>
  );
}
