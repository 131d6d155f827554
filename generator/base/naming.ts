/** Turns names of a manifest into identifiers and file names. Any string gives a safe name. */

import { bareVersion } from "./event-version.js";

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static super switch this " +
    "throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** Code-unit order: the same on every machine and in every locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Letters outside ASCII that are kept in a name: Latin, Greek, Cyrillic, kana, the common ideographs, Hangul. The list is fixed,
 * because the character classes of JavaScript grow with each Unicode version: the same manifest must give the same names on every
 * version of Node, and they must compile with every version of TypeScript.
 */
const letters =
  "\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f\\u0386\\u0388-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03ce" +
  "\\u0400-\\u0481\\u048a-\\u052f\\u3041-\\u3096\\u30a1-\\u30fa\\u4e00-\\u9fff\\uac00-\\ud7a3";

const otherCharacter = new RegExp(`[^\\u0000-\\u007f${letters}]`, "gu");
const separators = new RegExp(`[^A-Za-z0-9${letters}]+`, "u");

/** The parts between separators. A character that is not allowed in a name becomes `U` and its code point in hex. */
function words(value: string): string[] {
  const named = value.replace(otherCharacter, (character) => ` U${character.codePointAt(0)?.toString(16)} `);
  return named.split(separators).filter((word) => word !== "");
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function startSafely(name: string): string {
  return name === "" || /^\d/.test(name) ? `_${name}` : name;
}

/** `issue.created` → `IssueCreated`; `issues:read` → `IssuesRead`; capitals inside a word are kept. */
export function pascalCase(value: string): string {
  return startSafely(words(value).map(capitalise).join(""));
}

/** `automation_records` → `automationRecords`; `API_KEY` → `apiKey`; a reserved word gets a trailing `_`. */
export function camelCase(value: string): string {
  const parts = words(value).map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word));
  const [first = "", ...rest] = parts;
  const name = startSafely(first.charAt(0).toLowerCase() + first.slice(1) + rest.map(capitalise).join(""));
  return reserved.has(name) ? `${name}_` : name;
}

/** `v1` → `V1`, `1.0` → `V1_0`, `2024-10-01` → `V2024_10_01`. */
function versionName(version: string): string {
  return `V${words(bareVersion(version)).join("_")}`;
}

/** `issue.created`, `v1` → `IssueCreatedV1`. */
export function eventTypeName(event: string, version: string): string {
  return pascalCase(event) + versionName(version);
}

/** `issue.created`, `v1` → `IssueCreatedV1Payload`. */
export function payloadTypeName({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${eventTypeName(name, version)}Payload`;
}

/** `issue.created`, `v1` → `issueCreatedV1`. */
export function eventVariableName(event: string, version: string): string {
  const name = eventTypeName(event, version);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Like `pascalCase`, except that the permission `*`, which has no letters, becomes `All`. */
export function scopeName(scope: string): string {
  return scope === "*" ? "All" : pascalCase(scope);
}

/**
 * `issue.created`, `v1` → `issue.created.v1`. A character that is special in a file name or in an import specifier becomes
 * `_x` + its code point in hex + `_`. So does a leading dot and the second of two dots, so that no name refers to a parent folder.
 */
export function eventFileName(event: string, version: string): string {
  return `${event}.${version}`.replace(
    /[^A-Za-z0-9._-]|^[.-]|(?<=\.)\./gu,
    (character) => `_x${character.codePointAt(0)?.toString(16)}_`,
  );
}

/** The event that a file name without its ending was made from, without the version. */
export function eventOfFileName(fileName: string, version: string): string | undefined {
  if (!fileName.endsWith(`.${version}`)) return undefined;
  const escaped = fileName.slice(0, -version.length - 1);
  return escaped.replace(/_x([0-9a-f]{1,6})_/g, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The start of the names of a custom-data table's types: `crmContacts`, `open_deals` → `CrmContactsOpenDeals`. */
export function tableTypeName(module: string, table: string): string {
  return pascalCase(module) + pascalCase(table);
}

/** The name of the type of a table's records. */
export function recordTypeName(module: string, table: string): string {
  return `${tableTypeName(module, table)}Record`;
}

/**
 * Short names for ids with dots: the last segment if that is unique, else as many segments as needed.
 * `a.crm.contacts` and `b.contacts` → `crmContacts` and `bContacts`.
 */
export function shortestNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const segments = new Map(ids.map((id) => [id, id.split(".").filter((part) => part !== "")]));
  const depth = new Map(ids.map((id) => [id, 1]));
  const nameOf = (id: string) => camelCase((segments.get(id) ?? []).slice(-(depth.get(id) ?? 1)).join("."));
  for (;;) {
    const owners = new Map<string, string[]>();
    for (const id of ids) owners.set(nameOf(id), [...(owners.get(nameOf(id)) ?? []), id]);
    const deepened = [...owners.values()]
      .filter((sharing) => sharing.length > 1)
      .flat()
      .filter((id) => (depth.get(id) ?? 1) < (segments.get(id)?.length ?? 0));
    if (deepened.length === 0) return new Map(ids.map((id) => [id, nameOf(id)]));
    for (const id of deepened) depth.set(id, (depth.get(id) ?? 1) + 1);
  }
}
