import { posix } from "node:path";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position } from "../../model/model.js";
import type { ManifestNode, Reporter } from "../../yaml/node.js";

/** The schema of the envelope adds no members, because payload types extend the runtime's `Envelope`. */
export const envelopeFile: string = "envelope.v1.schema.json";

/** Files of one folder by path in it, and the shipped files by their own names. */
export type SchemaFiles = ReadonlyMap<string, ManifestNode>;

/** A place in a file. */
export interface Target {
  readonly file: string;
  /** JSON Pointer; empty for the whole file. */
  readonly pointer: string;
  readonly node: ManifestNode;
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

/** Follows a reference. Reports it if it points outside the folder, or to nothing. */
export function follow(
  reference: string,
  from: string,
  at: Position,
  files: SchemaFiles,
  report: Reporter,
): Target | undefined {
  const [path = "", fragment = ""] = reference.split("#", 2);
  const file = fileOf(decoded(path), from);
  if (file === undefined) {
    const hint = "copy the schema into the folder and refer to it by its file name";
    report(diagnose("KG705", at, `the reference "${reference}" points outside the folder of schemas`, hint));
    return undefined;
  }
  const root = files.get(file);
  if (root === undefined) {
    report(diagnose("KG704", at, `the reference "${reference}" points to a file that does not exist in the folder`));
    return undefined;
  }
  const pointer = decoded(fragment);
  const node = pointer === "" || pointer.startsWith("/") ? nodeAt(root, pointer) : undefined;
  if (node === undefined) {
    report(diagnose("KG704", at, `the reference "${reference}" points to nothing in ${file}`));
    return undefined;
  }
  return { file, pointer, node };
}
