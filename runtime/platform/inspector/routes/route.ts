import type { InspectorBackend } from "../backend.js";
import type { DataProblem } from "../data-view.js";
import { RequestProblem } from "../request-problem.js";

export interface InspectorAnswer {
  readonly status: number;
  /** Plain JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads and parses the body. Called only for a request that needs one. Throws a `RequestProblem` if it cannot be used. */
export type ReadBody = () => Promise<unknown>;

/** One route: a method and a path, and what answers it. */
export interface InspectorRoute {
  readonly method: "GET" | "POST";
  /** `*` is any one segment, which is decoded and given to `answer`. */
  readonly path: string;
  /** Names that may be in the query. Default: there is none. */
  readonly query?: readonly string[];
  readonly answer: (
    backend: InspectorBackend,
    parts: readonly string[],
    readBody: ReadBody,
    query: URLSearchParams,
  ) => InspectorAnswer | Promise<InspectorAnswer>;
}

export const answered = (body: unknown): InspectorAnswer => ({ status: 200, body });

/** @throws {RequestProblem} 404 if it is undefined. */
export function answeredIfFound<Value>(value: Value | undefined, what: string, hint: string): InspectorAnswer {
  if (value === undefined) throw new RequestProblem(404, what, hint);
  return answered(value);
}

export function problem(
  status: number,
  error: string,
  hint?: string,
  problems: readonly DataProblem[] = [],
): InspectorAnswer {
  const [more, list] = [hint === undefined ? {} : { hint }, problems.length === 0 ? {} : { problems }];
  return { status, body: { error, ...more, ...list } };
}

/** The answer to a method that is none of `allow`. */
export function notAllowed(allow: string): InspectorAnswer {
  return { ...problem(405, "The method is not allowed here", `Allowed: ${allow}.`), headers: { allow } };
}
