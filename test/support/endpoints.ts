import { type CallGroup, endpointCalls } from "../../generator/contracts/endpoint-calls.js";
import type { ApiClient } from "../../runtime/api/client.js";
import { createEndpoints, type Endpoints } from "../../runtime/api/endpoints/index.js";
import { createSecretsEndpoint } from "../../runtime/api/endpoints/secrets.js";
import type { LogTarget } from "../../runtime/api/options.js";
import { testTime } from "./tokens.js";

function membersOf(group: CallGroup, prefix = ""): (readonly [name: string, calls: readonly string[]])[] {
  return Object.entries(group).flatMap(([name, entry]) =>
    Array.isArray(entry) ? [[prefix + name, entry] as const] : membersOf(entry as CallGroup, `${prefix}${name}.`),
  );
}

/** Every member of `context.endpoints`, such as `secrets.set`, with its declared calls. */
export const endpointMembers = membersOf(endpointCalls);

/** The endpoints of one delivery, without an extension. */
export function endpointsOf(api: ApiClient, logEventTo: LogTarget = "logs"): Endpoints {
  const extensionId = "com.example.greeter";
  const secrets = createSecretsEndpoint(api, extensionId);
  return createEndpoints({
    api,
    secrets,
    project: 27,
    extensionId,
    eventVersion: "v1",
    logEventTo,
    now: () => testTime,
  });
}
