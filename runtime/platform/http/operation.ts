import type { operations } from "../../api/api.gen.js";

/** The operations of schemas/openapi.yaml, by name. */
export type OperationId = keyof operations;

/** What the platform needs of one operation of schemas/openapi.yaml; derived from it at the build. */
export interface Operation {
  readonly operationId: OperationId;
  /** Upper case. */
  readonly method: string;
  /** As the document writes it, with `{name}` segments. */
  readonly path: string;
  /** Whether a credential is needed. */
  readonly credential: boolean;
  /** All are needed; none where the document knows of none. */
  readonly scopes: readonly string[];
  /** Query parameters; texts of the kinds `integer` and `boolean` are converted before they are validated. */
  readonly query: Readonly<Record<string, "integer" | "boolean" | "text">>;
  /** Whether a JSON body is needed. */
  readonly body: boolean;
  /** Whether the operation takes an `Idempotency-Key`. */
  readonly idempotencyKey: boolean;
}

/** What an answer is made of: JSON, bytes, or nothing where `body` is `undefined`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Parameters<Id extends OperationId> = operations[Id]["parameters"];
type Body<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { "application/json": infer Json } };
}
  ? Json
  : undefined;

/** One accepted request: known operation, good credential, valid parameters and body. */
export interface Call<Id extends OperationId = OperationId> {
  /** Percent-decoded path segments; always text. */
  readonly path: { readonly [Name in keyof NonNullable<Parameters<Id>["path"]>]: string };
  readonly query: NonNullable<Parameters<Id>["query"]>;
  readonly body: Body<Id>;
  /** Who calls, for records that name a person; `null` for calls without credential. */
  readonly caller: string | null;
}

/** The behaviour of some operations, by name. */
export type Behaviour<Ids extends OperationId = OperationId> = {
  readonly [Id in Ids]: (call: Call<Id>) => Answer;
};

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
  /** Dotted, from `path`, `query` or `body`. */
  readonly field: string;
  readonly message: string;
}

export function unprocessable(error: string, details?: readonly InvalidMember[]): Answer {
  return { status: 422, body: details === undefined ? { error } : { error, details } };
}
