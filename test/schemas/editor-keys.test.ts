import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument, stringify } from "yaml";
import { createProject, linkPackage, removeProject } from "../support/project.js";
import { fullKeys, fullValue, type Path, partsOf } from "./full-document.js";
import { type Editor, type Place, startEditor } from "./language-server.js";
import { extensionSchema, moduleSchema, selected, webhookSchema } from "./manifest-schema.js";
import { isObject, type Json, type JsonObject } from "./read.js";

let folder: string;
let editor: Editor;
beforeAll(async () => {
  folder = await createProject({});
  await linkPackage(folder);
  editor = await startEditor(folder);
});
afterAll(async () => {
  await editor.close();
  await removeProject(folder);
});

/** Keys with which a document would be of another format. All of them stand in another format as well. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  formatScaffold: ["extension.delivery"],
  formatFlatProperties: ["settings"],
  formatMinimal: ["settings", "id"],
};

function without(value: Json, path: string): Json {
  const [key = "", ...rest] = path.split(".");
  if (!isObject(value)) return value;
  const { [key]: inner, ...others } = value;
  return rest.length === 0 || inner === undefined ? others : { ...others, [key]: without(inner, rest.join(".")) };
}

/** Behind the first letter of a key: the server takes the place before it for the end of what stands above. */
function placeOf(document: Document, path: Path, lines: LineCounter): Place {
  let node: unknown = document.contents;
  let key: unknown;
  for (const part of path) {
    const pair = isMap(node) ? node.items.find((item) => isNode(item.key) && item.key.toJSON() === part) : undefined;
    [key, node] = [pair?.key, isSeq(node) ? node.items[Number(part)] : pair?.value];
  }
  if (!isNode(key) || !key.range) throw new Error(`no key ${path.join(".")}`);
  const { line, col } = lines.linePos(key.range[0]);
  return { line: line - 1, character: col };
}

/** A text that is shown as Markdown, as the author wrote it. */
function shown(markdown: string): string {
  return markdown.replaceAll("&nbsp;", " ").replace(/\\(.)/g, "$1").replace(/\s+/g, " ");
}

const definitions = (schema: JsonObject) => Object.entries(schema.$defs as Record<string, JsonObject>);
const formats = definitions(extensionSchema).filter(([name]) => name.startsWith("format"));
const modules = definitions(moduleSchema).filter(([name]) => name.startsWith("form"));
const documents = [
  ...formats.map(([name, format]) => [name, format, extensionSchema] as const),
  ...modules.map(([name, form]) => [name, form, moduleSchema] as const),
  ["webhook", webhookSchema, webhookSchema] as const,
];
/** Definitions that several formats share are looked at once. */
const seen = new Set<JsonObject>();

describe("with every key that there is, in the YAML language server,", () => {
  it.each(documents)("%s is found right, and each key is explained", async (name, schema, whole) => {
    const left = elsewhere[name] ?? [];
    const value = left.reduce(without, fullValue(schema, whole));
    if (schema !== whole) expect(selected(whole, value)).toBe(name);
    const modeline = `# yaml-language-server: $schema=node_modules/kiket-gen/schemas/${whole.$id}\n`;
    const text = modeline + stringify(value, { aliasDuplicateObjects: false });
    const path = join(folder, `${name}.yaml`);
    await editor.open(path, text);
    expect(await editor.problems(path)).toEqual([]);
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
    const unexplained: (readonly [string, string])[] = [];
    for (const { path: keys, schema: member } of fullKeys(schema, whole)) {
      if (seen.has(member) || left.some((key) => `${keys.join(".")}.`.startsWith(`${key}.`))) continue;
      seen.add(member);
      const parts = partsOf(member, whole);
      const own = parts.find((part) => part.description !== undefined)?.description;
      // Of a known name, what it means is shown.
      const names = parts.flatMap(({ anyOf }) => (Array.isArray(anyOf) ? anyOf.filter(isObject) : []));
      const known = names.find((part) => part.const !== undefined && part.const === document.getIn(keys))?.description;
      const hover = shown(await editor.hover(path, placeOf(document, keys, lines)));
      const expected = String(known ?? own);
      if (!hover.includes(shown(expected))) unexplained.push([keys.join("."), hover]);
    }
    expect(unexplained).toEqual([]);
  });

  it("more than three hundred keys were looked at", () => {
    expect(seen.size).toBeGreaterThan(300);
  });
});
