import { KiketError, reasonOf } from "../base/errors.js";

/** A value cannot be sent, because JSON would lose something of it. The message names the place in the value. */
export class ResultError extends KiketError {
  override readonly name: string = "ResultError";
}

const deepest = 500;
/** Of a path, as many steps are shown from its start and as many from its end. */
const shownSteps = 6;
const longestStep = 60;

function stepText(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return /^[a-z_$][\w$]{0,60}$/i.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, longestStep))}]`;
}

function pathText(name: string, steps: readonly (string | number)[]): string {
  const texts = steps.map(stepText);
  if (texts.length <= 2 * shownSteps) return `${name}${texts.join("")}`;
  return `${name}${texts.slice(0, shownSteps).join("")} … ${texts.slice(-shownSteps).join("")}`;
}

/** Whether the prototype is that of a plain object, of this realm or of another one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function classOf(value: object): string {
  const made = value as { readonly constructor?: { readonly name?: unknown } | undefined };
  const name = made.constructor?.name;
  return typeof name === "string" && /^[\w$]{1,60}$/.test(name) ? name : "object";
}

/** Why JSON would lose an object that is not plain and has no `toJSON`; undefined for an instance with members. */
function lossOf(value: object): string | undefined {
  if ("then" in value && typeof value.then === "function") return "is a promise: await it";
  if (value instanceof Error || Object.prototype.toString.call(value) === "[object Error]") {
    return "is an Error: use a text, such as its message";
  }
  if (value instanceof Map) return "is a Map: use Object.fromEntries(map)";
  if (value instanceof Set) return "is a Set: use [...set]";
  if (ArrayBuffer.isView(value)) return `is a ${classOf(value)}: use a list or text, or raw() for the whole result`;
  if ("arrayBuffer" in value && typeof value.arrayBuffer === "function") {
    return `is a ${classOf(value)}: return raw(body, { contentType }) for a reply that is not JSON`;
  }
  if (Symbol.asyncIterator in value) return "is a stream or an async generator: read it, and use a list or text";
  if (Object.keys(value).length > 0) return undefined;
  if (Symbol.iterator in value)
    return `is an iterator or collection (${classOf(value)}): use a list, such as [...values]`;
  return `is an instance of ${classOf(value)}, of which JSON would keep nothing: use a plain object`;
}

/** Date, and the date types of libraries, become null. */
function isInvalidDate(value: unknown): boolean {
  return Number.isNaN((value as { valueOf?(): unknown }).valueOf?.());
}

/** The number, text or truth value in an object such as `new Number(1)`, as JSON takes it out. */
function unboxed(value: object): unknown {
  const isBoxed = value instanceof Number || value instanceof String || value instanceof Boolean;
  return isBoxed ? value.valueOf() : value;
}

/** What JSON can hold as it is, which is most of a usual result. */
function isScalar(value: unknown): boolean {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    value === null ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

/**
 * The result, or a copy of it in which `toJSON` has been called. JSON.stringify would leave out or empty what JSON cannot hold, or
 * make null of it: that is an error here. Members that are undefined are left out, as in JSON. Errors call the result by `name`.
 * @throws {ResultError}
 */
export function plainResult(result: unknown, name = "result"): unknown {
  const steps: (string | number)[] = [];
  const above: object[] = [];

  const fail = (why: string): never => {
    throw new ResultError(`${pathText(name, steps)} ${why}`);
  };

  const inner = (value: unknown, key: string | number): unknown => {
    if (value === undefined || isScalar(value)) return value;
    if (typeof value === "number") return fail(`is ${value}`);
    const { toJSON } = value as { readonly toJSON?: unknown };
    return held(typeof toJSON === "function" ? toJSON.call(value, String(key)) : value, value);
  };

  /** `from` is the value before its `toJSON` was called. */
  const held = (value: unknown, from: unknown): unknown => {
    if (typeof value === "bigint") return fail("is a BigInt: use a number or text");
    if (typeof value === "function" || typeof value === "symbol") return fail(`is a ${typeof value}`);
    if (value === null && isInvalidDate(from)) return fail("is an invalid date");
    if (typeof value !== "object" || value === null) return inner(value, "");
    if (above.includes(value)) return fail("contains itself");
    if (above.length >= deepest) return fail(`is nested more than ${deepest} levels deep`);
    above.push(value);
    const plain = Array.isArray(value) ? items(value) : members(value);
    above.pop();
    return plain;
  };

  const items = (list: readonly unknown[]): unknown => {
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length; index += 1) {
      steps.push(index);
      const item = list[index];
      const plain = inner(item, index);
      if (plain === undefined) fail("is undefined, which a list in JSON cannot hold: use null");
      steps.pop();
      if (plain === item) continue;
      copy ??= [...list];
      copy[index] = plain;
    }
    return copy ?? list;
  };

  const members = (object: object): unknown => {
    if (!isPlain(object)) {
      const value = unboxed(object);
      if (value !== object) return inner(value, "");
      const loss = lossOf(object);
      if (loss !== undefined) fail(loss);
    }
    const keys = Object.keys(object);
    if (keys.length === 0 && Reflect.ownKeys(object).length > 0) {
      fail("has only members that JSON leaves out, such as symbols");
    }
    let copy: Record<string, unknown> | undefined;
    for (const key of keys) {
      steps.push(key);
      const item = (object as Readonly<Record<string, unknown>>)[key];
      const plain = inner(item, key);
      steps.pop();
      if (plain === item) continue;
      copy ??= { ...object };
      copy[key] = plain;
    }
    return copy ?? object;
  };

  try {
    return inner(result, "");
  } catch (cause) {
    if (cause instanceof ResultError) throw cause;
    // A getter, a `toJSON` or a proxy has thrown.
    throw new ResultError(`${pathText(name, steps)} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}
