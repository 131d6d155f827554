import type { InvalidMember, Operation } from "./operation.js";
import * as validators from "./validators.gen.js";

interface ValidationError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A schema of the document, compiled by the build. */
export interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly ValidationError[] | null;
}

const byName = validators as Readonly<Record<string, Validator>>;

/** The errors in one part of a request. Empty if it is valid. */
export function invalidMembers(
  operation: Operation,
  part: "path" | "query" | "body",
  value: unknown,
): readonly InvalidMember[] {
  const validate = byName[`${operation.operationId}_${part}`];
  if (validate === undefined || validate(value)) return [];
  const messages = new Map<string, Set<string>>();
  for (const error of validate.errors ?? []) {
    // The errors of the union's members say more.
    if (error.keyword === "oneOf" || error.keyword === "anyOf") continue;
    const { field, message } = located(part, error);
    messages.set(field, (messages.get(field) ?? new Set()).add(message));
  }
  return [...messages].map(([field, texts]) => ({ field, message: [...texts].join("; ") }));
}

function located(
  part: string,
  { instancePath, keyword, message = "is not valid", params }: ValidationError,
): InvalidMember {
  const at = `${part}${instancePath.replaceAll("/", ".")}`;
  if (keyword === "required") return { field: `${at}.${params.missingProperty}`, message: "is required" };
  if (keyword === "additionalProperties")
    return { field: `${at}.${params.additionalProperty}`, message: "is not known" };
  return { field: at, message };
}

/**
 * The query with the types of the document. An empty parameter is taken for none, as forms send it. A repeated parameter becomes a list,
 * which no parameter of the document accepts.
 */
export function readQuery(operation: Operation, search: string): Readonly<Record<string, unknown>> {
  const query = new Map<string, unknown>();
  for (const [name, text] of new URLSearchParams(search)) {
    const kind = operation.query[name];
    if (kind !== undefined && text === "") continue;
    const value = convert(kind, text);
    query.set(name, query.has(name) ? [query.get(name), value] : value);
  }
  return Object.fromEntries(query);
}

function convert(kind: Operation["query"][string] | undefined, text: string): unknown {
  if (kind === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
