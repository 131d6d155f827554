import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createHost, type Host } from "../../project/host.js";
import type { Source } from "../../yaml/read-yaml.js";
import { sharedFiles } from "./read-folder.js";

/** The package's own `schemas/`, found by the package's name, because its relative path differs between sources and bundles. */
export function shippedSchemas(): Host {
  return createHost(dirname(createRequire(import.meta.url).resolve("kiket-gen/schemas/openapi.yaml")));
}

/** The shipped files that a project's event schemas may refer to, by their own names. */
export async function shippedShapes(): Promise<Source[]> {
  const host = shippedSchemas();
  const texts = await Promise.all(sharedFiles.map((path) => host.read(`events/${path}`)));
  return sharedFiles.map((path, index) => ({ path, text: texts[index] ?? "" }));
}
