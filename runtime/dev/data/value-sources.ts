import { member } from "../../base/json.js";
import type { DevVariable } from "../options.js";

/** Looks up the variables of the extension. */
export interface VariableSources {
  /** Those that a reader of the page has set. They come first. */
  readonly set: Readonly<Record<string, string>>;
  /** The others. */
  readonly variable: (name: string) => DevVariable | undefined;
}

/** What a value is said to come from if a reader has set it. */
export const setHere = "this page";

export function sourceOf(name: string, { set, variable }: VariableSources): DevVariable | undefined {
  const value = member(set, name);
  return typeof value === "string" ? { value, from: setHere } : variable(name);
}

/** The environment with these variables, as far as they have a value. */
export function environmentOf(names: readonly string[], sources: VariableSources): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = sourceOf(name, sources);
      return found === undefined ? [] : [[name, found.value]];
    }),
  );
}
