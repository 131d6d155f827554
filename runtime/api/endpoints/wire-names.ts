import { isJsonObject } from "../../base/json.js";
import { camelCase, snakeCase } from "../../base/snake-case.js";

/** A name of the OpenAPI document in camelCase. */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/**
 * A type of the OpenAPI document with camelCase members. Members that the document does not name are left out. The content of
 * the members in `Verbatim` is free data, whose names are not changed.
 */
export type FromWire<T, Verbatim extends string = never> = T extends readonly (infer Item)[]
  ? FromWire<Item, Verbatim>[]
  : T extends object
    ? {
        readonly [Key in keyof T as string extends Key ? never : CamelCase<Key & string>]: Key extends Verbatim
          ? T[Key]
          : FromWire<T[Key], Verbatim>;
      }
    : T;

/** Renames members at every depth. `isFree` gets the name before the renaming. */
function rename(value: unknown, toOther: (name: string) => string, isFree: (name: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, toOther, isFree));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [toOther(name), isFree(name) ? item : rename(item, toOther, isFree)]),
  );
}

/** Renames Kiket's snake_case members to camelCase. Not for free data, such as custom-data records. */
export function fromWire<T, Verbatim extends string = never>(
  value: T,
  verbatim: readonly Verbatim[] = [],
): FromWire<T, Verbatim> {
  const free = new Set<string>(verbatim);
  return rename(value, camelCase, (name) => free.has(name)) as FromWire<T, Verbatim>;
}

/** Renames camelCase members to Kiket's snake_case. */
export function toWire<T, Verbatim extends string = never>(
  value: FromWire<T, Verbatim>,
  verbatim: readonly Verbatim[] = [],
): T {
  const free = new Set<string>(verbatim);
  return rename(value, snakeCase, (name) => free.has(snakeCase(name))) as T;
}
