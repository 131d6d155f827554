import { compare } from "../../base/naming.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { ScopeModel } from "../../model/model.js";
import { child, type MapNode, namesAt, type Reporter, requiredMapAt, requiredTextAt, textAt } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { readNames } from "../event-sources.js";

const ingestionScopes: readonly string[] = ["raw-events:write", "evidence:write"];

function expectLiteral(root: MapNode, key: string, literal: string, report: Reporter): void {
  const value = requiredTextAt(root, key, report);
  if (value === undefined || value === literal) return;
  const at = child(root, key)?.at ?? root.at;
  report(diagnose("KG213", at, `\`${key}\` must be \`${literal}\`, found \`${value}\``));
}

/** Both scopes if the key is absent: the default of the platform's schema. */
function readIngestionScopes(spec: MapNode, report: Reporter): ScopeModel[] {
  if (child(spec, "ingestionScopes") === undefined) return ingestionScopes.map((value) => ({ value, at: spec.at }));
  return namesAt(spec, "ingestionScopes", report).flatMap(({ name, at }) => {
    if (ingestionScopes.includes(name)) return [{ value: name, at }];
    const hint = `use ${ingestionScopes.join(" or ")}`;
    report(diagnose("KG213", at, `unknown ingestion scope \`${name}\``, hint));
    return [];
  });
}

/** `apiVersion: kiket.dev/v1`: an adapter without a web server. */
export function readEvidenceAdapter(root: MapNode, report: Reporter): Draft {
  // (facts 509, 910 to 914)
  expectLiteral(root, "apiVersion", "kiket.dev/v1", report);
  expectLiteral(root, "kind", "Extension", report);
  const metadata = requiredMapAt(root, "metadata", report, "write `metadata: {key: …, name: …, version: …}`");
  const spec = requiredMapAt(root, "spec", report, "write `spec: {sourceSystem: …}`");
  const sourceSystem =
    spec && requiredTextAt(spec, "sourceSystem", report, "add the system that the raw events come from");
  const evidenceTypes = spec ? namesAt(spec, "evidenceTypes", report).map(({ name }) => name) : [];
  return {
    format: "evidence-adapter",
    id: metadata && requiredTextAt(metadata, "key", report),
    name: metadata && requiredTextAt(metadata, "name", report),
    version: metadata && requiredTextAt(metadata, "version", report),
    description: textAt(metadata, "description", report),
    events: readNames(spec, "sourceEventTypes", "events", report),
    scopes: spec ? readIngestionScopes(spec, report) : [],
    adapter: { sourceSystem: sourceSystem ?? "", evidenceTypes: [...new Set(evidenceTypes)].sort(compare) },
  };
}
