import type { Environment } from "../base/process.js";
import { waitUntilOf } from "./wait-until.js";

/** The text of a binding; undefined if it is a service, a store or another object with functions of its own. */
function textOf(binding: unknown): string | undefined {
  if (typeof binding === "string") return binding;
  if (typeof binding === "number" || typeof binding === "boolean") return String(binding);
  if (typeof binding !== "object" || binding === null) return undefined;
  // A variable that is JSON arrives parsed.
  const prototype: unknown = Object.getPrototypeOf(binding);
  return prototype === Object.prototype || prototype === Array.prototype ? JSON.stringify(binding) : undefined;
}

/**
 * The variables and secrets of a worker, from the arguments that its platform passes to `fetch` after the request. Undefined if they
 * are not those of a worker, `(env, context)`: Bun and Deno pass other objects in the same place.
 */
export function bindingsOf([bindings, context]: readonly unknown[]): Environment | undefined {
  if (typeof bindings !== "object" || bindings === null || waitUntilOf([context]) === undefined) return undefined;
  const texts = Object.entries(bindings).map(([name, binding]) => [name, textOf(binding)] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined));
}

function isSame(one: Environment, other: Environment): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** A worker has one environment; a test or a host of several workers has a few. */
const mostRemembered = 8;

/** What was made for each set of bindings. It is made once, and for bindings with other values never shared. */
export interface ByBindings<Made> {
  /** Undefined if the arguments have no bindings. */
  of(platform: readonly unknown[]): Made | undefined;
  /** The newest first. */
  all(): readonly Made[];
}

export function createByBindings<Made>(make: (bindings: Environment) => Made): ByBindings<Made> {
  /** Usually the platform passes the same object each time. */
  const byObject = new WeakMap<object, Made>();
  let remembered: readonly { readonly bindings: Environment; readonly made: Made }[] = [];

  const find = (bindings: Environment): Made => {
    const known = remembered.find((entry) => isSame(entry.bindings, bindings));
    if (known !== undefined) return known.made;
    const made = make(bindings);
    remembered = [{ bindings, made }, ...remembered].slice(0, mostRemembered);
    return made;
  };

  return {
    of(platform) {
      const [object] = platform;
      if (typeof object !== "object" || object === null) return undefined;
      const known = byObject.get(object);
      if (known !== undefined) return known;
      const bindings = bindingsOf(platform);
      if (bindings === undefined) return undefined;
      const made = find(bindings);
      byObject.set(object, made);
      return made;
    },
    all: () => remembered.map(({ made }) => made),
  };
}
