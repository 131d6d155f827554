/** The types of values that the generated code distinguishes. */
export type ValueType = "string" | "integer" | "number" | "boolean" | "object" | "id" | "unknown";

/** The type for each type name of settings, parameters and variables, in the configuration and in the setup wizard. */
export const valueTypes: ReadonlyMap<string, ValueType> = new Map([
  // (facts 551, 552, 559)
  ["string", "string"],
  ["text", "string"],
  ["template", "string"],
  ["html", "string"],
  ["select", "string"],
  ["integer", "integer"],
  ["number", "number"],
  ["boolean", "boolean"],
  ["checkbox", "boolean"],
  ["object", "object"],
  ["project", "id"],
  ["issue_type", "string"],
  ["workflow_status", "string"],
  ["board", "string"],
  ["priority", "string"],
]);

/** Type names that make a declared value a secret. */
export const secretTypes: ReadonlySet<string> = new Set(["secret", "oauth_token"]);
