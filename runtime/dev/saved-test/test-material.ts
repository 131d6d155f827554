import { isJsonObject, type JsonObject, parseJsonObject } from "../../base/json.js";
import { type VerdictStatus, verdictIn } from "../../handler/verdicts.js";
import { operationIds } from "../../platform/faults.js";
import type { OperationId } from "../../platform/http/operation.js";
import type { DevState } from "../../platform/inspector/backend.js";
import type { AttemptRecord, CallRecord, DeliveryRecord } from "../../platform/inspector/delivery-record.js";
import { RequestProblem } from "../../platform/inspector/request-problem.js";
import { type RecordingSecrets, redactedTogether } from "../../recordings/recording.js";
import { deliverySecrets } from "../../secrecy/delivery-secrets.js";
import type { DeliveryContent } from "../content.js";
import type { KeptDelivery } from "../delivery-book.js";
import { standInsOf, withStandIns } from "./stand-ins.js";

/** A delivery as a test of it needs it, without tokens and secrets. */
export interface TestMaterial {
  readonly kind: DevState["kind"];
  /** Can be any text, like everything in `data`. */
  readonly event: string;
  readonly version: string;
  readonly auth: DeliveryContent["auth"];
  readonly status: number;
  readonly verdict?: VerdictStatus;
  /** What was called before the reply, each operation once. */
  readonly operations: readonly OperationId[];
  /**
   * A recording; with `answers`, faults of the testing kit that answer the handler's calls again; with `secrets`, stand-ins for those that are
   * hidden in it; and with `env`, what the test needs in its environment. Of an adapter: the `payload` of the raw event, and the
   * `evidenceTypes` that it has submitted, in order.
   */
  readonly data: JsonObject;
  /** What is hidden or missing in the test, in sentences. */
  readonly remarks: readonly string[];
}

function isKnown(operation: string | undefined): operation is OperationId {
  return operation !== undefined && operationIds.has(operation);
}

/** Statuses whose answers have no body. */
const bodiless: readonly number[] = [204, 205, 304];

/** The answer to a call as a fault that gives it once more; undefined if it is not known as a whole. */
function answerAgain({ operationId, path, status, answer }: CallRecord): JsonObject | undefined {
  if (!isKnown(operationId)) return undefined;
  const target = { operations: operationId, path, times: 1 };
  if (status === 0) return { fault: "drop", ...target };
  if (answer === undefined || bodiless.includes(status)) return { fault: "response", ...target, status };
  // A text tells only the size of what was too long, or not JSON.
  if (typeof answer !== "string") return { fault: "response", ...target, status, body: answer };
  return status < 400 ? undefined : { fault: "error", ...target, status };
}

/** @throws {RequestProblem} 409 if no test can repeat it. */
function repliedAttempt({ state, flaw, attempts }: DeliveryRecord, kind: DevState["kind"]): AttemptRecord {
  if (flaw !== undefined) {
    const why = "The delivery was sent with a flaw on purpose, which a recording does not have";
    throw new RequestProblem(409, why, "In a test, `deliver` takes the options `token`, `secret` and `deliveryId`.");
  }
  const attempt = attempts.findLast(({ reply }) => reply !== undefined);
  if (attempt?.reply === undefined) {
    throw new RequestProblem(409, "The delivery has no reply so far", "Save it when it has ended.");
  }
  if (kind === "adapter" && state !== "delivered") {
    throw new RequestProblem(409, "Nothing was submitted for this raw event", "Save one that was submitted.");
  }
  if (attempt.reply.status === 401) {
    const why = "The delivery was refused for its token or signature, which a test makes anew";
    throw new RequestProblem(409, why, "In a test, `deliver` takes the options `token` and `secret`.");
  }
  if (kind !== "adapter" && attempt.calls.some(({ byOtherCredential }) => byOtherCredential)) {
    const why = "The handler called the API with a key of its environment, which a test does not have";
    throw new RequestProblem(409, why, "Write this test yourself: docs/reference/recordings.md shows how to replay.");
  }
  return attempt;
}

/** Whether the handler had made the call when it replied: a test sees no later ones. */
function isBeforeReply(attempt: AttemptRecord, { at }: CallRecord): boolean {
  return attempt.ms === undefined || at <= attempt.at + attempt.ms;
}

