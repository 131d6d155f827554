import { otherName } from "../../../generator/base/event-family.js";
import { eventFileName, payloadTypeName } from "../../../generator/base/naming.js";
import type { Confidence } from "../../../generator/contracts/event-catalog.js";
import { readSchemaFolder } from "../../../generator/contracts/schemas/read-folder.js";
import { evidence } from "../../../generator/terminal/event-list.js";
import { isObject, type Json, type JsonObject } from "../../schemas/read.js";
import { type EventFamily, eventFamilies } from "./event-families.js";
import { anchorOf, block, code, page, plainText, sentence, table } from "./markdown.js";
import { type Follow, membersOf, memberTable } from "./schema-members.js";

/** An event schema and where it stands. */
interface ShownEvent {
  readonly name: string;
  readonly version: string;
  readonly category: string;
  readonly confidence: Confidence;
  readonly file: string;
  readonly schema: JsonObject;
  readonly family: EventFamily;
  /** A payload without what Kiket adds to each delivery. */
  readonly sample: object;
}

const folder = "docs/reference/events";
const shared = ["envelope.v1.schema.json", "shapes.v1.schema.json"];

/** Where a manifest declares an event of these categories. Others are hooks. */
const declaredAt: Readonly<Record<string, string>> = {
  command: "[`extension.contributes.commands`](../manifest/canonical.md#extensioncontributescommands)",
  workflow_action:
    "[`extension.contributes.workflow_actions`](../manifest/canonical.md#extensioncontributesworkflow_actions)",
  setup_test: "`action` of a step [`extension.setup`](../manifest/canonical.md#extensionsetup)",
};

/** The events in the order of their files, which is that of their names. */
export function shownEvents(files: ReadonlyMap<string, JsonObject>): readonly ShownEvent[] {
  const folder = "events";
  const sources = [...files].map(([file, schema]) => ({ path: `${folder}/${file}`, text: JSON.stringify(schema) }));
  const samples = new Map(
    readSchemaFolder(folder, sources, []).events.map(({ event, version, example }) => [`${event}@${version}`, example]),
  );
  return [...files].flatMap(([file, schema]): readonly ShownEvent[] => {
    if (shared.includes(file)) return [];
    const [name, version, category] = ["event", "version", "category"].map((key) => String(schema[`x-kiket-${key}`]));
    if (name === undefined || version === undefined || category === undefined) return [];
    const family = eventFamilies.find(({ has }) => has({ name, category }));
    if (family === undefined) throw new Error(`no page for the event ${name} of the category ${category}`);
    const sample = samples.get(`${name}@${version}`) ?? {};
    return [
      { name, version, category, confidence: schema["x-kiket-confidence"] as Confidence, file, schema, family, sample },
    ];
  });
}

function headingOf({ name, version, schema }: ShownEvent): string {
  return schema["x-kiket-generic"] === true ? `Other events like ${name} ${version}` : `${name} ${version}`;
}

function linkTo(event: ShownEvent): string {
  return `[${code(event.name)}](${event.family.page}.md#${anchorOf(headingOf(event))})`;
}

/** Follows references of event schemas: shapes are links, and the envelope is left out. */
function followIn(files: ReadonlyMap<string, JsonObject>): Follow {
  const shapes = files.get("shapes.v1.schema.json")?.$defs;
  return (reference) => {
    const [file, pointer = ""] = reference.split("#");
    const shape = isObject(shapes) ? shapes[pointer.replace("/$defs/", "")] : undefined;
    if (isObject(shape)) {
      const title = String(shape.title);
      return { schema: shape, shown: `[${title}](shapes.md#${anchorOf(title)})` };
    }
    return { schema: files.get(file ?? "") ?? {}, shown: "the envelope" };
  };
}

function alternatives({ anyOf }: JsonObject): string {
  const lists = (Array.isArray(anyOf) ? anyOf : []).flatMap((part) =>
    isObject(part) && Array.isArray(part.required)
      ? [part.required.map((name) => code(String(name))).join(" and ")]
      : [],
  );
  return lists.length === 0 ? "" : `A delivery has ${lists.join(" or ")}.`;
}

