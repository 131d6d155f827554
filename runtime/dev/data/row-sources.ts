import { isId } from "../../base/envelope.js";
import { isJsonObject, type JsonObject, member } from "../../base/json.js";
import type { CallRecord, DeliveryRecord } from "../../platform/inspector/delivery-record.js";
import { sourceName } from "./data-desk.js";

/** The object in an answer: the member of this name, or the answer itself. */
function objectIn(answer: unknown, name: string): JsonObject {
  const inner = isJsonObject(answer) ? member(answer, name) : undefined;
  return isJsonObject(inner) ? inner : isJsonObject(answer) ? answer : {};
}

function named(collection: string, key: unknown): string | undefined {
  return isId(key) ? sourceName(collection, String(key)) : undefined;
}

/** The rows that calls create, by operation. */
const created: Readonly<Record<string, (call: CallRecord) => string | undefined>> = {
  createCustomDataRecord({ path, query, answer }) {
    const [module = "", table = ""] = path.split("/").slice(-2).map(decodeURIComponent);
    const { id } = objectIn(answer, "data");
    return isId(id) ? sourceName(`table:${module}/${table}`, `${query.project_id}/${id}`) : undefined;
  },
  createIssue: ({ answer }) => named("issues", objectIn(answer, "issue").key),
  createIssueComment: ({ answer }) => named("comments", objectIn(answer, "comment").id),
  createCase: ({ answer }) => named("cases", objectIn(answer, "data").id),
  createEvidence: ({ answer }) => named("evidence", objectIn(answer, "data").id),
};

/** The deliveries whose handlers have created rows, by `sourceName`. `deliveries`: the newest first. */
export function rowSources(deliveries: readonly DeliveryRecord[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { id, attempts } of deliveries) {
    for (const { calls } of attempts) {
      for (const call of calls) {
        const make = call.operationId !== undefined && Object.hasOwn(created, call.operationId);
        const name = make && call.status === 201 ? created[call.operationId as string]?.(call) : undefined;
        if (typeof name === "string") sources.set(name, id);
      }
    }
  }
  return sources;
}
