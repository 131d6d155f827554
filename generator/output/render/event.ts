import { otherName } from "../../base/event-family.js";
import { docblock, propertyName, stringLiteral, unionOf } from "../../base/literals.js";
import { payloadTypeName } from "../../base/naming.js";
import { inWords } from "../../base/word-list.js";
import { type Confidence, type EventCatalog, type EventShape, shapeOf } from "../../contracts/event-catalog.js";
import { nestsParameters, originTraits } from "../../model/event-origin.js";
import type { EventModel, ParameterModel } from "../../model/model.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { codegen, codegenEntry, reexported, subjectName } from "./runtime-names.js";
import { membersOf, ownShapes } from "./shapes.js";
import { valueType } from "./value-type.js";

const evidence: Readonly<Partial<Record<Confidence, string>>> = {
  guessed: "This shape is a guess: no fixture and no shipped code shows it.",
  none: "The shape of this event is not known: only the envelope is typed. Read other members with `unrecorded` of kiket-gen/runtime.",
};

function parameterMember(
  { key, type, options, required, label, description }: ParameterModel,
  indent: number,
): Fragment {
  const doc = docblock([label, description], indent);
  return code`${doc}${" ".repeat(indent)}${propertyName(key)}${required ? "" : "?"}: ${options === undefined ? valueType[type] : unionOf(options)};\n`;
}

/** Parameters of a workflow action are in one member (fact 868); those of a command are at the top level (fact 869). */
function parameterMembers(event: EventModel): readonly Fragment[] {
  if (event.parameters.length === 0) return [];
  if (!nestsParameters(event)) return event.parameters.map((parameter) => parameterMember(parameter, 2));
  const members = event.parameters.map((parameter) => parameterMember(parameter, 4));
  return ["  /** Declared in the manifest. */\n  parameters: {\n", ...members, "  };\n"];
}

function payloadDoc(event: EventModel, shape: EventShape): string {
  const { record, exact } = shape;
  const origins = inWords(event.origins.map((origin) => originTraits[origin].words));
  const template = event.template === undefined ? "" : ` Rendered with the template of \`${event.template}\`.`;
  return docblock([
    event.description,
    record?.description,
    exact
      ? evidence[record?.confidence ?? "none"]
      : `The shape of version ${event.version} is not known: the members of ${record?.version} are used, and all of them are optional.`,
    `Declared in the manifest as ${origins}.${template}`,
  ]);
}

function block(...members: readonly Fragment[]): Fragment {
  return members.every((member) => member === "") ? "{}\n" : ["{\n", ...members, "}\n"];
}

function payload(event: EventModel, shape: EventShape, catalog: EventCatalog, layout: Layout): Fragment {
  const name = payloadTypeName(event);
  const { record, exact } = shape;
  const declared = parameterMembers(event);
  const doc = payloadDoc(event, shape);
  const members = record === undefined ? "" : membersOf(record, layout);
  const keys =
    declared.length === 0 ? [] : nestsParameters(event) ? ["parameters"] : event.parameters.map(({ key }) => key);
  const overridden = keys.filter((key) => record?.keys.includes(key));
  // A parameter may have the name of a member of the envelope, and another type.
  const hidden = keys.filter((key) => catalog.envelope.includes(key) && !overridden.includes(key));
  const declarations = record === undefined ? "" : ownShapes(catalog, record, layout);
  if (exact && overridden.length === 0) {
    const replaces = unionOf([...(record?.replaces ?? []), ...hidden]);
    const envelope = replaces === "never" ? codegen.Envelope : code`Omit<${codegen.Envelope}, ${replaces}>`;
    if (members === "" && declared.length === 0) return code`${declarations}${doc}export type ${name} = ${envelope};\n`;
    return code`${declarations}${doc}export interface ${name} extends ${envelope} ${block(members, ...declared)}`;
  }
  const recorded = code`interface Recorded {\n${members}}\n\n`;
  const base = overridden.length === 0 ? "Recorded" : `Omit<Recorded, ${unionOf(overridden)}>`;
  const offered = exact ? base : `Partial<${base}>`;
  const omitted = ["keyof Recorded", ...hidden.map(stringLiteral)].join(" | ");
  return code`${declarations}${recorded}${doc}export interface ${name} extends Omit<${codegen.Envelope}, ${omitted}>, ${offered} ${block(...declared)}`;
}

/** One event's module: its payload type, and `defineHandler` bound to it. */
export function renderEvent(event: EventModel, catalog: EventCatalog, layout: Layout): Fragment {
  const shape = shapeOf(catalog, event);
  const name = payloadTypeName(event);
  const extension = local("type", "Extension", paths.context(layout));
  const identity = `${stringLiteral(event.name)}, ${stringLiteral(event.version)}`;
  const parameters = event.parameters.map(({ key }) => stringLiteral(key)).join(", ");
  const other = otherName(event.name);
  const { record, exact } = shape;
  const required = other === undefined || !exact ? "" : (record?.required ?? []).map(stringLiteral).join(", ");
  const facts = [
    ...(parameters === "" ? [] : [`parameters: [${parameters}], nested: ${nestsParameters(event)}`]),
    ...(required === "" ? [] : [`required: [${required}]`]),
    ...(record?.answer === undefined ? [] : [`answer: ${stringLiteral(record.answer)}`]),
  ];
  const options = facts.length === 0 ? "" : `, { ${facts.join(", ")} }`;
  const answer = record?.answer === undefined ? "" : `, ${stringLiteral(record.answer)}`;
  const doc = docblock([
    `Defines the handler of ${event.name} ${event.version}.`,
    other && `It also gets \`${other}\`, unless that has a handler of its own: \`context.event\` tells which was sent.`,
  ]);
  const about = record?.keys.some((key) => key === "issue" || key === "case") ? [subjectName] : [];
  return [
    `export { ${[...reexported, ...about].join(", ")} } from ${stringLiteral(codegenEntry)};\n\n`,
    payload(event, shape, catalog, layout),
    code`\n${doc}export const defineHandler: ${codegen.BoundDefineHandler}<${identity}, ${name}, ${extension}${answer}> = /* @__PURE__ */ ${codegen.bindHandler}(${identity}${options});\n`,
  ];
}
