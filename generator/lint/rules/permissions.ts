import { nearest } from "../../base/did-you-mean.js";
import { scopeKey, spellFor, spellLike } from "../../model/scopes.js";
import { listIn, mapIn, mapsIn, textOf } from "../context.js";
import type { Known } from "../known-names.js";
import type { Rule } from "../rule.js";

const sample = "issues:read";

/** How a manifest with this permission alone would write `issues:read`; so does one without a noun and a verb. */
function styleOf(scope: string): string {
  return spellLike(scope, sample);
}

/** The spelling wanted is the platform's own where it is used at all. */
export const mixedSpelling: Rule = {
  code: "KG811",
  severity: "warning",
  title: "scopes in several spellings",
  explanation:
    "The manifest spells its permissions in more than one way. `issues:read`, `issues.read` and `read:issues` mean one scope, but only `issues:read` is what the platform's own manifests declare. Use it everywhere.",
  check({ model }, report) {
    const styles = new Set(model.scopes.map(({ value }) => styleOf(value)));
    if (model.adapter !== undefined || styles.size < 2) return;
    const wanted = styles.has(sample) ? sample : spellFor(model, sample);
    const example = model.scopes.find(({ value }) => styleOf(value) === wanted)?.value ?? sample;
    for (const { value, at } of model.scopes) {
      if (styleOf(value) === wanted) continue;
      const hint = `write \`${spellLike(example, value)}\``;
      report(at, `\`${value}\` is spelt unlike other permissions here, such as \`${wanted}\``, hint);
    }
  },
};

function byKey({ scopes }: Known): ReadonlyMap<string, string> {
  return new Map(scopes.map((scope) => [scopeKey(scope), scope]));
}

export const misspeltPermission: Rule = {
  code: "KG812",
  severity: "warning",
  title: "misspelt permission",
  explanation: "The permission is none that a known operation or manifest uses, but almost.",
  check({ model, known }, report) {
    if (model.adapter !== undefined) return;
    const knownByKey = byKey(known);
    for (const { value, at } of model.scopes) {
      if (knownByKey.has(scopeKey(value))) continue;
      const near = nearest(scopeKey(value), knownByKey.keys());
      const scope = near && knownByKey.get(near);
      if (scope === undefined) continue;
      report(at, `nothing needs a permission \`${value}\``, `did you mean \`${spellFor(model, scope)}\`?`);
    }
  },
};

export const scopeAsRole: Rule = {
  code: "KG813",
  severity: "warning",
  title: "scope in the place of a role",
  explanation:
    "`permissions` of a command lists the roles of people who may run it, such as manager; elsewhere the same key lists scopes. A scope here lets nobody run the command.",
  check({ model, places, known }, report) {
    const knownByKey = byKey(known);
    const declared = new Set(model.scopes.map(({ value }) => value));
    const commands = places.flatMap((place) => mapsIn(mapIn(place, "contributes"), "commands"));
    for (const item of commands.flatMap((command) => listIn(command, "permissions"))) {
      const role = textOf(item);
      if (role === undefined || !(role.includes(":") || declared.has(role) || knownByKey.has(scopeKey(role)))) continue;
      const hint = "list roles such as manager; scopes stand in `extension.permissions`";
      report(item.at, `\`${role}\` is a scope, where a role is needed`, hint);
    }
  },
};
