import type { Format } from "../../../generator/model/format.js";
import { nested } from "./nested.js";
import { modules, others, receiver } from "./other.js";

/**
 * A manifest of each format that is told by its content. Together, manifests and modules have every key that is known (a test of
 * `known-keys` checks it).
 */
export const manifests: Readonly<Record<Exclude<Format, "webhook">, string>> = { ...nested, ...others };

const moduleOf = (format: Format): keyof typeof modules | undefined =>
  format.startsWith("canonical") || format === "marketplace"
    ? "batches"
    : format.startsWith("flat") || format === "minimal"
      ? "trips"
      : undefined;

/** The files of the project of this format: its manifest, and the module that it uses. */
export function projectOf(format: Format): Readonly<Record<string, string>> {
  if (format === "webhook") return { "kiket-webhook.yaml": receiver };
  const module = moduleOf(format);
  return {
    ".kiket/manifest.yaml": manifests[format],
    ...(module === undefined ? {} : { [`.kiket/modules/${module}/schema.yml`]: modules[module] }),
  };
}

export { modules, receiver };
