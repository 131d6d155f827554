import type { operations } from "../../api/api.gen.js";
import type { PlatformOperations } from "../../api/platform/platform-api.gen.js";

/** The operations of schemas/openapi.yaml and schemas/platform.openapi.yaml, by name. */
export type OperationId = keyof operations | keyof PlatformOperations;

/** What the platform knows about one operation of the documents. The build derives it. */
export interface Operation {
  readonly operationId: OperationId;
  /** Upper case. */
  readonly method: string;
  /** As in the document, with `{name}` segments. */
  readonly path: string;
  /** What the caller must have: nothing, a token or key of an installed extension, or an API key of an organization. */
  readonly credential: "none" | "installation" | "api-key";
  /** The required scopes. Empty if the document names none. */
  readonly scopes: readonly string[];
  /** Query parameters. Texts of the kinds `integer` and `boolean` are converted before they are validated. */
  readonly query: Readonly<Record<string, "integer" | "boolean" | "text">>;
  /** Whether a JSON body is needed. */
  readonly body: boolean;
  /** Whether the operation takes an `Idempotency-Key`. */
  readonly idempotencyKey: boolean;
}

/** A response as plain data. The body is JSON or bytes, or absent if it is `undefined`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Operations = operations & PlatformOperations;
type Parameters<Id extends OperationId> = Operations[Id]["parameters"];
type Body<Id extends OperationId> = Operations[Id] extends {
  requestBody: { content: { "application/json": infer Json } };
}
  ? Json
  : undefined;

/** A request with a known operation, a valid credential, and valid parameters and body. */
export interface AcceptedRequest<Id extends OperationId = OperationId> {
  /** Percent-decoded path segments, always as text. */
  readonly path: { readonly [Name in keyof NonNullable<Parameters<Id>["path"]>]: string };
  readonly query: NonNullable<Parameters<Id>["query"]>;
  readonly body: Body<Id>;
  /** Who calls, for records that name a person. `null` for calls without a credential. */
  readonly caller: string | null;
  /** The organization of the API key. `null` for operations that need none. */
  readonly organizationId: Id extends keyof PlatformOperations ? string : null;
}

/** Functions that perform operations, by name. */
export type Behaviour<Ids extends OperationId = OperationId> = {
  readonly [Id in Ids]: (call: AcceptedRequest<Id>) => Answer;
};

/** Operations with the data that they work on. */
export interface StoredBehaviour<Ids extends OperationId, Data> {
  readonly behaviour: Behaviour<Ids>;
  /** The present data, for a seed. */
  snapshot(): Data;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const noContent: Answer = Object.freeze({ status: 204 });

export function notFound(what: string): Answer {
  return { status: 404, body: { error: `${what} not found` } };
}

export interface InvalidMember {
  /** A path with dots that starts with `path`, `query` or `body`. */
  readonly field: string;
  readonly message: string;
}

export function unprocessable(error: string, details?: readonly InvalidMember[]): Answer {
  return { status: 422, body: details === undefined ? { error } : { error, details } };
}
