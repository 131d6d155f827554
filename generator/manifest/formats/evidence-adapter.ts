import { compare } from "../../base/naming.js";
import type { ScopeModel } from "../../model/model.js";
import { child, type MapNode, mapAt, namesAt, type Reporter, textAt } from "../../yaml/node.js";
import { type Draft, readScopes } from "../assemble.js";
import { readNames } from "../event-sources.js";
import { evidenceAdapterRule } from "../schema-rules/adapter-rules.gen.js";
import { checkValue } from "../schema-rules/check-value.js";

/** Both scopes if the key is absent: the default of the platform's schema. */
function readIngestionScopes(spec: MapNode, report: Reporter): ScopeModel[] {
  if (child(spec, "ingestionScopes") !== undefined) return readScopes(spec, "ingestionScopes", report);
  return ["raw-events:write", "evidence:write"].map((value) => ({ value, at: spec.at }));
}

const checkedAbove: Reporter = () => undefined;

/** `apiVersion: kiket.dev/v1`: an adapter without a web server. */
export function readEvidenceAdapter(root: MapNode, report: Reporter): Draft {
  // (facts 509, 910 to 915)
  checkValue(root, evidenceAdapterRule, report);
  const metadata = mapAt(root, "metadata", checkedAbove);
  const spec = mapAt(root, "spec", checkedAbove);
  const evidenceTypes = namesAt(spec, "evidenceTypes", checkedAbove).map(({ name }) => name);
  return {
    format: "evidence-adapter",
    id: textAt(metadata, "key", checkedAbove),
    name: textAt(metadata, "name", checkedAbove),
    version: textAt(metadata, "version", checkedAbove),
    description: textAt(metadata, "description", checkedAbove),
    events: readNames(spec, "sourceEventTypes", "events", checkedAbove),
    scopes: spec ? readIngestionScopes(spec, checkedAbove) : [],
    adapter: {
      sourceSystem: textAt(spec, "sourceSystem", checkedAbove) ?? "",
      evidenceTypes: [...new Set(evidenceTypes)].sort(compare),
    },
  };
}
