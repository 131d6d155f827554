import type { Model } from "../model/model.js";
import { grantOf, spellFor } from "../model/scopes.js";

export const methods = ["get", "post", "put", "patch", "delete"] as const;

type Method = (typeof methods)[number];

/** One operation of `schemas/openapi.yaml`, as plain data derived when this package is built. */
export interface OperationRecord {
  readonly method: Method;
  readonly path: string;
  /** Token scopes as the evidence spells them; empty where none is known, which is no proof that none is needed. */
  readonly scopes: readonly string[];
}

/** `get /path`: what a table names an operation by. */
export type Call = `${Method} /${string}`;

export function callOf({ method, path }: OperationRecord): Call {
  return `${method} ${path}` as Call;
}

/** The permissions that the manifest lacks for some operations, in its own spelling, without repeats. */
export function lackingFor(model: Model, operations: readonly OperationRecord[]): string[] {
  const { allows } = grantOf(model);
  const lacking = operations.flatMap(({ scopes }) => scopes.filter((scope) => !allows(scope)));
  return [...new Set(lacking.map((scope) => spellFor(model, scope)))];
}
