import * as client from "prom-client";
import type { Extension } from "./server/extension.js";
import { attachRegister } from "./server/metrics/attach-register.js";

/**
 * Counts what an extension does in a registry of prom-client, for a program that shows its metrics itself. Several extensions may have the same
 * registry. `serve(extension, { metrics })` shows them without this.
 * @param register Default: `register` of prom-client.
 * @returns What ends that.
 * @throws {ConfigError} if `createExtension` did not make the extension.
 */
export function collectMetrics(extension: Extension, register: client.Registry = client.register): () => void {
  return attachRegister(extension, client, register);
}
