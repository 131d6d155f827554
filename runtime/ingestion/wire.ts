import { KiketError } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { plainResult } from "../pipeline/plain-result.js";

/** A date, or a date with a time, as in ISO 8601. */
const isoText = /^(?:\d{4}|[+-]\d{6})-\d{2}-\d{2}(?:$|[Tt ]\d{2}:\d{2})/;

function isTime(value: unknown): boolean {
  return typeof value === "string" && isoText.test(value) && !Number.isNaN(Date.parse(value));
}

/** Every time of an event or of evidence, and where it stands. */
function timesOf({ occurredAt, capturedAt, evidence }: JsonObject, name: string): readonly [string, unknown][] {
  const inner = Array.isArray(evidence) ? evidence : [];
  return [
    [`${name}.occurredAt`, occurredAt],
    [`${name}.capturedAt`, capturedAt],
    ...inner.flatMap((item: unknown, index) =>
      isJsonObject(item) ? timesOf({ capturedAt: item.capturedAt }, `${name}.evidence[${index}]`) : [],
    ),
  ];
}

/**
 * What the ingestion API gets for an event or for evidence: every Date is ISO 8601 text.
 * @throws {KiketError} if a time is neither a valid Date nor such text, or if JSON would lose something. The message begins with `name`
 *   and the place.
 */
export function toIngestion(value: unknown, name: string): JsonObject {
  // (fact 923)
  const plain = plainResult(value, name);
  if (!isJsonObject(plain)) throw new KiketError(`${name} must be an object, as NormalizedEvent describes it`);
  for (const [place, time] of timesOf(plain, name)) {
    if (time === undefined || isTime(time)) continue;
    throw new KiketError(`${place} must be a valid Date, or ISO 8601 text such as "2026-06-01T08:00:00Z"`);
  }
  return plain;
}
