import { isJsonObject, type JsonObject } from "../base/json.js";

/** Where the declared parameters of a command or workflow action are promised to be. */
export interface ParameterPlacement {
  readonly parameters: readonly string[];
  /** True: in the payload's `parameters` member; false: beside the envelope. */
  readonly nested: boolean;
}

/**
 * Kiket's record does not settle whether parameters arrive nested or at the top level (manifest-and-events §4.4 WA, §3.4):
 * both are accepted, and a handler finds them in one place. The payload is left as it is.
 */
export function placeParameters(payload: JsonObject, { parameters, nested }: ParameterPlacement): JsonObject {
  const inner = isJsonObject(payload.parameters) ? payload.parameters : {};
  const [wanted, other] = nested ? [inner, payload] : [payload, inner];
  const missing = parameters.filter((key) => !Object.hasOwn(wanted, key) && Object.hasOwn(other, key));
  const found = Object.fromEntries(missing.map((key) => [key, other[key]]));
  return nested ? { ...payload, parameters: { ...inner, ...found } } : { ...payload, ...found };
}
