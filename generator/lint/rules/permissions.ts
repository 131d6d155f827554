import { nearest } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { scopeKey, spellFor, spellLike } from "../../model/scopes.js";
import { listIn, mapIn, mapsIn, type Rule, textOf } from "../context.js";
import type { Known } from "../known-names.js";

function byKey({ scopes }: Known): ReadonlyMap<string, string> {
  return new Map(scopes.map((scope) => [scopeKey(scope), scope]));
}

const sample = "issues:read";

/** How a manifest with this permission alone would write `issues:read`; so does one without a noun and a verb. */
function styleOf(scope: string): string {
  return spellLike(scope, sample);
}

/** KG811: one spelling for all permissions; the platform's own where it is used at all. */
export const checkScopeSpelling: Rule = ({ model }, report) => {
  const styles = new Set(model.scopes.map(({ value }) => styleOf(value)));
  if (model.adapter !== undefined || styles.size < 2) return;
  const wanted = styles.has(sample) ? sample : spellFor(model, sample);
  const example = model.scopes.find(({ value }) => styleOf(value) === wanted)?.value ?? sample;
  for (const { value, at } of model.scopes) {
    if (styleOf(value) === wanted) continue;
    const hint = `write \`${spellLike(example, value)}\``;
    report(diagnose("KG811", at, `\`${value}\` is spelt unlike other permissions here, such as \`${wanted}\``, hint));
  }
};

/** KG812: a permission that is almost a known one. */
export const checkKnownScopes: Rule = ({ model, known }, report) => {
  if (model.adapter !== undefined) return;
  const knownByKey = byKey(known);
  for (const { value, at } of model.scopes) {
    if (knownByKey.has(scopeKey(value))) continue;
    const near = nearest(scopeKey(value), knownByKey.keys());
    const scope = near && knownByKey.get(near);
    if (scope === undefined) continue;
    report(
      diagnose("KG812", at, `nothing needs a permission \`${value}\``, `did you mean \`${spellFor(model, scope)}\`?`),
    );
  }
};

/** KG813: a command's permissions are roles. */
export const checkRoles: Rule = ({ model, places, known }, report) => {
  const knownByKey = byKey(known);
  const declared = new Set(model.scopes.map(({ value }) => value));
  const commands = places.flatMap((place) => mapsIn(mapIn(place, "contributes"), "commands"));
  for (const item of commands.flatMap((command) => listIn(command, "permissions"))) {
    const role = textOf(item);
    if (role === undefined || !(role.includes(":") || declared.has(role) || knownByKey.has(scopeKey(role)))) continue;
    const hint = "list roles such as manager; scopes stand in `extension.permissions`";
    report(diagnose("KG813", item.at, `\`${role}\` is a scope, where a role is needed`, hint));
  }
};
