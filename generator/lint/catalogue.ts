import { compare } from "../base/naming.js";
import { type Catalogue, stageCodes } from "../diagnostics/codes.js";
import { rules } from "./rules/index.js";

function split(code: string): readonly [letters: string, number: number] {
  return [code.replace(/\d/g, ""), Number(code.replace(/\D/g, ""))];
}

/** Sorts by letters, then by number: `KG801` before `L2`, `L2` before `L10`. */
function byNumber([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const [[letters, number], [otherLetters, otherNumber]] = [split(a), split(b)];
  return compare(letters, otherLetters) || number - otherNumber;
}

/** All codes: those of the lint rules and those of every other stage. */
export const catalogue: Catalogue = new Map(
  [...Object.entries(stageCodes), ...rules.map((rule) => [rule.code, rule] as const)].sort(byNumber),
);
