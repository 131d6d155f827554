import type { Model } from "../model/model.js";
import { grantOf, spellFor } from "../model/scopes.js";

export const methods = ["get", "post", "put", "patch", "delete", "head", "options", "trace"] as const;

type Method = (typeof methods)[number];

/** One operation of `schemas/openapi.yaml`, as plain data that the build derives. */
export interface OperationRecord {
  readonly method: Method;
  readonly path: string;
  /** Token scopes, spelled as in the evidence. Empty if none is known; the operation may need one nevertheless. */
  readonly scopes: readonly string[];
}

/** `get /path`: names an operation. */
export type Call = `${Method} /${string}`;

export function callOf({ method, path }: OperationRecord): Call {
  return `${method} ${path}` as Call;
}

/** Scopes that these operations need and the manifest lacks, with the permission to add, spelled as in the manifest. */
export function lackingFor(model: Model, operations: readonly OperationRecord[]): ReadonlyMap<string, string> {
  const { allows } = grantOf(model);
  const lacking = operations.flatMap(({ scopes }) => scopes.filter((scope) => !allows(scope)));
  return new Map(lacking.map((scope) => [scope, spellFor(model, scope)]));
}
