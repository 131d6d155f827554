/** How much a mistake weighs: an error keeps anything from being written. */
export type Severity = "error" | "warning" | "note";
