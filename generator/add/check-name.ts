import { isEventName } from "../base/event-name.js";
import { UsageError } from "../base/usage-error.js";

type NameKind = "event" | "version" | "key" | "secret" | "scope" | "id" | "column";

const forms: Readonly<Record<NameKind, readonly [{ test(text: string): boolean }, string]>> = {
  event: [{ test: isEventName }, "letters, digits, `_` and `-`, in parts joined by dots"],
  version: [/^[A-Za-z0-9][\w-]*(\.\w[\w-]*)*$/, "a word like v1"],
  key: [/^[A-Za-z_]\w*$/, "letters, digits and `_`"],
  secret: [/^[A-Z][A-Z0-9_]*$/, "capitals, digits and `_`, like API_KEY"],
  scope: [/^[A-Za-z][\w-]*([.:][A-Za-z][\w-]*)+$/, "a word like issues:write"],
  /** Linter rule L5 of manifest-and-events §1.4, without empty parts; M3 is the same for modules. */
  id: [/^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$/, "small letters, digits and `-`, in parts joined by dots"],
  column: [/^[a-z][a-z0-9_]*$/, "small letters, digits and `_`"],
};

const longest = 200;

/** A name as it was given; throws a `UsageError` where it is missing, or is none of its kind. */
export function checkedName(what: string, text: string | undefined, kind: NameKind): string {
  if (text === undefined) throw new UsageError(`name the ${what}`);
  const [form, words] = forms[kind];
  if (form.test(text) && text.length <= longest) return text;
  throw new UsageError(`${JSON.stringify(text.slice(0, longest))} is no ${what} name: use ${words}`);
}
