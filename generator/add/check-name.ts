import { isEventName } from "../base/event-name.js";
import { type Refusal, refuse } from "../base/refusal.js";
import { UsageError } from "../base/usage-error.js";
import { intendedEvent } from "../contracts/undocumented-events.js";

type NameKind = "event" | "version" | "key" | "secret" | "scope" | "id" | "column";

const forms: Readonly<Record<NameKind, readonly [{ test(text: string): boolean }, string]>> = {
  event: [{ test: isEventName }, "letters, digits, `_` and `-`, in parts separated by dots"],
  version: [/^[A-Za-z0-9][\w-]*(\.\w[\w-]*)*$/, "a word like v1"],
  key: [/^[A-Za-z_]\w*$/, "letters, digits and `_`"],
  secret: [/^[A-Z][A-Z0-9_]*$/, "uppercase letters, digits and `_`, like API_KEY"],
  scope: [/^[A-Za-z][\w-]*([.:][A-Za-z][\w-]*)+$/, "a word like issues:write"],
  /** Rule L5 of the platform's linter (fact 605), without empty parts. M3 is the same rule for modules (fact 623). */
  id: [/^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/, "lowercase letters, digits and `-`, in parts separated by dots"],
  column: [/^[a-z][a-z0-9_]*$/, "lowercase letters, digits and `_`"],
};

const longest = 200;

/** Returns the name as given. Throws a `UsageError` if it is missing or not valid. */
export function checkedName(what: string, text: string | undefined, kind: NameKind): string {
  if (text === undefined) throw new UsageError(`missing ${what} name`);
  const [form, words] = forms[kind];
  if (form.test(text) && text.length <= longest) return text;
  throw new UsageError(`${JSON.stringify(text.slice(0, longest))} is not a valid ${what} name: use ${words}`);
}

/** Refuses a new event that is surely a documented one mistyped: it would never be sent. */
export function refuseMisspelled(name: string, documented: ReadonlySet<string>): Refusal | undefined {
  const intended = intendedEvent(name, documented);
  if (intended === undefined) return undefined;
  return refuse(`no documented event is named ${name}`, `did you mean ${intended}? If the name is right, use --force`);
}
