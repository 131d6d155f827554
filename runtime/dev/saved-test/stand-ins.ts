import { isJsonObject } from "../../base/json.js";
import { literally } from "../../platform/inspector/text-finder.js";
import { mask, shortestInside } from "../../secrecy/redacting-logger.js";

type Texts = Readonly<Record<string, string>>;

/** What is in the place of secrets: a handler finds a value, as it did. Equal secrets stay equal. */
export function standInsOf(secrets: Texts): Texts {
  const byValue = new Map<string, string>();
  const entries = Object.entries(secrets).map(([name, value]) => {
    const standIn = byValue.get(value) ?? `stand-in of ${name}`;
    byValue.set(value, standIn);
    return [name, standIn] as const;
  });
  return Object.fromEntries(entries);
}

/** Finds the secrets that are hidden inside of longer texts; undefined if there is none. */
function finderOf(secrets: Iterable<string>): RegExp | undefined {
  // The longest first: it may have another one in it.
  const long = [...secrets].filter(({ length }) => length >= shortestInside).sort((a, b) => b.length - a.length);
  if (long.length === 0) return undefined;
  return new RegExp(long.map(literally).join("|"), "g");
}

/**
 * Redacted data with stand-ins where just secrets were hidden, since a handler may compare them with those that it has. `original` is the
 * same before it was redacted. Nothing else that is hidden comes back.
 */
export function withStandIns<Data>(redacted: Data, original: unknown, secrets: Texts): Data {
  const standIns = standInsOf(secrets);
  const names = Object.keys(secrets).filter((name) => secrets[name] !== "");
  const byValue = new Map(names.map((name) => [secrets[name] ?? "", standIns[name] ?? mask]));
  const finder = finderOf(byValue.keys());
  const textOf = (shown: string, before: string): string => {
    const whole = byValue.get(before);
    if (whole !== undefined) return whole;
    if (finder === undefined || before.replace(finder, mask) !== shown) return shown;
    return before.replace(finder, (secret) => byValue.get(secret) ?? mask);
  };
  const place = (shown: unknown, before: unknown): unknown => {
    if (typeof shown === "string" && typeof before === "string") {
      return shown === before ? shown : textOf(shown, before);
    }
    if (Array.isArray(shown) && Array.isArray(before)) return shown.map((item, index) => place(item, before[index]));
    if (!isJsonObject(shown) || !isJsonObject(before)) return shown;
    const members = Object.entries(shown).map(([name, item]) => {
      return [name, Object.hasOwn(before, name) ? place(item, before[name]) : item] as const;
    });
    return Object.fromEntries(members);
  };
  return place(redacted, original) as Data;
}
