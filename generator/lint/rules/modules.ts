import { didYouMean } from "../../base/did-you-mean.js";
import { child, type ManifestNode } from "../../yaml/node.js";
import { isTruthy, type LintContext, mapIn, mapsIn, textIn, textOf } from "../context.js";
import type { Rule } from "../rule.js";

/** The value of `module` in each module file that has one. */
function idNodes({ modules }: LintContext): readonly ManifestNode[] {
  return modules.map(({ root }) => child(root, "module")).filter(isTruthy);
}

function isText(node: ManifestNode): node is ManifestNode & { readonly kind: "scalar" } {
  return node.kind === "scalar" && typeof node.value === "string";
}

export const idNotText: Rule = {
  code: "M2",
  severity: "error",
  title: "module id is not text",
  explanation:
    "The old form, a map under `module`, is still read by kiket-gen, but not by the platform, whose linter skips the rest of the file. Write the id as text, with `tables` as a map beside it.",
  check(context, report) {
    for (const node of idNodes(context)) {
      if (isText(node)) continue;
      const id = node.kind === "map" ? textOf(child(node, "id")) : undefined;
      const hint = `write ${id === undefined ? "the id as text" : `\`module: ${id}\``}, with \`tables\` as a map beside it`;
      report(node.at, "`module` must be text", hint);
    }
  },
};

export const unusualModuleId: Rule = {
  code: "M3",
  severity: "warning",
  title: "unusual module id",
  explanation:
    "The id of a module should match `^[a-z][a-z0-9.-]+$`: at least two characters, first a lower-case letter, then lower-case letters, digits, dots and hyphens. Underscores are not allowed.",
  check(context, report) {
    for (const { at, text } of idNodes(context).filter(isText)) {
      if (/^[a-z][a-z0-9.-]+$/m.test(text)) continue;
      const message = `the module id \`${text}\` should contain only lower-case letters, digits, dots and hyphens`;
      report(at, message, "use at least two characters and start with a letter; underscores are not allowed");
    }
  },
};

export const unpermittedModule: Rule = {
  code: "M7",
  severity: "warning",
  title: "module without a permission",
  explanation:
    "The extension contains a module that `custom_data.permissions` does not name, so it has no access to the module's records. Add a permission for the module.",
  check(context, report) {
    const permissions = context.places.flatMap((place) => mapsIn(mapIn(place, "custom_data"), "permissions"));
    const permitted = new Set(permissions.map((permission) => textIn(permission, "module")));
    for (const { at, text } of idNodes(context).filter(isText)) {
      if (permitted.has(text)) continue;
      const hint = `add \`- {module: ${text}, operations: [read, write]}\` to \`custom_data.permissions\``;
      report(at, `no permission for the module \`${text}\``, hint);
    }
  },
};

export const absentModule: Rule = {
  code: "KG809",
  severity: "warning",
  title: "permission for an unknown module",
  explanation:
    "`custom_data` names a module that is neither in this extension nor one of the platform's (`kiket.…`). Its tables have no types, and access fails unless another extension provides the module. Correct the id, or add the schema of the module.",
  check({ model, moduleFiles }, report) {
    const shipped = model.customData.filter(({ schema }) => schema !== undefined).map(({ id }) => id);
    // The id of a module is unknown if its file cannot be read.
    if (shipped.length < moduleFiles) return;
    for (const { id, schema, at } of model.customData) {
      if (schema !== undefined || id.startsWith("kiket.")) continue;
      const hint = didYouMean(id, shipped, "add its schema as `.kiket/modules/<folder>/schema.yml`");
      report(at, `there is no module \`${id}\``, hint);
    }
  },
};
