import { didYouMean } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { child, type Report } from "../../yaml/node.js";
import { isTruthy, type ModuleSource, mapIn, mapsIn, type Rule, type Subject, textIn } from "../context.js";

const idForm = /^[a-z][a-z0-9.-]+$/m;

function permittedModules({ places }: Subject): ReadonlySet<string> {
  const permissions = places.flatMap((place) => mapsIn(mapIn(place, "custom_data"), "permissions"));
  return new Set(permissions.flatMap((permission) => textIn(permission, "module") ?? []));
}

function checkModule({ root }: ModuleSource, permitted: ReadonlySet<string>, report: Report): void {
  const module = child(root, "module");
  if (!isTruthy(module)) return;
  if (module.kind !== "scalar" || typeof module.value !== "string") {
    const hint = "write `module: dev.example.ext.mail.log`, with `tables` as a map beside it";
    report(diagnose("M2", module.at, "`module` must be text", hint));
    return;
  }
  const id = module.text;
  if (!idForm.test(id)) {
    const message = `the module id \`${id}\` should be lower-case letters, digits, dots and hyphens`;
    report(diagnose("M3", module.at, message, "begin with a letter; underscores do not pass"));
  }
  if (!permitted.has(id)) {
    const hint = `add \`- {module: ${id}, operations: [read, write]}\` to \`custom_data.permissions\``;
    report(diagnose("M7", module.at, `no permission names the module \`${id}\``, hint));
  }
}

/** M2, M3 and M7; the parser finds M1, M4 and M6. */
export const checkModules: Rule = (subject, report) => {
  const permitted = permittedModules(subject);
  for (const module of subject.modules) checkModule(module, permitted, report);
};

/** KG809: what `custom_data` names must be shipped or be the platform's. Nobody knows the id of a file that is broken. */
export const checkReachedModules: Rule = ({ model, moduleFiles }, report) => {
  const shipped = model.customData.filter(({ schema }) => schema !== undefined).map(({ id }) => id);
  if (shipped.length < moduleFiles) return;
  for (const { id, schema, at } of model.customData) {
    if (schema !== undefined || id.startsWith("kiket.")) continue;
    const hint = didYouMean(id, shipped, "write its schema in `.kiket/modules/<folder>/schema.yml`");
    report(diagnose("KG809", at, `there is no module \`${id}\``, hint));
  }
};
