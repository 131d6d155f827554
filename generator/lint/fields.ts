import type { Position } from "../model/model.js";
import { child, type MapNode } from "../yaml/node.js";
import { isNested, isTruthy, type LintContext, mapIn, mapsIn, textIn } from "./context.js";

/** A declaration in `configuration`, `settings` or `secrets`, as it is written. */
export interface DeclaredField {
  readonly key: string;
  readonly at: Position;
  readonly node: MapNode;
  readonly secret: boolean;
}

const secretTypes: ReadonlySet<string | undefined> = new Set(["secret", "oauth_token"]);

function isSecret(node: MapNode): boolean {
  const secret = child(node, "secret");
  const marked = secret?.kind === "scalar" && secret.text === "true";
  return marked || secretTypes.has(textIn(node, "type"));
}

function ofMap(map: MapNode | undefined): DeclaredField[] {
  return [...(map?.entries ?? [])].flatMap(([key, { keyAt, value }]) =>
    value.kind === "map" ? [{ key, at: keyAt, node: value, secret: isSecret(value) }] : [],
  );
}

function ofList(owner: MapNode | undefined, listKey: string, secret?: boolean): DeclaredField[] {
  return mapsIn(owner, listKey).flatMap((node) => {
    const key = textIn(node, "key");
    const at = child(node, "key")?.at ?? node.at;
    return key === undefined ? [] : [{ key, at, node, secret: secret ?? isSecret(node) }];
  });
}

function ofConfiguration(owner: MapNode): DeclaredField[] {
  const configuration = mapIn(owner, "configuration");
  const properties = mapIn(configuration, "properties");
  if (properties !== undefined && child(properties, "type")?.kind !== "scalar") return ofMap(properties);
  if (child(configuration, "fields")?.kind === "list") return ofList(configuration, "fields");
  // In the format legacy-json, both lists are under `configuration`.
  const lists = [...ofList(configuration, "settings"), ...ofList(configuration, "secrets", true)];
  return [...ofMap(configuration), ...lists];
}

/** The declarations in `configuration` and `settings`, in the forms of all formats. */
export function configurationFields({ places }: LintContext): readonly DeclaredField[] {
  return places.flatMap((place) => [
    ...ofConfiguration(place),
    ...ofMap(mapIn(place, "settings")),
    ...ofList(place, "settings"),
  ]);
}

/** The declarations in lists of secrets. */
export function listedSecrets({ places }: LintContext): readonly DeclaredField[] {
  return places.flatMap((place) => ofList(place, "secrets", true));
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
  return isTruthy(child(node, "required")) && textIn(node, "required") !== "false";
}
