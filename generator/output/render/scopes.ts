import { docblock, stringLiteral, unionOf } from "../../base/literals.js";
import { scopeName } from "../../base/naming.js";
import type { ScopeModel } from "../../model/model.js";
import type { Fragment } from "../printer.js";

/** The manifest's permissions as constants and as a union. */
export function renderScopes(scopes: readonly ScopeModel[]): Fragment {
  const members = scopes.map(({ value }) => `  ${scopeName(value)}: ${stringLiteral(value)},\n`).join("");
  return [
    docblock(["The permissions that the manifest declares, with the spelling of the manifest."]),
    scopes.length === 0 ? "export const Scope = {} as const;\n" : `export const Scope = {\n${members}} as const;\n`,
    "\n",
    docblock(["One of the permissions that the manifest declares."]),
    `export type Scope = ${unionOf(scopes.map(({ value }) => value))};\n`,
  ];
}
