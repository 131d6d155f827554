import type { Format } from "../../model/format.js";

/** The definition of `schemas/extension.schema.json` for each format of a manifest; a receiver of webhooks has a schema of its own. */
export declare const definitionOf: Readonly<Record<Exclude<Format, "webhook">, string>>;
