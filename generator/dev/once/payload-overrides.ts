import { isObject } from "../../base/shape.js";
import { UsageError } from "../../base/usage-error.js";

/** Values by path, as a `SendRequest` has them. */
export type PayloadOverrides = Readonly<Record<string, unknown>>;

/** A name in a path; quoted if it contains what separates names. */
function pathPart(name: string): string {
  return /^[^."=]+$/.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
}

/** Objects are laid over objects member by member; lists, and objects without members, replace what is there. */
export function overridesIn(payload: Readonly<Record<string, unknown>>, before = ""): PayloadOverrides {
  return Object.fromEntries(
    Object.entries(payload).flatMap(([name, value]): (readonly [string, unknown])[] => {
      const path = before + pathPart(name);
      const isNested = isObject(value) && Object.keys(value).length > 0;
      return isNested ? Object.entries(overridesIn(value, `${path}.`)) : [[path, value]];
    }),
  );
}

/** A number that JavaScript cannot hold, such as a long id, stays the text that it was. */
function isExact(value: unknown): boolean {
  return (
    typeof value !== "number" || (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
  );
}

/** JSON if the text is some, else the text itself. */
function givenValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isExact(value) ? value : text;
  } catch {
    return text;
  }
}

/** What `--set path=value` says. Throws a `UsageError` for a text without a path and an equals sign. */
export function overrideOf(text: string): readonly [path: string, value: unknown] {
  const [whole, path = ""] = /^((?:"(?:[^"\\]|\\.)*"|[^"=])+)=/.exec(text) ?? [];
  if (whole === undefined) throw new UsageError(`--set takes path=value, such as issue.title="Hi", not "${text}"`);
  return [path.trim(), givenValue(text.slice(whole.length))];
}
