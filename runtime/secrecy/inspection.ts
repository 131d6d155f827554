import { mask } from "./redacting-logger.js";

const inspectKeys = [Symbol.for("nodejs.util.inspect.custom"), Symbol.for("Deno.customInspect")];

/** Members for a prototype. JSON and inspection of an object with this prototype show only what `show` returns. */
export function shownAs(show: (object: object) => object): PropertyDescriptorMap {
  const value = function (this: object): object {
    return show(this);
  };
  return Object.fromEntries(["toJSON", ...inspectKeys].map((key) => [key, { value }]));
}

/** Makes copies that have every member, but show `[redacted]` in JSON and inspection for each secret one. */
export function concealing<T extends object>(isSecret: (key: string) => boolean): (object: T) => T {
  const mayBeSeen = (object: object): object =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, isSecret(key) ? mask : value]));
  const prototype = Object.freeze(Object.create(Object.prototype, shownAs(mayBeSeen)));
  return (object) => Object.freeze(Object.create(prototype, Object.getOwnPropertyDescriptors(object)));
}
