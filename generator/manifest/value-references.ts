import type { Reference } from "../model/model.js";
import type { ManifestNode } from "../yaml/node.js";

// (fact 523)
const forms = [
  { form: String.raw`\benv:\s*(?<name>[A-Za-z_]\w*)\b\s*`, flags: "i", from: "env" },
  // Only upper case: `env.production` may be plain text.
  { form: String.raw`\benv\.(?<name>[A-Z_][A-Z0-9_]*)\b`, flags: "", from: "env" },
  { form: String.raw`\$\{(?<name>[A-Za-z_]\w*)(?::-(?<fallback>[^}]*))?\}`, flags: "", from: "env" },
  { form: String.raw`\bext\.(?<name>[A-Z_][A-Z0-9_]*)\b`, flags: "", from: "ext" },
] as const;

const patterns = forms.map(({ form, flags, from }) => {
  return { from, whole: new RegExp(`^${form}$`, flags), anywhere: new RegExp(form, `${flags}g`) };
});

/** The reference, if the whole text is one. A reference with text around it is plain text. */
export function parseReference(text: string): Reference | undefined {
  for (const { whole, from } of patterns) {
    const groups = whole.exec(text)?.groups;
    if (groups?.name === undefined) continue;
    return groups.fallback === undefined
      ? { from, name: groups.name }
      : { from, name: groups.name, fallback: groups.fallback };
  }
  return undefined;
}

/** All names that a value refers to, also in references with text around them. */
export function referencesIn(node: ManifestNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (at: ManifestNode): void => {
    if (at.kind === "map") for (const { value } of at.entries.values()) visit(value);
    else if (at.kind === "list") for (const item of at.items) visit(item);
    else
      for (const { anywhere } of patterns)
        for (const { groups } of at.text.matchAll(anywhere)) names.add(groups?.name ?? "");
  };
  visit(node);
  return names;
}
