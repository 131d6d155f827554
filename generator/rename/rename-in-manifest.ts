import { isPair, isScalar, type Node, type Pair, parseDocument, type Scalar, visit } from "yaml";

/** Keys whose text is an event's name, and lists of such names (manifest-and-events §1.2, §1.3). */
const nameKeys: ReadonlySet<string> = new Set(["event", "action"]);
const nameLists: ReadonlySet<string> = new Set([
  "activationEvents",
  "activation_events",
  "events",
  "hooks",
  "lifecycleEvents",
]);

type Path = readonly unknown[];

function keysOf(path: Path): string[] {
  return path.filter(isPair).map(({ key }: Pair) => (isScalar(key) ? String(key.value) : ""));
}

function namesEvent(position: number | "key" | "value" | null, path: Path): boolean {
  const keys = keysOf(path);
  const own = keys.at(-1) ?? "";
  if (position === "key") return false;
  if (typeof position === "number") return nameLists.has(own);
  // An action's key is its event, but a parameter's is not.
  return nameKeys.has(own) || (own === "key" && keys.includes("actions") && !keys.includes("inputs"));
}

function replacement(source: string, node: Scalar, name: string): string {
  const first = source[(node as Node).range?.[0] ?? 0];
  return first === '"' || first === "'" ? first + name + first : name;
}

/** The manifest with events under new names, everything else byte by byte as it was. */
export function renameEvents(source: string, names: ReadonlyMap<string, string>): string {
  const document = parseDocument(source, { stringKeys: true, uniqueKeys: false, prettyErrors: false });
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  visit(document, {
    Scalar(position, node, path) {
      const name = typeof node.value === "string" ? names.get(node.value) : undefined;
      if (name === undefined || !node.range || !namesEvent(position, path)) return;
      edits.push({ start: node.range[0], end: node.range[1], text: replacement(source, node, name) });
    },
  });
  return edits.reduceRight((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), source);
}
