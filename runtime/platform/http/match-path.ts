import { operations } from "./openapi.gen.js";
import type { Operation } from "./operation.js";

interface Route {
  readonly operation: Operation;
  /** Literal text, or the name of a parameter. */
  readonly segments: readonly ({ readonly text: string } | { readonly parameter: string })[];
}

type RouteMatch =
  | { readonly found: "operation"; readonly operation: Operation; readonly path: Readonly<Record<string, string>> }
  | { readonly found: "path"; readonly allowed: readonly string[] }
  | { readonly found: "nothing" };

const routes: readonly Route[] = operations.map((operation) => ({
  operation,
  segments: operation.path.split("/").map((segment) => {
    const parameter = /^\{(.+)\}$/.exec(segment)?.[1];
    return parameter === undefined ? { text: segment } : { parameter };
  }),
}));

/** Segments are compared before they are decoded, so that an encoded slash does not start a new segment. */
export function matchRoute(method: string, rawPath: string): RouteMatch {
  const given = rawPath.split("/");
  const fitting = routes
    .map((route) => ({ operation: route.operation, path: matchSegments(route, given) }))
    .filter(({ path }) => path !== undefined);
  // As OpenAPI requires, a path without parameters is preferred.
  const literal = fitting.filter(({ operation }) => !operation.path.includes("{"));
  const candidates = literal.length > 0 ? literal : fitting;
  if (candidates.length === 0) return { found: "nothing" };
  const match = candidates.find(({ operation }) => operation.method === method);
  return match?.path === undefined
    ? { found: "path", allowed: candidates.map(({ operation }) => operation.method) }
    : { found: "operation", operation: match.operation, path: match.path };
}

function matchSegments({ segments }: Route, given: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (segments.length !== given.length) return undefined;
  const path: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const raw = given[index] ?? "";
    if ("text" in segment) {
      if (segment.text !== raw) return undefined;
      continue;
    }
    const text = decode(raw);
    if (text === undefined || text === "") return undefined;
    path[segment.parameter] = text;
  }
  return path;
}

function decode(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}
