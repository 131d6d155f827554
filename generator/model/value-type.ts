/** What a declared type stands for. */
export type ValueType = "string" | "integer" | "number" | "boolean" | "object" | "id" | "unknown";

/** Of settings, parameters and variables (manifest-and-events §2.2), with the wizard's words beside the configuration's. */
export const valueTypes: ReadonlyMap<string, ValueType> = new Map([
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

/** Types that make a declared value a secret. */
export const secretTypes: ReadonlySet<string> = new Set(["secret", "oauth_token"]);
