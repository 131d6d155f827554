import { isId } from "../../base/envelope.js";
import { isJsonObject, member } from "../../base/json.js";
import { everyFlaw } from "../../platform/inspector/trouble.js";

/** Whether a value, read from a file, has a form. */
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => Number.isFinite(value);

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === "string" && words.includes(value);
}

function listOf(item: Check): Check {
  return (value) => Array.isArray(value) && value.every(item);
}

function mapOf(item: Check): Check {
  return (value) => isJsonObject(value) && Object.values(value).every(item);
}

function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  return (value) =>
    isJsonObject(value) &&
    Object.entries(required).every(([key, check]) => check(member(value, key))) &&
    Object.entries(optional).every(([key, check]) => !Object.hasOwn(value, key) || check(value[key]));
}

const id: Check = (value) => typeof value === "string" && /^[\w-]{1,100}$/.test(value);

const flaw = oneOf(...everyFlaw);

const call = object(
  { method: text, path: text, query: mapOf(text), status: number, at: number, ms: number },
  { operationId: text, fault: text, byOtherCredential: (value) => typeof value === "boolean" },
);

const line = object({
  at: number,
  level: oneOf("debug", "info", "warn", "error"),
  message: text,
  fields: isJsonObject,
});

const attempt = object(
  {
    number,
    at: number,
    request: object({ method: text, url: text, headers: mapOf(text), body: text }, { claims: isJsonObject }),
    calls: listOf(call),
    logs: listOf(line),
  },
  {
    build: number,
    reply: object({ status: number, headers: mapOf(text), body: text }),
    error: text,
    verdict: text,
    ms: number,
    stages: listOf(object({ name: text, at: number, ms: number })),
  },
);

/** A `DeliveryRecord` of a file. */
const record = object(
  {
    id,
    event: text,
    version: text,
    origin: oneOf("trigger", "replay", "page"),
    state: oneOf("waiting", "running", "retrying", "delivered", "refused", "failed"),
    createdAt: number,
    payload: isJsonObject,
    attempts: listOf(attempt),
  },
  { replayOf: id, flaw, flawResult: oneOf("right", "wrong"), next: object({ at: number, schedule: number }) },
);

/** A `DeliveryContent` without what the record has. */
const content = object(
  { auth: oneOf("token", "hmac"), secrets: mapOf(text) },
  { body: isJsonObject, scopes: listOf(text), headers: mapOf(text), orgId: isId, projId: isId, flaw },
);

/** Whether a value has the form of a kept delivery. */
export const isKeptDelivery: Check = object({ record, content });

/** Whether a value has the form of credentials: texts that can be headers. */
export const isCredentials: Check = (value) => {
  const credential: Check = (one) => typeof one === "string" && /^[\w-]{32,200}$/.test(one);
  return object({ webhookSecret: credential, workspaceToken: credential, apiKey: credential, runnerKey: credential })(
    value,
  );
};

/** Whether a value is an object of texts that can be in an environment. */
export const isVariables: Check = mapOf((value) => typeof value === "string" && !value.includes("\0"));

/** Whether a value may be the data of a platform: lists of objects, and objects. What is in them, the platform checks. */
export const isSeed: Check = mapOf((value) => isJsonObject(value) || listOf(isJsonObject)(value));
