import { isJsonObject, type JsonObject, parseJsonObject } from "../../../../../base/json.js";
import type { SendRequest } from "../../../backend.js";

/** A delivery that is being written. Values of secrets are no part of it. */
export interface Draft {
  readonly event: string;
  readonly version: string;
  /** The payload. Undefined until the event's sample has been read. */
  readonly text?: string;
  /** The sample that the text began with. */
  readonly sample?: string;
  /** Of the token. Undefined: those that the manifest declares. */
  readonly scopes?: readonly string[];
  /** Signed with the webhook secret instead of a token. */
  readonly isHmac?: boolean;
}

/** Characters. A longer text is edited without completion, and checked only when that is asked for: to read it takes longer than a key. */
export const mostHelped = 250_000;

/** What of a delivery has this secret: the value that the local Kiket keeps, none, or another value. */
export type SecretChoice =
  | { readonly kind: "kept" }
  | { readonly kind: "none" }
  | { readonly kind: "given"; readonly value: string };

export type SecretChoices = Readonly<Record<string, SecretChoice>>;

/** The request that sends a draft. A secret without a choice is as the local Kiket keeps it. */
export function sendRequestOf(
  { event, version, scopes, isHmac }: Draft,
  payload: JsonObject,
  secrets: readonly string[],
  choices: SecretChoices,
): SendRequest {
  const chosen = secrets.map((name) => [name, choices[name] ?? { kind: "kept" }] as const);
  const given = chosen.flatMap(([name, choice]) => (choice.kind === "given" ? [[name, choice.value] as const] : []));
  const kept = chosen.flatMap(([name, { kind }]) => (kind === "kept" ? [name] : []));
  return {
    ...{ event, version, payload, origin: "page" },
    ...(scopes === undefined || isHmac ? {} : { scopes }),
    ...(isHmac ? { hmac: true } : {}),
    ...(kept.length === chosen.length ? {} : { secrets: Object.fromEntries(given), keptSecrets: kept }),
  };
}

/** Characters. A browser keeps few of this size. */
const longestKept = 1_000_000;

/** The draft as it is kept in the tab, with the name of its project; undefined if it is too long. */
export function keptDraft(draft: Draft, project: string): string | undefined {
  return (draft.text ?? "").length > longestKept ? undefined : JSON.stringify({ project, draft });
}

const optionalText = (value: unknown): boolean => value === undefined || typeof value === "string";

/** A draft as it was kept; undefined for anything else, and for that of another project, which may have had the same address. */
export function readDraft(kept: string | null, project: string): Draft | undefined {
  const { project: own, draft: read } = parseJsonObject(kept ?? "") ?? {};
  if (own !== project || !isJsonObject(read)) return undefined;
  const { event, version, text, sample, scopes, isHmac } = read;
  const isDraft =
    typeof event === "string" &&
    typeof version === "string" &&
    optionalText(text) &&
    optionalText(sample) &&
    (scopes === undefined || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === "string"))) &&
    (isHmac === undefined || typeof isHmac === "boolean");
  return isDraft ? (read as unknown as Draft) : undefined;
}
