import { type JsonObject, member } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import { changeProblems, type FittedRecord, fitRecord } from "./table-rules.js";
import type { TableSeed } from "./table-seed.js";

/** The columns that Kiket fills, beside `id`. */
function generatedColumns(rules: TableSeed | undefined): readonly string[] {
  return (rules?.columns ?? []).filter(({ name, generated }) => generated && name !== "id").map(({ name }) => name);
}

/** Whether extensions choose the ids of the records. */
function hasOwnIds({ columns }: TableSeed): boolean {
  return columns.some(({ name, generated = false }) => name === "id" && !generated);
}

/** The number to count on from after an id; 0 for one that is none, or too large to count on from: the next would be no other number. */
export function countedId(id: unknown): number {
  const number = typeof id === "string" ? Number(id) : id;
  return typeof number === "number" && number > 0 && number < 2 ** 52 && Number.isInteger(number) ? number : 0;
}

/** A record with its id and times. `lastId`: the number that was given last as an id in this table. */
export function withStamps(record: JsonObject, lastId: number, now: Clock): JsonObject {
  const time = timestamp(now());
  const [created, updated] = [record.created_at ?? time, record.updated_at ?? time];
  return { id: record.id ?? lastId + 1, ...record, created_at: created, updated_at: updated };
}

/**
 * A new record as a call or a reader asks for it, or what the table does not allow in it. Without rules, it takes everything but an id.
 * `others`: the records of the project.
 */
export function createdRecord(
  rules: TableSeed | undefined,
  { id, ...rest }: JsonObject,
  { others, lastId, now }: { readonly others: readonly JsonObject[]; readonly lastId: number; readonly now: Clock },
): FittedRecord {
  if (rules === undefined) return { row: rest };
  const fitted = fitRecord(rules, hasOwnIds(rules) && id !== undefined ? { id, ...rest } : rest, others, now);
  if ("problems" in fitted) return fitted;
  const numbers = generatedColumns(rules).map((name) => [name, lastId + 1]);
  return { row: { ...fitted.row, ...Object.fromEntries(numbers) } };
}

/** A record with changes, or what the table does not allow in them. What Kiket fills stays. `others`: the other records of the project. */
export function changedRecord(
  rules: TableSeed | undefined,
  row: JsonObject,
  changes: JsonObject,
  { others, now }: { readonly others: readonly JsonObject[]; readonly now: Clock },
): FittedRecord {
  const problems = rules === undefined ? [] : changeProblems(rules, changes, others);
  if (problems.length > 0) return { problems };
  const { id, created_at } = row;
  const kept = Object.fromEntries(generatedColumns(rules).map((name) => [name, member(row, name)]));
  return { row: { ...row, ...changes, ...kept, id, created_at, updated_at: timestamp(now()) } };
}
