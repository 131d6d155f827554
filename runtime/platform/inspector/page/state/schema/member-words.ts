import { getLocation, getNodeValue, parseTree } from "jsonc-parser";
import type { JsonObject } from "../../../../../base/json.js";
import { declaredMembers, schemasAt } from "./schema-place.js";
import { descriptionOf, typeWords } from "./schema-words.js";

/** What the schema says of the member at one place of a text. */
export interface MemberWords {
  /** With dots, such as `issue.labels.0`. */
  readonly path: string;
  /** Its type, and whether it must be there. */
  readonly kind: string;
  readonly description?: string;
}

/** Undefined at a place that is in no member. */
export function memberWordsAt(text: string, offset: number, schema: JsonObject): MemberWords | undefined {
  const { path } = getLocation(text, offset);
  const name = path.at(-1);
  if (name === undefined || name === "") return undefined;
  const tree = parseTree(text);
  const payload = tree === undefined ? undefined : getNodeValue(tree);
  const schemas = schemasAt(schema, path, payload);
  const around = schemasAt(schema, path.slice(0, -1), payload);
  const isRequired = declaredMembers(around).some((one) => one.isRequired && one.name === name);
  const description = descriptionOf(schemas);
  const kind = [typeWords(schemas), ...(isRequired ? ["required"] : [])].filter((word) => word !== "").join(", ");
  return {
    path: path.join("."),
    kind: schemas.length === 0 ? "not in the schema" : kind,
    ...(description === undefined ? {} : { description }),
  };
}
