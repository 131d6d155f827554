import { posix } from "node:path";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { ManifestNode, MapNode, Reporter } from "../../yaml/node.js";
import { keywordText } from "./keywords.js";
import { resolvedUri, type SchemaFile } from "./schema-names.js";

/** The schema of the envelope adds no members, because payload types extend the runtime's `Envelope`. */
export const envelopeFile: string = "envelope.v1.schema.json";

/** Files of one folder by path in it, and the shipped files by their own names. */
export type SchemaFiles = ReadonlyMap<string, SchemaFile>;

/** A schema in a file. */
export interface Target {
  readonly file: string;
  readonly node: ManifestNode;
  /** The last part of the reference: that of a path, an anchor, or the name of the file. */
  readonly name: string;
}

/** Decodes a fragment or a path of a reference; returns it unchanged if it is not encoded correctly. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fileOf(path: string, from: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:|^\/|\\/i.test(path)) return undefined;
  const file = path === "" ? from : posix.join(posix.dirname(from), path);
  return file.startsWith("../") ? undefined : file;
}

/** The node that a JSON Pointer (RFC 6901) points to. */
export function nodeAt(root: ManifestNode, pointer: string): ManifestNode | undefined {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<ManifestNode | undefined>((node, key) => {
      if (node?.kind === "map") return node.entries.get(key)?.value;
      return node?.kind === "list" && /^(0|[1-9]\d*)$/.test(key) ? node.items[Number(key)] : undefined;
    }, root);
}

/** A whole file, or a schema that has an `$id`. */
interface Resource extends Target {
  readonly uri: string;
}

/** The resource that a reference names by an `$id`: one in its own file, else one in another file of the folder. */
function resourceById(uri: string, from: string, files: SchemaFiles): Resource | undefined {
  const own = files.get(from);
  const order: Iterable<readonly [string, SchemaFile]> = own === undefined ? files : [[from, own], ...files];
  for (const [file, { resources }] of order) {
    const node = resources.get(uri);
    if (node !== undefined) return { file, node, uri, name: uri.split("/").at(-1) ?? uri };
  }
  return undefined;
}

function targetIn({ file, node, uri, name }: Resource, fragment: string, files: SchemaFiles): Target | undefined {
  const found = (target: ManifestNode | undefined, last = fragment) => target && { file, node: target, name: last };
  if (fragment === "") return found(node, name);
  if (fragment.startsWith("/")) return found(nodeAt(node, fragment), fragment.split("/").at(-1));
  return found(files.get(file)?.anchors.get(uri)?.get(fragment));
}

/** Whether a reference leads to the whole envelope. */
export function isEnvelope({ file, node }: Target, files: SchemaFiles): boolean {
  return file === envelopeFile && node === files.get(file)?.root;
}

/** The reference of a schema. A `$dynamicRef` is read like a `$ref`: what another schema would put in its place is not known. */
export function referenceOf(schema: MapNode): ManifestNode | undefined {
  return (schema.entries.get("$ref") ?? schema.entries.get("$dynamicRef"))?.value;
}

/**
 * Follows the reference of a schema in the file `from`: to an `$id` or an anchor, or to a file of the folder. Reports it if it points
 * elsewhere, or to nothing. `undefined` also if the schema has no reference.
 */
export function follow(schema: MapNode, from: string, files: SchemaFiles, report: Reporter): Target | undefined {
  const given = referenceOf(schema);
  const reference = given && keywordText(given, report);
  if (given === undefined || reference === undefined) return undefined;
  const { at } = given;
  const [path = "", fragment = ""] = reference.split("#", 2);
  const base = files.get(from)?.baseOf(schema) ?? "";
  const byId = resourceById(resolvedUri(path, base) ?? "", from, files);
  const file = byId?.file ?? fileOf(decoded(path), from);
  if (file === undefined) {
    const hint = "copy the schema into the folder and refer to it by its file name";
    report(diagnose("KG705", at, `the reference "${reference}" points outside the folder of schemas`, hint));
    return undefined;
  }
  const whole = files.get(file);
  if (whole === undefined) {
    report(diagnose("KG704", at, `the reference "${reference}" points to a file that does not exist in the folder`));
    return undefined;
  }
  const name = file.replace(/(\.schema)?\.json$/, "");
  const resource = byId ?? { file, node: whole.root, uri: whole.baseOf(whole.root), name };
  const target = targetIn(resource, decoded(fragment), files);
  if (target === undefined) {
    report(diagnose("KG704", at, `the reference "${reference}" points to nothing in ${file}`));
  }
  return target;
}
