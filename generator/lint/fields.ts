import { type Field, readRequired } from "../manifest/fields.js";
import type { Position } from "../model/model.js";
import type { MapNode } from "../yaml/node.js";
import { isNested, type LintContext, mapIn } from "./context.js";

/** A declaration in `configuration`, `settings` or `secrets`, as it is written. */
export interface DeclaredField {
  readonly key: string;
  readonly at: Position;
  readonly node: MapNode;
  readonly secret: boolean;
}

function declaredBy(field: Field): DeclaredField {
  const { key, at } = field.kind === "secret" ? field.secret : field.setting;
  return { key, at, node: field.node, secret: field.kind === "secret" };
}

/** The declarations in `configuration` and `settings`. */
export function configurationFields({ draft: { fields = [] } }: LintContext): readonly DeclaredField[] {
  return fields.map(declaredBy);
}

/** The declarations in lists of secrets. */
export function listedSecrets({ draft: { secrets = [] } }: LintContext): readonly DeclaredField[] {
  return secrets.map(declaredBy);
}

/** The keys that the platform's linter knows: in nested manifests, only those of `extension.configuration`. */
export function declaredKeys(context: LintContext): {
  readonly configuration: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
} {
  const own = [...(mapIn(context.extension, "configuration")?.entries.keys() ?? [])];
  const keys = isNested(context) ? own : configurationFields(context).map(({ key }) => key);
  return { configuration: new Set(keys), secrets: new Set(listedSecrets(context).map(({ key }) => key)) };
}

export function isRequired(node: MapNode): boolean {
  return readRequired(node, () => {});
}
