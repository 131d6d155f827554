import type { Format } from "../../model/format.js";

/** What one place of a file may contain. A place without `keys` and `others` may contain anything. */
export interface Place {
  /** Known keys, each with the number of the place of its value. */
  readonly keys?: Readonly<Record<string, number>>;
  /** Place of the values of all other keys, if any key is allowed. */
  readonly others?: number;
  /** Place of the items of a list. */
  readonly items?: number;
}

/** Derived from the JSON Schemas when this package is built. */
export interface KnownKeys {
  readonly places: readonly Place[];
  readonly manifests: Readonly<Record<Exclude<Format, "webhook">, number>>;
  /** Both forms of a module file. */
  readonly modules: Readonly<Record<"form1" | "form2", number>>;
  /** The file of a receiver: its place, the pattern of its path, and the events that webhooks are known to send. */
  readonly webhook: { readonly place: number; readonly path: string; readonly events: readonly string[] };
  /** Permissions that the manifest's schema lists. */
  readonly permissions: readonly string[];
}
