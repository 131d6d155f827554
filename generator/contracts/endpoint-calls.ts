import { pascalCase } from "../base/naming.js";
import type { DataOperation } from "../model/data-operation.js";
import { endpointCalls as declared } from "./endpoint-calls.gen.js";
import type { Call } from "./operations.js";

/** What a group of calls makes, by member; a function that returns a group stands as that group. */
export interface CallGroup {
  readonly [member: string]: readonly Call[] | CallGroup;
}

/** What `context.endpoints` calls. */
export const endpointCalls: CallGroup = declared;

/** What a call on a custom-data table makes, typed or by wire names. */
export const recordCalls: typeof declared.customData = declared.customData;

export type TableCall = keyof typeof recordCalls;

/** What a manifest has to grant for a call on a table (manifest-and-events §3.4). */
export const operationOf: Readonly<Record<TableCall, DataOperation>> = {
  list: "read",
  get: "read",
  create: "write",
  update: "write",
  delete: "delete",
};

export const tableCalls: readonly TableCall[] = Object.keys(operationOf) as TableCall[];

/** The groups by their interfaces in the runtime: `slaEvents` is a `SlaEventsEndpoint`. */
export const endpointGroups: Readonly<Record<string, CallGroup>> = {
  Endpoints: endpointCalls,
  ...Object.fromEntries(
    Object.entries(endpointCalls).flatMap(([name, calls]) =>
      Array.isArray(calls) ? [] : [[`${pascalCase(name)}Endpoint`, calls as CallGroup]],
    ),
  ),
};
