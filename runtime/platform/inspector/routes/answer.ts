import type { InspectorBackend } from "../backend.js";
import { RequestProblem } from "../request-problem.js";
import { dataRoutes } from "./data-routes.js";
import { deliveryRoutes } from "./delivery-routes.js";
import { type InspectorAnswer, type InspectorRoute, notAllowed, problem, type ReadBody } from "./route.js";
import { scopeRoutes } from "./scope-routes.js";
import { testRoutes } from "./test-routes.js";
import { troubleRoutes } from "./trouble-routes.js";

const routes: readonly InspectorRoute[] = [
  ...deliveryRoutes,
  ...dataRoutes,
  ...scopeRoutes,
  ...testRoutes,
  ...troubleRoutes,
];

interface InspectorRequest {
  readonly method: string;
  /** As it was sent. */
  readonly target: string;
  readonly readBody: ReadBody;
}

/** Longer ones name nothing. */
const longestPart = 500;

/** The decoded segments at the places of `*`; undefined if the path does not fit. */
function match(pattern: string, path: string): readonly string[] | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const parts: string[] = [];
  for (const [index, segment] of given.entries()) {
    if (wanted[index] !== "*") {
      if (wanted[index] !== segment) return undefined;
      continue;
    }
    const part = segment.length > longestPart ? undefined : decoded(segment);
    if (part === undefined || part === "") return undefined;
    parts.push(part);
  }
  return parts;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function takes({ query: known }: InspectorRoute, query: URLSearchParams | undefined): boolean {
  return query === undefined || (known !== undefined && [...query.keys()].every((name) => known.includes(name)));
}

/** Answers a request that the guard has let in. Never rejects. */
export async function answerInspector(
  backend: InspectorBackend,
  { method, target, readBody }: InspectorRequest,
): Promise<InspectorAnswer> {
  const at = target.indexOf("?");
  const path = at === -1 ? target : target.slice(0, at);
  const query = at === -1 ? undefined : new URLSearchParams(target.slice(at + 1));
  const fitting = routes.flatMap((route) => {
    const parts = match(route.path, path);
    return parts === undefined || !takes(route, query) ? [] : [{ route, parts }];
  });
  if (fitting.length === 0) return problem(404, "There is nothing at this path");
  const chosen = fitting.find(({ route }) => route.method === method);
  if (chosen === undefined) return notAllowed(fitting.map(({ route }) => route.method).join(", "));
  try {
    return await chosen.route.answer(backend, chosen.parts, readBody, query ?? new URLSearchParams());
  } catch (error) {
    if (error instanceof RequestProblem) return problem(error.status, error.message, error.hint, error.problems);
    return problem(500, `The inspector failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