function evidenceTypesIn(reply: string): readonly string[] {
  const { evidence } = parseJsonObject(reply) ?? {};
  return Array.isArray(evidence) ? evidence.map((one) => String(isJsonObject(one) ? one.evidenceType : one)) : [];
}

/** What of the extension's environment a test needs too, by the names of variables. */
interface TestEnvironment {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What else is known of the project, and what is hidden. */
export interface TestSecrets extends RecordingSecrets {
  readonly environment: TestEnvironment;
}

/** Secrets of a delivery, as handlers get them. */
function secretsIn(body: JsonObject, isSetting: TestSecrets["isSetting"]): Readonly<Record<string, string>> {
  const { given } = deliverySecrets(body, isSetting);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !isSetting(name)));
}

/** A list of names as a sentence; nothing for an empty list. */
function named(words: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${words} ${names.join(", ")}.`];
}

/**
 * What a test of the delivery needs: that of its last attempt with a reply.
 * @throws {RequestProblem} 409 if no test can repeat it.
 */
export function testMaterialOf(
  { record, content }: KeptDelivery,
  kind: DevState["kind"],
  { environment, isSetting, known = [] }: TestSecrets,
): TestMaterial {
  const { event, version } = record;
  const attempt = repliedAttempt(record, kind);
  const { request, reply = { status: 0, headers: {}, body: "" } } = attempt;
  const base = { kind, event, version, auth: content.auth, status: reply.status };
  const secrets = { isSetting, known: [...known, ...Object.values(environment.secrets)] };
  if (kind === "adapter") {
    const raw = { event, version, headers: {}, body: record.payload };
    const { recording, others } = redactedTogether(raw, evidenceTypesIn(reply.body), secrets);
    return { ...base, operations: [], data: { payload: recording.body, evidenceTypes: others }, remarks: [] };
  }
  const body = parseJsonObject(request.body);
  if (body === undefined) throw new RequestProblem(409, "The body of the delivery is not a JSON object");
  const calls = [...attempt.calls].sort((a, b) => a.at - b.at);
  const answers = calls.flatMap((call) => answerAgain(call) ?? []);
  const { settings } = environment;
  const sent = { event, version, headers: request.headers, body };
  const given = secretsIn(body, isSetting);
  const values = { ...environment.secrets, ...given };
  const standIns = standInsOf(values);
  const redacted = redactedTogether(sent, { answers, settings }, secrets);
  const { secrets: _, ...payload } = body;
  const original = { recording: { ...sent, body: payload }, others: { answers, settings } };
  const { recording, others } = withStandIns(redacted, original, values);
  const early = calls.filter((call) => isBeforeReply(attempt, call)).map(({ operationId }) => operationId);
  const hidden = Object.keys(given);
  const verdict = reply.status < 300 ? verdictIn(reply.body) : undefined;
  const unknown = calls.filter((call) => isKnown(call.operationId) && answerAgain(call) === undefined);
  const kept = Object.keys(settings).filter((name) => others.settings[name] === settings[name]);
  const lost = Object.keys(settings).filter((name) => !kept.includes(name));
  const picked = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, standIns[name]]));
  const inEnvironment = Object.keys(environment.secrets);
  const env = { ...Object.fromEntries(kept.map((name) => [name, settings[name]])), ...picked(inEnvironment) };
  return {
    ...base,
    ...(verdict === undefined ? {} : { verdict }),
    operations: [...new Set(early.filter(isKnown))],
    data: {
      ...recording,
      ...(others.answers.length === 0 ? {} : { answers: others.answers }),
      ...(hidden.length === 0 ? {} : { secrets: picked(hidden) }),
      ...(Object.keys(env).length === 0 ? {} : { env }),
    },
    remarks: [
      ...named("Stand-ins are in the place of these secrets:", [...new Set([...hidden, ...inEnvironment])]),
      ...named("Written with their values from the environment:", kept),
      ...named("These settings of the environment look like secrets, and are left out:", lost),
      ...unknown.map(
        ({ operationId }) =>
          `The answer of ${operationId} was too long to be kept, or not JSON: in the test, an empty local Kiket answers.`,
      ),
    ],
  };
}
