import type { JsonObject } from "../../../../../base/json.js";
import type { DataCollection, DataColumn, DataEdit, DataProblem, DataRow } from "../../../data-view.js";
import { editText, readCell } from "./cell-text.js";

/** What a reader has written into one field. */
interface EditedField {
  readonly text: string;
  /** The value that was there when the reader began; undefined in a new row. */
  readonly seen: unknown;
}

/** A row that is being edited. What the reader has not touched follows the row. */
export interface RowDraft {
  /** Absent: a new row. */
  readonly key?: string;
  readonly fields: ReadonlyMap<string, EditedField>;
  /** More members of a row of an open collection, as JSON. */
  readonly more: string;
}

export function newDraft(key?: string): RowDraft {
  return { ...(key === undefined ? {} : { key }), fields: new Map(), more: "" };
}

/** The value of a row: an own member, since a column may have any name. */
export function valueIn(row: DataRow | undefined, name: string): unknown {
  return row !== undefined && Object.hasOwn(row.values, name) ? row.values[name] : undefined;
}

export function draftText({ fields }: RowDraft, column: DataColumn, row: DataRow | undefined): string {
  return fields.get(column.name)?.text ?? editText(column, valueIn(row, column.name));
}

/** The draft with another text in a field. The text that the row has is no edit. */
export function withText(draft: RowDraft, column: DataColumn, text: string, row: DataRow | undefined): RowDraft {
  const fields = new Map(draft.fields);
  const now = valueIn(row, column.name);
  const seen = fields.has(column.name) ? fields.get(column.name)?.seen : now;
  if (text === editText(column, now)) fields.delete(column.name);
  else fields.set(column.name, { text, seen });
  return { ...draft, fields };
}

/** The draft without what the reader wrote into this field. */
export function withoutText(draft: RowDraft, name: string): RowDraft {
  const fields = new Map(draft.fields);
  fields.delete(name);
  return { ...draft, fields };
}

/** The draft whose reader has seen the value that the row has now. */
export function withSeen(draft: RowDraft, name: string, row: DataRow | undefined): RowDraft {
  const field = draft.fields.get(name);
  if (field === undefined) return draft;
  return { ...draft, fields: new Map(draft.fields).set(name, { ...field, seen: valueIn(row, name) }) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** The edited columns whose value somebody else has changed since the reader began. */
export function conflictsIn({ key, fields }: RowDraft, row: DataRow | undefined): readonly string[] {
  if (key === undefined || row === undefined) return [];
  return [...fields].filter(([name, { seen }]) => !isSame(seen, valueIn(row, name))).map(([name]) => name);
}

export function isEdited({ fields, more }: RowDraft): boolean {
  return fields.size > 0 || more.trim() !== "";
}

/** Whether the reader may write this column. */
export function isWritable({ isSet }: DataColumn, isNew: boolean): boolean {
  return isSet === undefined || (isSet === "once" && isNew);
}

/** The column of a problem with what is no field of its own. */
export const moreMembers = "more members";

function readMore(text: string): { readonly values: JsonObject } | { readonly problem: string } {
  if (text.trim() === "") return { values: {} };
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === "object" && values !== null && !Array.isArray(values))
      return { values: values as JsonObject };
  } catch {
    // Below.
  }
  return { problem: "is not a JSON object" };
}

/** The edit to ask for, or what is wrong with the texts. */
export function editOf(
  { key, fields, more }: RowDraft,
  { id, columns }: DataCollection,
): { readonly edit: DataEdit } | { readonly problems: readonly DataProblem[] } {
  const values: [string, unknown][] = [];
  const expected: [string, unknown][] = [];
  const problems: DataProblem[] = [];
  for (const column of columns) {
    const field = fields.get(column.name);
    if (field === undefined) continue;
    const read = readCell(column, field.text);
    if ("problem" in read) {
      problems.push({ column: column.name, message: read.problem });
      continue;
    }
    values.push([column.name, read.value]);
    if (column.isSecret !== true) expected.push([column.name, field.seen ?? null]);
  }
  const others = readMore(more);
  if ("problem" in others) problems.push({ column: moreMembers, message: others.problem });
  else values.push(...Object.entries(others.values));
  if (problems.length > 0) return { problems };
  const edit: DataEdit = { collection: id, values: Object.fromEntries(values) };
  return { edit: key === undefined ? edit : { ...edit, key, expected: Object.fromEntries(expected) } };
}

/** A new row with what is written here, and else the values of a row that is gone. */
export function copiedDraft(draft: RowDraft, columns: readonly DataColumn[], row: DataRow | undefined): RowDraft {
  const texts = columns
    .filter((column) => isWritable(column, true))
    .map((column) => [column.name, { text: draftText(draft, column, row), seen: undefined }] as const)
    .filter(([, { text }]) => text !== "");
  return { fields: new Map(texts), more: draft.more };
}
