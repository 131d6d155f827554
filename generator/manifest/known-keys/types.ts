import type { Format } from "../../model/format.js";

/** What may stand at one place of a file. A place with neither `keys` nor `others` may hold anything. */
export interface Place {
  /** Known keys, each with the number of its own place. */
  readonly keys?: Readonly<Record<string, number>>;
  /** Place of every other key's value, where keys are free. */
  readonly others?: number;
  /** Place of a list's items. */
  readonly items?: number;
}

/** Derived from the JSON Schemas when this package is built. */
export interface KnownKeys {
  readonly places: readonly Place[];
  readonly manifests: Readonly<Record<Format, number>>;
  /** Both forms of manifest-and-events §3.1. */
  readonly modules: Readonly<Record<"form1" | "form2", number>>;
  /** Permissions that the manifest's schema proposes. */
  readonly permissions: readonly string[];
}
