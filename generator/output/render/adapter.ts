import { docblock, stringLiteral, unionOf } from "../../base/literals.js";
import { eventVariableName } from "../../base/naming.js";
import type { EventModel, Model } from "../../model/model.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { codegen, runAdapter } from "./runtime-names.js";

/** The source and the types that the manifest of an evidence adapter declares, and `defineNormalizer` bound to them. */
export function renderEvidence(model: Model): Fragment {
  const { sourceSystem = "", evidenceTypes = [] } = model.adapter ?? {};
  // If the manifest declares no type, any type can be used.
  const evidence = evidenceTypes.length === 0 ? "string" : unionOf(evidenceTypes);
  return [
    code`export { notNormalized } from ${stringLiteral(codegen.bindNormalizer.from)};\n\n`,
    docblock(["The system that the raw events come from."]),
    `export const sourceSystem = ${stringLiteral(sourceSystem)};\n\n`,
    docblock(["The types of raw event that the manifest declares."]),
    `export type SourceEventType = ${unionOf(model.events.map(({ name }) => name))};\n\n`,
    docblock(["The types of evidence that the manifest declares."]),
    `export type EvidenceType = ${evidence};\n\n`,
    docblock(["Defines the normaliser for the raw events of one type. It must be a pure function."]),
    code`export const defineNormalizer: ${codegen.BoundDefineNormalizer}<SourceEventType, EvidenceType> = /* @__PURE__ */ ${codegen.bindNormalizer}();\n\n`,
    docblock([
      "Defines the normaliser for raw events of every other type, for the option `catchAll` of `createAdapter`. It must be a pure function too.",
    ]),
    code`export function defineCatchAll(normalize: ${codegen.CatchAll}<EvidenceType>): ${codegen.CatchAll}<EvidenceType> {\n`,
    "  return normalize;\n}\n\n",
    docblock([
      "What a normalised event takes over from its raw event: organization, workspace, process, source system and correlation ids.",
    ]),
    code`export const originOf: (rawEvent: ${codegen.RawEvent}) => ${codegen.RawEventOrigin} = /* @__PURE__ */ ${codegen.bindOrigin}(sourceSystem);\n`,
  ];
}

function normalizerType(event: EventModel, evidenceType: Fragment): Fragment {
  return code`  ${codegen.NamedNormalizer}<${stringLiteral(event.name)}, ${evidenceType}>,\n`;
}

/** The names of the imports: two types may differ only in what a name cannot have. */
function importNames(events: readonly EventModel[]): readonly string[] {
  const used = new Map<string, number>();
  return events.map(({ name, version }) => {
    const variable = eventVariableName(name, version);
    const count = (used.get(variable) ?? 0) + 1;
    used.set(variable, count);
    return count === 1 ? variable : `${variable}_${count}`;
  });
}

/** Joins the normalisers of an evidence adapter. If a type has no normaliser, the generated code does not compile. */
export function renderAdapter(model: Model, layout: Layout): Fragment {
  const evidenceType = local("type", "EvidenceType", paths.evidence(layout));
  const declares = model.events.length > 0;
  const names = importNames(model.events);
  const entries = model.events.map((event, index): Fragment => {
    const handler = local("default", names[index] ?? "", paths.stub(layout, event));
    return code`  ${handler},\n`;
  });
  return [
    docblock(["The normalisers of this adapter, one for each source event type."]),
    "export const normalizers: readonly [\n",
    model.events.map((event) => normalizerType(event, evidenceType)),
    "] = [\n",
    entries,
    "];\n\n",
    docblock(["Options of this adapter: `catchAll` normalises the events of every other type."]),
    code`export type Options = ${declares ? codegen.AdapterOptions : codegen.CatchAllOptions}<${evidenceType}>;\n\n`,
    docblock(["Creates the function that normalises every raw event of this adapter."]),
    code`export function createAdapter(options: Options${declares ? " = {}" : ""}): ${codegen.JoinedNormalizers} {\n`,
    code`  return ${codegen.joinNormalizers}(normalizers, options);\n}\n\n`,
    docblock(["Normalises raw events of the declared types, and refuses all others."]),
    code`export const normalizeExtensionRawEvent: ${codegen.JoinedNormalizers} = /* @__PURE__ */ ${codegen.joinNormalizers}(normalizers);\n`,
  ];
}

/** An empty normaliser. */
export function renderNormalizerStub(event: EventModel, layout: Layout): Fragment {
  const defineNormalizer = local("value", "defineNormalizer", paths.evidence(layout));
  const notNormalized = local("value", "notNormalized", paths.evidence(layout));
  return code`export default ${defineNormalizer}(${stringLiteral(event.name)}, (rawEvent) => ${notNormalized}(rawEvent));
`;
}

/** The module that Kiket's runners import. An adapter that declares no type has only a catch-all. */
export function renderAdapterEntry(model: Model, layout: Layout): Fragment {
  const createAdapter = local("value", "createAdapter", paths.adapter(layout));
  const notNormalized = local("value", "notNormalized", paths.evidence(layout));
  const catchAll = code`{\n  catchAll: (rawEvent) => ${notNormalized}(rawEvent),\n}`;
  return [
    docblock(["Kiket's runners call this function with every raw event."]),
    code`export const normalizeExtensionRawEvent = ${createAdapter}(${model.events.length > 0 ? "" : catchAll});\n`,
  ];
}

/** The program that gets raw events, normalises them and submits the results. */
export function renderAdapterMain(layout: Layout): Fragment {
  const normalize = local("value", "normalizeExtensionRawEvent", paths.adapterEntry(layout));
  return code`void ${runAdapter}(${normalize});\n`;
}
