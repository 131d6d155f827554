import { didYouMean } from "../../base/did-you-mean.js";
import { child, type ManifestNode } from "../../yaml/node.js";
import { isTruthy, type LintContext, mapIn, mapsIn, textIn } from "../context.js";
import type { Rule } from "../rule.js";

/** The `module` of every module file that has one. */
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
    "The older form, a map under `module`, is read by kiket-gen but no longer by the platform. Write `module: dev.example.ext.mail.log` with `tables` as a map beside it. The platform's linter skips the rest of the file.",
  check(context, report) {
    for (const node of idNodes(context)) {
      if (isText(node)) continue;
      const hint = "write `module: dev.example.ext.mail.log`, with `tables` as a map beside it";
      report(node.at, "`module` must be text", hint);
    }
  },
};

export const unusualModuleId: Rule = {
  code: "M3",
  severity: "warning",
  title: "module id of an unusual form",
  explanation: "A module's id should match `^[a-z][a-z0-9.-]+$`. Underscores do not pass.",
  check(context, report) {
    for (const { at, text } of idNodes(context).filter(isText)) {
      if (/^[a-z][a-z0-9.-]+$/m.test(text)) continue;
      const message = `the module id \`${text}\` should be lower-case letters, digits, dots and hyphens`;
      report(at, message, "begin with a letter; underscores do not pass");
    }
  },
};

export const unpermittedModule: Rule = {
  code: "M7",
  severity: "warning",
  title: "module without a permission",
  explanation:
    "The extension ships a module that `custom_data.permissions` does not name, so it may not touch the module's records.",
  check(context, report) {
    const permissions = context.places.flatMap((place) => mapsIn(mapIn(place, "custom_data"), "permissions"));
    const permitted = new Set(permissions.map((permission) => textIn(permission, "module")));
    for (const { at, text } of idNodes(context).filter(isText)) {
      if (permitted.has(text)) continue;
      const hint = `add \`- {module: ${text}, operations: [read, write]}\` to \`custom_data.permissions\``;
      report(at, `no permission names the module \`${text}\``, hint);
    }
  },
};

export const absentModule: Rule = {
  code: "KG809",
  severity: "warning",
  title: "permission for a module that is not there",
  explanation:
    "`custom_data` names a module that the extension does not ship and that is none of the platform's (`kiket.…`). Its tables are untyped, and access fails unless another extension brings it.",
  check({ model, moduleFiles }, report) {
    const shipped = model.customData.filter(({ schema }) => schema !== undefined).map(({ id }) => id);
    // Nobody knows the id of a module whose file is broken.
    if (shipped.length < moduleFiles) return;
    for (const { id, schema, at } of model.customData) {
      if (schema !== undefined || id.startsWith("kiket.")) continue;
      const hint = didYouMean(id, shipped, "write its schema in `.kiket/modules/<folder>/schema.yml`");
      report(at, `there is no module \`${id}\``, hint);
    }
  },
};
