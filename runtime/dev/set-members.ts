import { closest, distance } from "fastest-levenshtein";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { schemaParts } from "../base/schema/schema-parts.js";
import { RequestProblem } from "../platform/inspector/request-problem.js";

/** The names in a path such as `issue.labels.0` or `issue.custom_fields."a.b"`; undefined if it is none. */
export function namesInPath(path: string): readonly string[] | undefined {
  const parts = [...path.matchAll(/(?:^|(?<!^)\.)(?:"((?:[^"\\]|\\.)*)"|([^."]+))/gy)];
  const length = parts.reduce((sum, [whole]) => sum + whole.length, 0);
  if (parts.length === 0 || length !== path.length) return undefined;
  return parts.map(([, quoted, plain]) => plain ?? quoted?.replace(/\\(.)/g, "$1") ?? "");
}

function asPath(names: readonly string[]): string {
  return names.map((name) => (/^[^."]+$/.test(name) ? name : JSON.stringify(name))).join(".");
}

/** Names in a path; no payload is so deep. */
const mostNames = 100;

/** What is known of one place in a payload. */
interface Place {
  /** Values of the payload and of the sample there. */
  readonly values: readonly unknown[];
  /** Those before anything was set. */
  readonly first: readonly unknown[];
  readonly schemas: readonly JsonObject[];
  /** Whether any member may be there. */
  readonly isFree: boolean;
}

function knownMembers({ values, schemas }: Pick<Place, "values" | "schemas">): readonly string[] {
  const declared = schemas.flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));
  return [...new Set([...declared, ...values.filter(isJsonObject).flatMap(Object.keys)])];
}

function below(place: Place, name: string, root: JsonObject): Place | undefined {
  if (place.isFree) return place;
  const lists = place.values.filter(Array.isArray);
  if (/^\d+$/.test(name) && (lists.length > 0 || place.schemas.some(({ items }) => isJsonObject(items)))) {
    // One behind the last is a new item, which has the form of the others.
    if (Number(name) > Math.max(0, ...lists.map(({ length }) => length))) return undefined;
    const items = place.schemas.flatMap(({ items }) => schemaParts(items, root));
    const itemsOf = (values: readonly unknown[]) =>
      values.filter(Array.isArray).map((list: readonly unknown[]) => list[Number(name)] ?? list[0]);
    return { values: itemsOf(place.values), first: itemsOf(place.first), schemas: items, isFree: false };
  }
  const declared = place.schemas.flatMap(({ properties }) =>
    isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [],
  );
  const present = membersOf(place.values, name);
  if (declared.length === 0 && present.length === 0) return isOpen(place) ? { ...place, isFree: true } : undefined;
  const schemas = declared.flatMap((schema) => schemaParts(schema, root));
  return { values: present, first: membersOf(place.first, name), schemas, isFree: false };
}

/** The member of each object that has one of this name. */
function membersOf(values: readonly unknown[], name: string): readonly unknown[] {
  return values.filter(isJsonObject).flatMap((object) => (Object.hasOwn(object, name) ? [object[name]] : []));
}

/** Whether the members of an object are the users' own: none is declared or present, or the schema describes any. */
function isOpen(place: Place): boolean {
  const isObject = place.values.some(isJsonObject) || place.schemas.some(({ type }) => type === "object");
  const namesNone = place.schemas.every(({ properties }) => properties === undefined);
  const describesAny = place.schemas.some(
    ({ additionalProperties, patternProperties }) =>
      isJsonObject(additionalProperties) ||
      isJsonObject(patternProperties) ||
      (additionalProperties === true && namesNone),
  );
  // What was set before closes no map: it may have several members.
  const known = knownMembers({ values: place.first, schemas: place.schemas });
  return isObject && (describesAny || known.length === 0);
}

function unfit(names: readonly string[], at: number, place: Place): RequestProblem {
  const [path, before] = [asPath(names.slice(0, at + 1)), names.slice(0, at)];
  const known = knownMembers(place);
  const name = names[at] ?? "";
  const near = known.length === 0 ? undefined : closest(name, [...known]);
  const isNear = near !== undefined && distance(name, near) <= Math.max(1, Math.floor(name.length / 2));
  const shown = known.slice(0, 12).map((each) => asPath([...before, each]));
  const list = place.values.find(Array.isArray);
  if (list !== undefined) {
    return new RequestProblem(
      422,
      `"${path}" fits nothing in the payload`,
      `the list "${asPath(before)}" has ${list.length} ${list.length === 1 ? "item" : "items"}, counted from 0`,
    );
  }
  if (known.length === 0)
    return new RequestProblem(422, `"${path}" fits nothing in the payload`, `"${asPath(before)}" has no members`);
  const hint = isNear
    ? `did you mean "${asPath([...before, near])}"?`
    : `there is ${shown.join(", ")}${known.length > shown.length ? ", …" : ""}`;
  return new RequestProblem(422, `"${path}" fits nothing in the payload`, hint);
}

function withMember(value: unknown, [name = "", ...rest]: readonly string[], given: unknown): unknown {
  const inner = (old: unknown): unknown => (rest.length === 0 ? given : withMember(old, rest, given));
  const list: unknown[] = Array.isArray(value) ? value : [];
  if (/^\d+$/.test(name) && (Array.isArray(value) || (value === undefined && name === "0"))) {
    const at = Number(name);
    return [...list.slice(0, at), inner(list[at]), ...list.slice(at + 1)];
  }
  const object = isJsonObject(value) ? value : {};
  // A map: a member with the name `__proto__` must not change the object's prototype.
  return Object.fromEntries([...new Map(Object.entries(object)).set(name, inner(member(object, name)))]);
}

/**
 * A copy of the payload with values set by path. Names in a path are separated by dots, and quoted if they contain some; a number is
 * the place in a list.
 * @throws {RequestProblem} 422 for a path that fits nothing in the payload, the sample or the schema.
 */
export function withMembersSet(
  payload: JsonObject,
  set: Readonly<Record<string, unknown>>,
  { sample, schema = {} }: { readonly sample: JsonObject; readonly schema?: JsonObject },
): JsonObject {
  let result = payload;
  for (const [path, value] of Object.entries(set)) {
    const names = namesInPath(path);
    if (names === undefined) {
      throw new RequestProblem(
        422,
        `"${path}" is not a path`,
        'write names with dots between them, such as issue.title or issue.custom_fields."a.b"',
      );
    }
    if (names.length > mostNames) {
      throw new RequestProblem(422, `"${path.slice(0, 80)}…" has more than ${mostNames} names`);
    }
    let place: Place = {
      values: [result, sample],
      first: [payload, sample],
      schemas: schemaParts(schema, schema),
      isFree: false,
    };
    for (const [at, name] of names.entries()) {
      const next = below(place, name, schema);
      if (next === undefined) throw unfit(names, at, place);
      place = next;
    }
    result = withMember(result, names, value) as JsonObject;
  }
  return result;
}
