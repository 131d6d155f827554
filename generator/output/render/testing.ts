import { docblock, propertyEntry, propertyName, stringLiteral, valueLiteral } from "../../base/literals.js";
import { payloadTypeName } from "../../base/naming.js";
import { type EventCatalog, shapeOf } from "../../contracts/event-catalog.js";
import { nestsParameters } from "../../model/event-origin.js";
import type { EventModel, Model, ParameterModel } from "../../model/model.js";
import { grantedScopes } from "../../model/scopes.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { codegen, testing } from "./runtime-names.js";

/** The type of a parameter, with its options and its default if there are any. */
function parameterSample({ type, options, default: value }: ParameterModel): string {
  if (options === undefined && value === undefined) return stringLiteral(type);
  const parts = [
    `type: ${stringLiteral(type)}`,
    ...(options === undefined ? [] : [`options: ${valueLiteral(options)}`]),
    ...(value === undefined ? [] : [`default: ${valueLiteral(value, 2)}`]),
  ];
  return `{ ${parts.join(", ")} }`;
}

/** Facts about one version of an event that its name does not give; undefined if there are none. */
function sampleOf(event: EventModel, catalog: EventCatalog): string | undefined {
  const { record, kind } = shapeOf(catalog, event);
  const parameters = event.parameters.map((parameter) => propertyEntry(parameter.key, parameterSample(parameter)));
  const parts = [
    ...(kind === undefined ? [] : [`kind: ${stringLiteral(kind)}`]),
    ...(parameters.length === 0 ? [] : [`parameters: { ${parameters.join(", ")} }`]),
    ...(parameters.length > 0 && nestsParameters(event) ? ["nested: true"] : []),
    ...(record?.example === undefined ? [] : [`example: ${valueLiteral(record.example, 2)}`]),
  ];
  return parts.length === 0 ? undefined : propertyEntry(event.version, `{ ${parts.join(", ")} }`);
}

function sampleEntry([name, versions]: readonly [string, readonly EventModel[]], catalog: EventCatalog): string {
  const samples = versions.flatMap((event) => sampleOf(event, catalog) ?? []);
  return samples.length === 0 ? "" : `  ${propertyEntry(name, `{ ${samples.join(", ")} }`)},\n`;
}

/** Events of one name, in manifest order of the names. */
function byName(events: readonly EventModel[]): ReadonlyMap<string, readonly EventModel[]> {
  const groups = new Map<string, EventModel[]>();
  for (const event of events) groups.set(event.name, [...(groups.get(event.name) ?? []), event]);
  return groups;
}

function payloadEntry(name: string, versions: readonly EventModel[], layout: Layout): Fragment {
  const members = versions.map((event, index) => {
    const type = local("type", payloadTypeName(event), paths.event(layout, event));
    return code`${index === 0 ? "" : "; "}readonly ${propertyName(event.version)}: ${type}`;
  });
  return code`  readonly ${propertyName(name)}: { ${members} };\n`;
}

function declared(model: Model, layout: Layout): Fragment {
  const settings = local("value", "settingDefinitions", paths.settings(layout));
  return code`  scopes: [${grantedScopes(model).map(stringLiteral).join(", ")}],\n  ${settings},\n`;
}

/** What tests of this extension need; nothing else imports it. */
export function renderTesting(model: Model, catalog: EventCatalog, layout: Layout): Fragment {
  const groups = [...byName(model.events)];
  const samples = groups.map((group) => sampleEntry(group, catalog)).join("");
  const extension = local("type", "Extension", paths.context(layout));
  const options = local("type", "Options", paths.extension(layout));
  const createExtension = { ...local("value", "createExtension", paths.extension(layout)), alias: "assemble" };
  const { receiver } = model;
  return [
    docblock(["The payload of every event, by event and version."]),
    groups.length === 0
      ? code`export type Payloads = ${codegen.NoMembers};\n`
      : [
          "export interface Payloads {\n",
          groups.map(([name, versions]) => payloadEntry(name, versions, layout)),
          "}\n",
        ],
    code`\nconst samples: ${testing.EventSamples} = {${samples === "" ? "" : `\n${samples}`}};\n\n`,
    docblock(["Makes a payload: the example of the event's schema with the overrides applied."]),
    code`export const payloadOf: ${testing.TypedPayloadOf}<Payloads> = /* @__PURE__ */ ${testing.bindPayloads}(samples);\n\n`,
    docblock([
      "Starts this extension and a local Kiket.",
      receiver === undefined
        ? "Deliveries have the scopes that the manifest declares, unless the test passes others."
        : "Deliveries are webhooks, signed with a secret of the test if the options have none.",
    ]),
    code`export const createTestExtension: ${testing.TypedCreateTestExtension}<Payloads, ${extension}, ${options}> = /* @__PURE__ */ ${testing.bindTestExtension}(${createExtension}, {
  samples,
${
  receiver === undefined
    ? declared(model, layout)
    : code`  scopes: [],
  settingDefinitions: {},
  webhookPath: ${local("value", "registration", paths.extension(layout))}.path,
`
}});
`,
  ];
}

/** What tests of an evidence adapter need. They run the module that Kiket's runners import, with its catch-all if it has one. */
export function renderAdapterTesting(layout: Layout): Fragment {
  const normalize = local("value", "normalizeExtensionRawEvent", paths.adapterEntry(layout));
  const sourceEventType = local("type", "SourceEventType", paths.evidence(layout));
  const evidenceType = local("type", "EvidenceType", paths.evidence(layout));
  return [
    docblock([
      "Starts this adapter and a local Kiket.",
      "`run` gives Kiket a raw event, and returns what the adapter submitted for it.",
    ]),
    code`export const createTestAdapter: ${testing.TypedCreateTestAdapter}<${sourceEventType}, ${evidenceType}> = /* @__PURE__ */ ${testing.bindTestAdapter}(${normalize});\n`,
  ];
}
