import { isJsonObject } from "../json.js";

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** A wire type of the OpenAPI document with camelCase members; members that the document does not name are left out. */
export type FromWire<T> = T extends readonly (infer Item)[]
  ? FromWire<Item>[]
  : T extends object
    ? { readonly [Key in keyof T as string extends Key ? never : CamelCase<Key & string>]: FromWire<T[Key]> }
    : T;

function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [camelCase(name), convert(item)]));
}

/** The platform's snake_case names to camelCase, at every depth. Not for free data such as custom-data records. */
export function fromWire<T>(value: T): FromWire<T> {
  return convert(value) as FromWire<T>;
}