function eventSection(event: ShownEvent, events: readonly ShownEvent[], follow: Follow): string {
  const { name, version, category, confidence, file, schema, sample } = event;
  const isGeneric = schema["x-kiket-generic"] === true;
  const other = events.find((each) => each.name === otherName(name));
  const generated = eventFileName(name, version);
  const facts = [
    `Evidence: ${evidence[confidence]} (${code(confidence)})`,
    schema["x-kiket-answer"] === "verdict"
      ? "Kiket waits for the verdict of the handler: `allow()`, `deny(…)` or `pending(…)`"
      : "No source says that Kiket waits for a verdict",
    `In the manifest: ${declaredAt[category] ?? "[a hook](../manifest/canonical.md#extensionhooks)"}`,
    ...(isGeneric
      ? []
      : [
          `Type: ${code(payloadTypeName({ name, version }))} in ${code(`src/generated/events/${generated}.gen.ts`)}`,
          `Handler: ${code(`src/handlers/${generated}.ts`)}`,
        ]),
    ...(other === undefined ? [] : [`Other name: ${linkTo(other)}. A handler of one of the two gets both`]),
    `Schema: [${file}](../../../schemas/events/${file})`,
  ];
  const members = membersOf({ ...schema, allOf: [] }, follow);
  return page(
    `## ${headingOf(event)}`,
    plainText(String(schema.description)),
    facts.map((fact) => `* ${fact}.`).join("\n"),
    members.length === 0
      ? "No member is known, except those that [every delivery has](envelope.md)."
      : memberTable(members),
    alternatives(schema),
    ...(Object.keys(sample).length === 0
      ? []
      : ["A sample, without what Kiket adds to each delivery:", block("json", JSON.stringify(sample, null, 2))]),
  );
}

function familyPage(family: EventFamily, events: readonly ShownEvent[], follow: Follow): string {
  const own = events.filter((event) => event.family === family);
  const list = own.map((event) => `[${headingOf(event)}](#${anchorOf(headingOf(event))})`).join(", ");
  return page(
    `# ${family.title}`,
    plainText(family.intro),
    `On this page: ${plainText(list)}. What every delivery has beside these members is in [the envelope](envelope.md). [All events](README.md).`,
    ...own.map((event) => eventSection(event, events, follow)),
  );
}

function firstSentence(text: Json | undefined): string {
  return /^.*?\.(?=\s|$)/s.exec(String(text))?.[0] ?? String(text);
}

function indexPage(events: readonly ShownEvent[]): string {
  const sections = eventFamilies.map((family) => {
    const own = events.filter((event) => event.family === family);
    const rows = own.map((event) => [
      linkTo(event),
      event.version,
      plainText(firstSentence(event.schema.description)),
      event.confidence,
      event.schema["x-kiket-answer"] === "verdict" ? "yes" : "",
    ]);
    return page(
      `## [${family.title}](${family.page}.md)`,
      table(["event", "version", "what it is", "evidence", "waits for a verdict"], rows),
    );
  });
  const grades = Object.entries(evidence).map(([grade, words]) => [code(grade), sentence(words)]);
  return page(
    "# Events",
    "Every event that is known, with its versions. `kiket-gen events` prints the same list, and `kiket-gen events <name>` one event.",
    "Kiket does not publish schemas of its events. Each event says how sure its members are:",
    table(["evidence", "what it means"], grades),
    "All objects may have more members than are listed. An event that is not in this list can be hooked too: then the payload has the type of [the envelope](envelope.md). No source names a scope that an extension needs to receive an event.",
    "[Shapes](shapes.md) are the objects that several events have, such as an issue.",
    ...sections,
  );
}

function envelopePage(schema: JsonObject, follow: Follow, whole: Json): string {
  return page(
    "# The envelope",
    plainText(String(schema.description)),
    memberTable(membersOf(schema, follow)),
    "A complete delivery of `issue.created`. The token is made up:",
    block("json", JSON.stringify(whole, null, 2)),
    "[All events](README.md)",
  );
}

function shapesPage(schema: JsonObject, follow: Follow): string {
  const shapes = isObject(schema.$defs) ? Object.values(schema.$defs).filter(isObject) : [];
  return page(
    "# Shapes",
    plainText(String(schema.description)),
    "In generated code each is an interface in `src/generated/shapes.gen.ts`. [All events](README.md).",
    ...shapes.map((shape) =>
      page(`## ${shape.title}`, plainText(String(shape.description)), memberTable(membersOf(shape, follow))),
    ),
  );
}

/** Every page about events, by path. `files`: those of `schemas/events`, by name. */
export function eventPages(files: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, string> {
  const follow = followIn(files);
  const events = shownEvents(files);
  const [envelope = {}, shapes = {}] = shared.map((name) => files.get(name));
  const created = events.find(({ name }) => name === "issue.created");
  const [whole = {}] = Array.isArray(created?.schema.examples) ? created.schema.examples : [];
  return new Map([
    [`${folder}/README.md`, indexPage(events)],
    [`${folder}/envelope.md`, envelopePage(envelope, follow, whole)],
    [`${folder}/shapes.md`, shapesPage(shapes, follow)],
    ...eventFamilies.map((family) => [`${folder}/${family.page}.md`, familyPage(family, events, follow)] as const),
  ]);
}
