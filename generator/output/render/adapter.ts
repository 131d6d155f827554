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
    code`export const defineNormalizer: ${codegen.BoundDefineNormalizer}<SourceEventType, EvidenceType> = /* @__PURE__ */ ${codegen.bindNormalizer}();\n`,
  ];
}

function normalizerType(event: EventModel, evidenceType: Fragment): Fragment {
  return code`  ${codegen.NamedNormalizer}<${stringLiteral(event.name)}, ${evidenceType}>,\n`;
}

/** Joins the normalisers of an evidence adapter. If a type has no normaliser, the generated code does not compile. */
export function renderAdapter(model: Model, layout: Layout): Fragment {
  const evidenceType = local("type", "EvidenceType", paths.evidence(layout));
  const entries = model.events.map((event): Fragment => {
    const handler = local("default", eventVariableName(event.name, event.version), paths.stub(layout, event));
    return code`  ${handler},\n`;
  });
  return [
    docblock(["The normalisers of this adapter, one for each source event type."]),
    "export const normalizers: readonly [\n",
    model.events.map((event) => normalizerType(event, evidenceType)),
    "] = [\n",
    entries,
    "];\n\n",
    docblock(["Kiket's runners call this function with every raw event."]),
    code`export const normalizeExtensionRawEvent: (rawEvent: ${codegen.RawEvent}) => ${codegen.NormalizedEvent} = /* @__PURE__ */ ${codegen.joinNormalizers}(normalizers);\n`,
  ];
}

/** An empty normaliser. */
export function renderNormalizerStub(event: EventModel, layout: Layout): Fragment {
  const defineNormalizer = local("value", "defineNormalizer", paths.evidence(layout));
  const notNormalized = local("value", "notNormalized", paths.evidence(layout));
  return code`export default ${defineNormalizer}(${stringLiteral(event.name)}, (rawEvent) => ${notNormalized}(rawEvent));
`;
}

/** The module that Kiket's runners import. */
export function renderAdapterEntry(layout: Layout): Fragment {
  const normalize = local("value", "normalizeExtensionRawEvent", paths.adapter(layout));
  return code`export { ${normalize} };\n`;
}

/** The program that gets raw events, normalises them and submits the results. */
export function renderAdapterMain(layout: Layout): Fragment {
  const normalize = local("value", "normalizeExtensionRawEvent", paths.adapter(layout));
  return code`void ${runAdapter}(${normalize});\n`;
}
