import { fileURLToPath } from "node:url";
import { createHost, type Host } from "../host.js";
import type { Source } from "../yaml-source.js";
import { sharedFiles } from "./folder.js";

/** The package's own `schemas/`; sources and bundles stand equally deep in it. */
export function shippedSchemas(): Host {
  return createHost(fileURLToPath(new URL("../../schemas", import.meta.url)));
}

/** The files that a user's event schemas may refer to, by their own names. */
export async function shippedShapes(): Promise<Source[]> {
  const host = shippedSchemas();
  const texts = await Promise.all(sharedFiles.map((path) => host.read(`events/${path}`)));
  return sharedFiles.map((path, index) => ({ path, text: texts[index] ?? "" }));
}
