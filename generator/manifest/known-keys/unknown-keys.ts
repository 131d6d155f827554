import { nearest } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { UnknownKey } from "./known-keys.js";

/** The known key that is similar to an unknown one. */
export function meantBy({ key, known }: UnknownKey): string | undefined {
  return nearest(key, known);
}

export function describeUnknownKey({ key, owner }: UnknownKey): string {
  return `unknown key \`${key}\`${owner === "" ? "" : ` in \`${owner}\``}`;
}

/** KG801: unknown keys that are similar to a known one. */
export function misspelledKeys(keys: readonly UnknownKey[]): readonly Diagnostic[] {
  return keys.flatMap((key) => {
    const meant = meantBy(key);
    if (meant === undefined) return [];
    return [diagnose("KG801", key.at, describeUnknownKey(key), `did you mean \`${meant}\`?`)];
  });
}
