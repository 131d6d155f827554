import type { Format } from "../../../generator/model/format.js";
import { traitsOf } from "../../../generator/model/format.js";
import { contentOf, type KeySection, type ShownKey } from "./manifest-keys.js";
import { anchorOf, block, code, page, plainText, sentence, table } from "./markdown.js";

const folder = "docs/reference/manifest";

/** A kind of file with its page. */
export interface ShownFormat {
  /** `canonical`, `module`. Also the name of the page. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** How kiket-gen knows the format, as Markdown. */
  readonly knownBy: string;
  readonly sections: readonly KeySection[];
  readonly example: { readonly path: string; readonly language: string; readonly text: string };
}

const readers = { run: "generator", lint: "`lint`", nobody: "" } as const;

function valueText({ type, required, values, examples, ...key }: ShownKey): string {
  const [example] = examples;
  return [
    type,
    ...(required ? ["required"] : []),
    ...("default" in key ? [`default ${code(JSON.stringify(key.default))}`] : []),
    ...(values.length > 0 ? [`one of ${values.map((value) => code(String(value))).join(" ")}`] : []),
    ...(values.length === 0 && example !== undefined && typeof example !== "object"
      ? [`such as ${code(String(JSON.stringify(example)))}`]
      : []),
  ].join(", ");
}

function nameOf({ path, section }: ShownKey): string {
  return section === undefined ? code(path) : `[${code(path)}](#${anchorOf(section)})`;
}

function codeLinks(codes: readonly string[]): string {
  return codes.map((each) => `[${each}](../diagnostics.md#${each.toLowerCase()})`).join(" ");
}

function keyTable(keys: readonly ShownKey[]): string {
  const rows = keys.map((key) => [
    nameOf(key),
    valueText(key),
    plainText(key.description),
    readers[key.reader],
    codeLinks(key.codes),
  ]);
  return table(["key", "value", "what it means", "read by", "diagnostics"], rows);
}

/** A section that another format has as well is described there. */
function sameAs(
  section: KeySection,
  described: readonly ShownFormat[],
): readonly [ShownFormat, KeySection] | undefined {
  if (section.path === "" || section.keys.length < 4) return undefined;
  const content = contentOf(section);
  for (const format of described) {
    const same = format.sections.find((other) => other.path !== "" && contentOf(other) === content);
    if (same !== undefined) return [format, same];
  }
  return undefined;
}

function sectionText(section: KeySection, described: readonly ShownFormat[]): string {
  const { path, about, keys } = section;
  const same = sameAs(section, described);
  const type = about === undefined ? "" : `${code(path)}: ${about.type}${about.required ? ", required" : ""}.`;
  return page(
    path === "" ? "## Top level" : `## ${plainText(path)}`,
    [type, sentence(plainText(about?.description ?? ""))].filter((text) => text !== "").join(" "),
    same === undefined
      ? keyTable(keys)
      : `The same keys as [${code(same[1].path)} of the format ${same[0].name}](${same[0].name}.md#${anchorOf(same[1].path)}): ${keys.map(nameOf).join(", ")}.`,
  );
}

function formatPage(format: ShownFormat, described: readonly ShownFormat[]): string {
  const { title, description, knownBy, example, sections } = format;
  return page(
    `# ${title}`,
    sentence(plainText(description)),
    knownBy === "" ? "" : `Known by: ${knownBy}.`,
    "The column *read by* says which part of kiket-gen reads a key. Where it is empty, the key is for Kiket, and kiket-gen only checks its name and type. [What is generated from each part](README.md#what-kiket-gen-does-with-a-key).",
    "## Example",
    `A whole file that kiket-gen accepts, \`${example.path}\`:`,
    block(example.language, example.text),
    ...sections.map((section) => sectionText(section, described)),
  );
}

/** What is said of each part, by the members of generated code that it leads to. */
const parts: readonly (readonly [part: string, use: string])[] = [
  [
    "hooks, activation events, `events`, `triggers`, `endpoints`, `webhooks`",
    "a payload type, a stub of a handler and a route for each event and version",
  ],
  ["commands, workflow actions, `actions`", "the same, with the parameters as members of the payload"],
  ["the `action` of a setup test", "the same"],
  ["permissions, `scopes`", "`Scope`, and which calls `context` offers ([scopes](../scopes.md))"],
  ["configuration, `settings`", "`context.settings`: type, default, and the values of a select"],
  ["secrets, and settings that are secret", "the names that `context.secret(name)` takes"],
  [
    "`custom_data` with the module files",
    "`context.customData()`: a typed client of each table, with the granted calls",
  ],
  ["the setup wizard", "adds options and labels to settings, and secrets"],
  ["`id`, `version`", "`context.extensionId` and `context.extensionVersion`"],
];

function indexPage(formats: readonly ShownFormat[]): string {
  const rows = formats.map(({ name, knownBy }) => {
    const isFile = name.startsWith("module");
    const { additions, summary } = isFile
      ? { additions: undefined, summary: "" }
      : traitsOf({ format: name as Format });
    const what = isFile ? "a custom-data module, beside the manifest" : plainText(summary);
    return [`[\`${name}\`](${name}.md)`, what, knownBy, additions === undefined ? "" : "yes"];
  });
  return page(
    "# Manifests",
    "A manifest says what an extension is: its events, permissions, settings, secrets and tables. Kiket has had several formats. kiket-gen reads all of them, and generates the same code from each.",
    "Choose `canonical` for a new extension: `kiket-gen init` writes it. Choose `evidence-adapter` for an adapter, and `kiket-webhook.yaml` for a receiver of webhooks without an extension. The others are for extensions that have them already: they need not be rewritten.",
    "## Formats",
    "The content decides, not the name of the file; only `kiket-webhook.yaml` is known by its name. The first row that matches is used. kiket-gen never changes a manifest into another format.",
    table(["format", "what it is", "known by", "`kiket-gen add` edits it"], rows),
    "A file that matches no row is [KG202](../diagnostics.md#kg202).",
    "## What kiket-gen does with a key",
    table(["part", "what is generated from it"], parts),
    "Kiket silently ignores a key that it does not know (seen in shipped code). So kiket-gen reports a misspelled key in each run ([KG801](../diagnostics.md#kg801)), and any other unknown key in `lint` ([KG802](../diagnostics.md#kg802)). A value of the wrong type is [KG204](../diagnostics.md#kg204) or [KG835](../diagnostics.md#kg835). Keys that start with `x-` are yours.",
    "The pages are made from the JSON Schemas that editors use: [how to use them in an editor](../../../schemas/README.md#in-an-editor). `<key>` stands for a name of your own, and `[]` for each entry of a list. The column *diagnostics* has the codes whose smallest example is a mistake in this key; other codes may speak of it too.",
  );
}

/** Every page about manifests, by path. A part that an earlier format has as well is described on the page of that one. */
export function manifestPages(formats: readonly ShownFormat[]): ReadonlyMap<string, string> {
  return new Map([
    [`${folder}/README.md`, indexPage(formats)],
    ...formats.map(
      (format, index) => [`${folder}/${format.name}.md`, formatPage(format, formats.slice(0, index))] as const,
    ),
  ]);
}
