import type { ValueType } from "../../model/value-type.js";
import type { Fragment } from "../printer.js";
import { codegen } from "./runtime-names.js";

/** The TypeScript type of each declared type. */
export const valueType: Readonly<Record<ValueType, Fragment>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  object: "Readonly<Record<string, unknown>>",
  id: codegen.Id,
  unknown: "unknown",
};
