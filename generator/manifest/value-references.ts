import type { Reference } from "../model/model.js";

const forms: readonly { readonly pattern: RegExp; readonly from: Reference["from"] }[] = [
  { pattern: /^env:\s*(?<name>[A-Za-z_]\w*)\s*$/i, from: "env" },
  // Upper case only: `env.production` may be plain text.
  { pattern: /^env\.(?<name>[A-Z_][A-Z0-9_]*)$/, from: "env" },
  { pattern: /^\$\{(?<name>[A-Za-z_]\w*)(?::-(?<fallback>[^}]*))?\}$/, from: "env" },
  { pattern: /^ext\.(?<name>[A-Z_][A-Z0-9_]*)$/, from: "ext" },
];

/** The reference that a text is as a whole (manifest-and-events §0.5); text around a reference makes it plain text. */
export function parseReference(text: string): Reference | undefined {
  for (const { pattern, from } of forms) {
    const groups = pattern.exec(text)?.groups;
    if (groups?.name === undefined) continue;
    return groups.fallback === undefined
      ? { from, name: groups.name }
      : { from, name: groups.name, fallback: groups.fallback };
  }
  return undefined;
}
