import { pascalCase } from "../base/naming.js";
import type { DataOperation } from "../model/data-operation.js";
import { endpointCalls as declared } from "./endpoint-calls.gen.js";
import type { Call } from "./operations.js";

/** The operations that a group of functions calls, by member. A function that returns a group is listed as that group. */
export interface CallGroup {
  readonly [member: string]: readonly Call[] | CallGroup;
}

/** The operations that `context.endpoints` calls. */
export const endpointCalls: CallGroup = declared;

/** The operations that each method of a custom-data table calls. */
export const recordCalls: typeof declared.customData = declared.customData;

export type TableCall = keyof typeof recordCalls;

/** The operation that the manifest must grant for each method of a table. */
export const operationOf: Readonly<Record<TableCall, DataOperation>> = {
  list: "read",
  get: "read",
  create: "write",
  update: "write",
  delete: "delete",
};

export const tableCalls: readonly TableCall[] = Object.keys(operationOf) as TableCall[];

/** The groups by the name of their interface in the runtime: `slaEvents` is a `SlaEventsEndpoint`. */
export const endpointGroups: Readonly<Record<string, CallGroup>> = {
  Endpoints: endpointCalls,
  ...Object.fromEntries(
    Object.entries(endpointCalls).flatMap(([name, calls]) =>
      Array.isArray(calls) ? [] : [[`${pascalCase(name)}Endpoint`, calls as CallGroup]],
    ),
  ),
};
