import type { ApiClient } from "../../../runtime/api/client.js";
import { createApiKeyClient } from "../../../runtime/api/platform/api-key-client.js";
import { createIngestionClient } from "../../../runtime/ingestion/client.js";
import { endpointMembers, endpointsOf } from "../../support/endpoints.js";

/** The typed calls that make an operation, by `get /path`. A call is written as code: `context.endpoints.issues.list()`. */
export type TypedCalls = ReadonlyMap<string, readonly string[]>;

function byOperation(calls: readonly (readonly [operation: string, call: string])[]): TypedCalls {
  const found = new Map<string, string[]>();
  for (const [operation, call] of calls) found.set(operation, [...(found.get(operation) ?? []), call]);
  return found;
}

/** What `context` offers for the operations of `openapi.yaml`, from what each endpoint declares. */
export function handlerCalls(): TypedCalls {
  const endpoints: object = endpointsOf({} as ApiClient);
  const written = (name: string): string => {
    const [group = "", member] = name.split(".");
    if (member === undefined) return `context.endpoints.${group}()`;
    // An endpoint of a project is a function that takes the project.
    const isFunction = typeof Object.getOwnPropertyDescriptor(endpoints, group)?.value === "function";
    return `context.endpoints.${group}${isFunction ? "()" : ""}.${member}()`;
  };
  const declared = endpointMembers.flatMap(([name, calls]) => calls.map((call) => [call, written(name)] as const));
  const tables = endpointMembers.flatMap(([name, calls]) =>
    name.startsWith("customData.")
      ? calls.map(
          (call) => [call, `context.customData().<module>.<table>.${name.slice("customData.".length)}()`] as const,
        )
      : [],
  );
  return byOperation([...tables, ...declared]);
}

/** The same for the clients with an API key: each member is called, and what it sends is compared with the paths of the document. */
export async function apiKeyCalls(
  operations: readonly { readonly method: string; readonly path: string }[],
): Promise<TypedCalls> {
  const sent: string[] = [];
  const options = {
    apiKey: "kik_example",
    organizationId: "org_1",
    retries: 0,
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init);
      sent.push(`${request.method.toLowerCase()} ${new URL(request.url).pathname}`);
      return Response.json({}, { status: 404 });
    },
  };
  const ingestion = createIngestionClient(options);
  const { cases } = createApiKeyClient(options);
  const event = { sourceSystem: "s", sourceEventType: "t", idempotencyKey: "k", payload: {} };
  const members: readonly (readonly [name: string, call: () => Promise<unknown>])[] = [
    ["getContract", () => ingestion.getContract()],
    ["createRawEvent", () => ingestion.createRawEvent(event)],
    ["processRawEvent", () => ingestion.processRawEvent("id")],
    [
      "createEvidence",
      () =>
        ingestion.createEvidence({
          sourceSystem: "s",
          sourceEventType: "t",
          evidenceType: "e",
          idempotencyKey: "k",
          payload: {},
        } as never),
    ],
    ["claimRawEvents", () => ingestion.claimRawEvents()],
    ["submitRawEvent", () => ingestion.submitRawEvent("id", { evidence: [], intents: [] } as never)],
    ["cases.list", () => cases.list()],
    ["cases.get", () => cases.get("id")],
    ["cases.create", () => cases.create({} as never)],
    ["cases.transitions", () => cases.transitions("id")],
    ["cases.transition", () => cases.transition("id", "state")],
  ];
  const found: (readonly [string, string])[] = [];
  for (const [name, call] of members) {
    const before = sent.length;
    const failure = await call().catch((error: unknown) => error);
    const [line] = sent.slice(before);
    if (line === undefined) throw new Error(`${name} sends nothing`, { cause: failure });
    const known = operations.find(({ method, path }) => line === `${method} ${path.replace(/\{\w+\}/g, "id")}`);
    if (known === undefined) throw new Error(`${name} sends ${line}, which the document does not have`);
    const client = name.startsWith("cases.") ? "createApiKeyClient()" : "createIngestionClient()";
    found.push([`${known.method} ${known.path}`, `${client}.${name}()`]);
  }
  return byOperation(found);
}
