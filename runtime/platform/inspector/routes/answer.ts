import type { InspectorBackend } from "../backend.js";
import { RequestProblem } from "../request-problem.js";
import { requireCheckRequest, requireReplayRequest, requireSendRequest } from "./request-shape.js";

export interface InspectorAnswer {
  readonly status: number;
  /** Plain JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface InspectorRequest {
  readonly method: string;
  /** As it was sent. */
  readonly target: string;
  /**
   * The parsed body. Called only for a request that needs one.
   * @throws {RequestProblem} if it cannot be used.
   */
  readonly readBody: () => Promise<unknown>;
}

interface Route {
  readonly method: "GET" | "POST";
  /** `*` is any one segment, which is decoded and given to `answer`. */
  readonly path: string;
  readonly answer: (
    backend: InspectorBackend,
    parts: readonly string[],
    readBody: InspectorRequest["readBody"],
  ) => InspectorAnswer | Promise<InspectorAnswer>;
}

const ok = (body: unknown): InspectorAnswer => ({ status: 200, body });

function found<Value>(value: Value | undefined, what: string, hint: string): InspectorAnswer {
  if (value === undefined) throw new RequestProblem(404, what, hint);
  return ok(value);
}

const routes: readonly Route[] = [
  { method: "GET", path: "/api/launch", answer: ({ launchId }) => ok({ launchId }) },
  { method: "GET", path: "/api/state", answer: (backend) => ok(backend.state()) },
  { method: "GET", path: "/api/deliveries", answer: (backend) => ok({ deliveries: backend.deliveries() }) },
  {
    method: "POST",
    path: "/api/deliveries",
    answer: async (backend, _, readBody) => ({
      status: 201,
      body: await backend.send(requireSendRequest(await readBody())),
    }),
  },
  {
    method: "GET",
    path: "/api/deliveries/*",
    answer: (backend, [id = ""]) =>
      found(backend.delivery(id), "There is no delivery with this id", "Older ones may have been removed."),
  },
  {
    method: "POST",
    path: "/api/replays",
    answer: async (backend, _, readBody) => ({
      status: 201,
      body: await backend.replay(requireReplayRequest(await readBody())),
    }),
  },
  {
    method: "GET",
    path: "/api/events/*/*",
    answer: (backend, [name = "", version = ""]) =>
      found(backend.event(name, version), "The project does not handle this event", "GET /api/state lists its events."),
  },
  {
    method: "POST",
    path: "/api/check",
    answer: async (backend, _, readBody) => {
      const { event, version, payload } = requireCheckRequest(await readBody());
      return ok({ problems: backend.check(event, version, payload) });
    },
  },
];

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

/** Answers a request that the guard has let in. Never rejects. */
export async function answerInspector(
  backend: InspectorBackend,
  { method, target, readBody }: InspectorRequest,
): Promise<InspectorAnswer> {
  const fitting = routes.flatMap((route) => {
    const parts = match(route.path, target);
    return parts === undefined ? [] : [{ route, parts }];
  });
  if (fitting.length === 0) return problem(404, "There is nothing at this path");
  const chosen = fitting.find(({ route }) => route.method === method);
  if (chosen === undefined) return notAllowed(fitting.map(({ route }) => route.method).join(", "));
  try {
    return await chosen.route.answer(backend, chosen.parts, readBody);
  } catch (error) {
    if (error instanceof RequestProblem) return problem(error.status, error.message, error.hint);
    return problem(500, `The inspector failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function problem(status: number, error: string, hint?: string): InspectorAnswer {
  return { status, body: { error, ...(hint === undefined ? {} : { hint }) } };
}

/** The answer to a method that is none of `allow`. */
export function notAllowed(allow: string): InspectorAnswer {
  return { ...problem(405, "The method is not allowed here", `Allowed: ${allow}.`), headers: { allow } };
}
