import { nearest } from "../../base/did-you-mean.js";
import { scopeKey, spellFor, spellLike } from "../../model/scopes.js";
import { listIn, mapIn, mapsIn, textOf } from "../context.js";
import type { KnownNames } from "../known-names.js";
import type { Rule } from "../rule.js";

const sample = "issues:read";

/** How `issues:read` looks in the spelling of this scope; `issues:read` itself for a scope without a noun and a verb. */
function spellingOf(scope: string): string {
  return spellLike(scope, sample);
}

export const mixedSpelling: Rule = {
  code: "KG811",
  severity: "warning",
  title: "mixed spellings of permissions",
  explanation:
    "The manifest spells its permissions in different ways. `issues:read`, `issues.read` and `read:issues` mean the same permission, but the platform's own manifests declare only `issues:read`. Use this spelling everywhere.",
  check({ model }, report) {
    const spellings = new Set(model.scopes.map(({ value }) => spellingOf(value)));
    if (model.adapter !== undefined || spellings.size < 2) return;
    // The spelling of the platform's own manifests, if it is used at all (fact 580).
    const wanted = spellings.has(sample) ? sample : spellFor(model, sample);
    const example = model.scopes.find(({ value }) => spellingOf(value) === wanted)?.value ?? sample;
    for (const { value, at } of model.scopes) {
      if (spellingOf(value) === wanted) continue;
      const hint = `write \`${spellLike(example, value)}\``;
      report(at, `\`${value}\` is not spelled like other permissions in this manifest (\`${wanted}\`)`, hint);
    }
  },
};

function byKey({ scopes }: KnownNames): ReadonlyMap<string, string> {
  return new Map(scopes.map((scope) => [scopeKey(scope), scope]));
}

export const misspelledPermission: Rule = {
  code: "KG812",
  severity: "warning",
  title: "misspelled permission",
  explanation:
    "No known operation or manifest uses this permission, but a known permission has almost the same name. A misspelled permission probably grants nothing. Correct the name.",
  check({ model, known }, report) {
    if (model.adapter !== undefined) return;
    const knownByKey = byKey(known);
    for (const { value, at } of model.scopes) {
      if (knownByKey.has(scopeKey(value))) continue;
      const near = nearest(scopeKey(value), knownByKey.keys());
      const scope = near && knownByKey.get(near);
      if (scope === undefined) continue;
      report(at, `unknown permission \`${value}\``, `did you mean \`${spellFor(model, scope)}\`?`);
    }
  },
};

export const scopeAsRole: Rule = {
  code: "KG813",
  severity: "warning",
  title: "scope instead of a role",
  explanation:
    "The `permissions` of a command list the roles of the people who may run it, such as manager. In other places, the same key lists scopes. With a scope here, nobody can run the command. Write a role.",
  check({ model, places, known }, report) {
    const knownByKey = byKey(known);
    const declared = new Set(model.scopes.map(({ value }) => value));
    const commands = places.flatMap((place) => mapsIn(mapIn(place, "contributes"), "commands"));
    for (const item of commands.flatMap((command) => listIn(command, "permissions"))) {
      const role = textOf(item);
      if (role === undefined || !(role.includes(":") || declared.has(role) || knownByKey.has(scopeKey(role)))) continue;
      const hint = "list roles such as manager; scopes belong in `extension.permissions`";
      report(item.at, `\`${role}\` is a scope, but a role is expected here`, hint);
    }
  },
};
