import { isJsonObject, type JsonObject } from "../base/json.js";

/** Where the payload's type has the declared parameters of a command or workflow action. */
export interface ParameterPlacement {
  /** Keys of the declared parameters. */
  readonly parameters: readonly string[];
  /** True: in the member `parameters` of the payload. False: at the top level. */
  readonly nested: boolean;
}

/** Copies declared parameters to the place that the payload's type has. The payload itself does not change. */
export function placeParameters(payload: JsonObject, { parameters, nested }: ParameterPlacement): JsonObject {
  // It is not known whether parameters are nested or at the top level, so both are accepted (facts 868, 869).
  const inner = isJsonObject(payload.parameters) ? payload.parameters : {};
  const [wanted, other] = nested ? [inner, payload] : [payload, inner];
  const missing = parameters.filter((key) => !Object.hasOwn(wanted, key) && Object.hasOwn(other, key));
  const found = Object.fromEntries(missing.map((key) => [key, other[key]]));
  return nested ? { ...payload, parameters: { ...inner, ...found } } : { ...payload, ...found };
}
