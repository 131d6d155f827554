import { isJsonObject, type JsonObject } from "../../../base/json.js";
import type { ReplayRequest, SendRequest } from "../backend.js";
import type { DataEdit } from "../data-view.js";
import { RequestProblem } from "../request-problem.js";
import type { SaveTestRequest } from "../saved-test.js";
import { everyFlaw, type Flaw } from "../trouble.js";

/** A payload that is to be checked: the body of `POST /api/check`. */
export interface CheckRequest {
  readonly event: string;
  readonly version: string;
  readonly payload: unknown;
}

/** What a member of a body must be. */
export interface Shape {
  readonly what: string;
  readonly holds: (value: unknown) => boolean;
  readonly isRequired?: boolean;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const text: Shape = { what: "a text", holds: isText };
const anything: Shape = { what: "a JSON value", holds: () => true };
const object: Shape = { what: "an object", holds: isJsonObject };
export const texts: Shape = { what: "a list of texts", holds: (value) => Array.isArray(value) && value.every(isText) };
const textByName: Shape = {
  what: "an object of texts",
  holds: (value) => isJsonObject(value) && Object.values(value).every((each) => typeof each === "string"),
};
export const trueOrFalse: Shape = { what: "true or false", holds: (value) => typeof value === "boolean" };
const required = (shape: Shape): Shape => ({ ...shape, isRequired: true });

const send: Readonly<Record<keyof SendRequest, Shape>> = {
  event: required(text),
  version: text,
  payload: object,
  set: object,
  scopes: texts,
  secrets: textByName,
  keptSecrets: texts,
  hmac: trueOrFalse,
  flaw: { what: `one of ${everyFlaw.join(", ")}`, holds: (value) => everyFlaw.includes(value as Flaw) },
  origin: {
    what: "trigger, replay or page",
    holds: (value) => ["trigger", "replay", "page"].includes(value as string),
  },
};

const replay: Readonly<Record<keyof ReplayRequest, Shape>> = { id: text, recording: anything, secrets: textByName };

const edit: Readonly<Record<keyof DataEdit, Shape>> = {
  collection: required(text),
  key: text,
  values: object,
  expected: object,
};

const reset: Readonly<Record<"seed", Shape>> = {
  seed: required(trueOrFalse),
};

const check: Readonly<Record<keyof CheckRequest, Shape>> = {
  event: required(text),
  version: required(text),
  payload: required(anything),
};

const saveTest: Readonly<Record<keyof SaveTestRequest, Shape>> = { delivery: required(text), name: required(text) };

/** @throws {RequestProblem} 400 that names the member, also one that is not known: it would be ignored without a word. */
export function requireShape(body: unknown, shapes: Readonly<Record<string, Shape>>): JsonObject {
  if (!isJsonObject(body)) throw new RequestProblem(400, "The body is not a JSON object");
  const known = Object.keys(shapes);
  for (const name of Object.keys(body)) {
    if (known.includes(name)) continue;
    throw new RequestProblem(400, `Unknown member: ${JSON.stringify(name)}`, `Known: ${known.join(", ")}.`);
  }
  for (const [name, { what, holds, isRequired = false }] of Object.entries(shapes)) {
    const isThere = Object.hasOwn(body, name);
    if (isRequired && !isThere) throw new RequestProblem(400, `${name} is missing`, `It must be ${what}.`);
    if (isThere && !holds(body[name])) throw new RequestProblem(400, `${name} must be ${what}`);
  }
  return body;
}

/** @throws {RequestProblem} if it is none. */
export function requireSendRequest(body: unknown): SendRequest {
  return requireShape(body, send) as unknown as SendRequest;
}

/** @throws {RequestProblem} if it is none. */
export function requireReplayRequest(body: unknown): ReplayRequest {
  const request = requireShape(body, replay);
  if (Object.hasOwn(request, "id") !== Object.hasOwn(request, "recording")) return request;
  throw new RequestProblem(400, "Exactly one of id and recording is needed", "id is the id of a delivery, or last.");
}

/** @throws {RequestProblem} if it is none. */
export function requireCheckRequest(body: unknown): CheckRequest {
  return requireShape(body, check) as unknown as CheckRequest;
}

/** @throws {RequestProblem} if it is none. */
export function requireSaveTestRequest(body: unknown): SaveTestRequest {
  return requireShape(body, saveTest) as unknown as SaveTestRequest;
}

/** @throws {RequestProblem} if it is none. */
export function requireDataEdit(body: unknown): DataEdit {
  const request = requireShape(body, edit) as unknown as DataEdit;
  if (request.key !== undefined || request.values !== undefined) return request;
  throw new RequestProblem(
    400,
    "key or values is missing",
    "With values alone, a row is added; with key alone, it is removed.",
  );
}

/** @throws {RequestProblem} if it is none. */
export function requireDataReset(body: unknown): { readonly seed: boolean } {
  return requireShape(body, reset) as unknown as { readonly seed: boolean };
}
