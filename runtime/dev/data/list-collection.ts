import { type JsonObject, member } from "../../base/json.js";
import { timestamp } from "../../platform/clock.js";
import { countedId } from "../../platform/custom-data/record-changes.js";
import type { DataCollection } from "../../platform/inspector/data-view.js";
import type { PlatformSeed } from "../../platform/operations/index.js";
import { type Collection, type CollectionInputs, gone, inferredColumns, unfit } from "./collection.js";
import { rowProblems } from "./row-problems.js";

/** A collection that is one list of a seed. */
export interface ListCollectionOptions {
  readonly about: Omit<DataCollection, "count" | "can">;
  readonly list: readonly JsonObject[];
  /** The data with another list. Absent: nobody changes it. */
  readonly put?: (list: readonly JsonObject[]) => PlatformSeed;
  /** The member that is the key. Default: `id`. */
  readonly key?: string;
  /** Whether rows are only removed. Default false. */
  readonly isTakenOnly?: boolean;
  /** Fills what the platform does not fill by itself in a new row. */
  readonly filled?: (values: JsonObject, list: readonly JsonObject[]) => JsonObject;
  /** What else is wrong with values, such as a name that leads nowhere. */
  readonly check?: (values: JsonObject) => ReturnType<typeof rowProblems>;
}

/** The next number that no row has as its id. */
export function withNextId(values: JsonObject, list: readonly JsonObject[]): JsonObject {
  if (member(values, "id") !== undefined) return values;
  const numbers = list.map(({ id }) => countedId(id));
  return { id: Math.max(0, ...numbers) + 1, ...values };
}

export function listCollection(options: ListCollectionOptions, { seed, variables, now }: CollectionInputs): Collection {
  const { list, put, key = "id", isTakenOnly = false, filled = (values) => values, check = () => [] } = options;
  const names = options.about.columns.map(({ name }) => name);
  const more = options.about.isOpen === true ? inferredColumns(list, names) : [];
  const about = { ...options.about, columns: [...options.about.columns, ...more] };
  const keyOf = (row: JsonObject): string => String(member(row, key));
  const edited = (next: readonly JsonObject[]) => ({ seed: put?.(next) ?? seed, variables });

  function require(values: JsonObject, others: readonly JsonObject[], isNew: boolean): void {
    // Of inferred columns only the type is known that values had so far.
    const problems = [
      ...rowProblems({ ...about, columns: options.about.columns }, values, others, isNew),
      ...check(values),
    ];
    if (problems.length > 0) throw unfit(problems);
  }

  const add: Collection["add"] = (values) => {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    require(given, list, true);
    return edited([...list, filled(given, list)]);
  };
  const change: Collection["change"] = (name, values) => {
    const row = list.find((one) => keyOf(one) === name);
    if (row === undefined) throw gone();
    require(values, list.filter((one) => one !== row), false);
    const time = Object.hasOwn(row, "updated_at") ? { updated_at: timestamp(now()) } : {};
    const changed = { ...row, ...values, ...time };
    return { ...edited(list.map((one) => (one === row ? changed : one))), key: name };
  };
  const remove: Collection["remove"] = (name) => {
    const rest = list.filter((one) => keyOf(one) !== name);
    if (rest.length === list.length) throw gone();
    return { ...edited(rest), key: name };
  };
  return {
    about,
    rows: list.map((row) => ({ key: keyOf(row), values: row })),
    ...(put === undefined ? {} : { remove, ...(isTakenOnly ? {} : { add, change }) }),
  };
}
