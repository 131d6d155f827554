import { listIn, mapIn, placeOf, startOf, textOf } from "../context.js";
import type { Rule } from "../rule.js";

export const noSourceEventTypes: Rule = {
  code: "KG832",
  severity: "warning",
  title: "adapter without source event types",
  explanation:
    "The manifest of the evidence adapter declares no `spec.sourceEventTypes`, so no type has a normaliser of its own: every raw event goes to the catch-all of `createAdapter`. Declare the types that the adapter handles.",
  check({ model, root }, report) {
    const spec = mapIn(root, "spec");
    if (model.adapter === undefined || spec === undefined || model.events.length > 0) return;
    const hint = "write `sourceEventTypes: [<type>]`, with a type for each kind of event";
    report(placeOf(spec, "sourceEventTypes"), "the adapter declares no source event type", hint);
  },
};

export const unreadAdapter: Rule = {
  code: "KG833",
  severity: "warning",
  title: "adapter's manifest at another path",
  explanation:
    "Kiket reads the manifest of an evidence adapter only from `kiket-extension.yaml` at the root of the repository. Other names were used before, and `.kiket` is reserved for the configuration of processes. Move the manifest.",
  check({ model: { adapter, manifest } }, report) {
    if (adapter === undefined || (/(^|\/)kiket-extension\.yaml$/.test(manifest) && !/(^|\/)\.kiket\//.test(manifest))) {
      return;
    }
    const message =
      "Kiket reads the manifest of an adapter only from `kiket-extension.yaml` at the root of the repository";
    report(startOf(manifest), message, `move ${manifest} to kiket-extension.yaml`);
  },
};

export const repeatedType: Rule = {
  code: "KG834",
  severity: "warning",
  title: "type declared twice",
  explanation:
    "The same source event type or evidence type stands twice in its list. The second one has no effect. Remove it, or correct it if another type was meant.",
  check({ model, root }, report) {
    if (model.adapter === undefined) return;
    for (const key of ["sourceEventTypes", "evidenceTypes"]) {
      const seen = new Set<string>();
      for (const item of listIn(mapIn(root, "spec"), key)) {
        const type = textOf(item) ?? "";
        if (seen.has(type)) report(item.at, `\`${type}\` stands twice in \`spec.${key}\``, "remove one of the two");
        seen.add(type);
      }
    }
  },
};
