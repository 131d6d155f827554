import { docblock, stringLiteral, unionOf } from "../../base/literals.js";
import { eventVariableName } from "../../base/naming.js";
import type { EventModel, Model } from "../../model/model.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { codegen, runAdapter } from "./runtime-names.js";

/** What the manifest of an evidence adapter says of its source, and `defineNormalizer` bound to it. */
export function renderEvidence(model: Model): Fragment {
  const { sourceSystem = "", evidenceTypes = [] } = model.adapter ?? {};
  // No declared type means that any may be used.
  const evidence = evidenceTypes.length === 0 ? "string" : unionOf(evidenceTypes);
  return [
    code`export { notNormalized } from ${stringLiteral(codegen.bindNormalizer.from)};\n\n`,
    docblock(["The system that the raw events come from."]),
    `export const sourceSystem = ${stringLiteral(sourceSystem)};\n\n`,
    docblock(["The types of raw event that the manifest declares."]),
    `export type SourceEventType = ${unionOf(model.events.map(({ name }) => name))};\n\n`,
    docblock(["The types of evidence that the manifest declares."]),
    `export type EvidenceType = ${evidence};\n\n`,
    docblock(["Defines what becomes of the raw events of one type: a pure function."]),
    code`export const defineNormalizer: ${codegen.BoundDefineNormalizer}<SourceEventType, EvidenceType> = ${codegen.bindNormalizer}();\n`,
  ];
}

function normalizerType(event: EventModel, evidenceType: Fragment): Fragment {
  return code`  ${codegen.NamedNormalizer}<${stringLiteral(event.name)}, ${evidenceType}>,\n`;
}

/** The wiring of an evidence adapter: one normaliser for every type, or it does not compile. */
export function renderAdapter(model: Model, layout: Layout): Fragment {
  const evidenceType = local("type", "EvidenceType", paths.evidence(layout));
  const entries = model.events.map((event): Fragment => {
    const handler = local("default", eventVariableName(event.name, event.version), paths.stub(layout, event));
    return code`  ${handler},\n`;
  });
  return [
    docblock(["The normalisers of this adapter, one a source event type."]),
    "export const normalizers: readonly [\n",
    model.events.map((event) => normalizerType(event, evidenceType)),
    "] = [\n",
    entries,
    "];\n\n",
    docblock(["What Kiket's runners call with every raw event."]),
    code`export const normalizeExtensionRawEvent: (rawEvent: ${codegen.RawEvent}) => ${codegen.NormalizedEvent} = ${codegen.joinNormalizers}(normalizers);\n`,
  ];
}

/** A normaliser to be filled in. */
export function renderNormalizerStub(event: EventModel, layout: Layout): Fragment {
  const defineNormalizer = local("value", "defineNormalizer", paths.evidence(layout));
  const notNormalized = local("value", "notNormalized", paths.evidence(layout));
  return code`export default ${defineNormalizer}(${stringLiteral(event.name)}, (rawEvent) => {
  return ${notNormalized}(rawEvent);
});
`;
}

/** The entry that Kiket's own runners import. */
export function renderAdapterEntry(layout: Layout): Fragment {
  const normalize = local("value", "normalizeExtensionRawEvent", paths.adapter(layout));
  return code`export { ${normalize} };\n`;
}

/** The program that pulls raw events and submits what becomes of them. */
export function renderAdapterMain(layout: Layout): Fragment {
  const normalize = local("value", "normalizeExtensionRawEvent", paths.adapter(layout));
  return code`await ${runAdapter}(${normalize});\n`;
}
