/**
 * What plain data must look like: a type of `typeof`, a list of one shape, or a record. In a record, `"*"` is the shape of every
 * member that is not named, and a member whose name ends in `?` may be absent.
 */
export type DataShape = "string" | "boolean" | readonly [DataShape] | { readonly [name: string]: DataShape };

function isList(shape: DataShape): shape is readonly [DataShape] {
  return Array.isArray(shape);
}

function membersHave(record: object, shapes: ReadonlyMap<string, DataShape>): boolean {
  const required = [...shapes.keys()].filter((name) => name !== "*" && !name.endsWith("?"));
  return (
    required.every((name) => Object.hasOwn(record, name)) &&
    Object.entries(record).every(([name, value]) => {
      const shape = shapes.get(name) ?? shapes.get(`${name}?`) ?? shapes.get("*");
      return shape === undefined || hasShape(value, shape);
    })
  );
}

/** Whether data from outside has a shape. The caller says which type the shape describes. */
export function hasShape<T>(value: unknown, shape: DataShape): value is T {
  if (typeof shape === "string") return typeof value === shape;
  if (typeof value !== "object" || value === null || Array.isArray(value) !== isList(shape)) return false;
  if (!isList(shape)) return membersHave(value, new Map(Object.entries(shape)));
  return (value as unknown[]).every((item) => hasShape(item, shape[0]));
}

/** Whether a value is an object with members, as JSON has them: no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
