import { RequestProblem } from "../request-problem.js";
import type { ClockRequest, FaultKind, FaultRequest } from "../trouble.js";
import { requireShape, type Shape, texts, trueOrFalse } from "./request-shape.js";
import { answered, type InspectorRoute } from "./route.js";

/** The members that each kind has, beside `kind` and `times`. */
const membersByKind: Readonly<Record<FaultKind, readonly (keyof FaultRequest)[]>> = {
  slow: ["operations", "milliseconds"],
  "keys-down": [],
  "empty-keys": [],
  "rate-limit": ["operations", "retryAfter"],
  error: ["operations", "status", "retryAfter", "performed"],
  cut: ["operations", "performed"],
};
const kinds = Object.keys(membersByKind);

function whole(from: number, to: number): Shape {
  return {
    what: `a whole number from ${from} to ${to}`,
    holds: (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}

const fault: Readonly<Record<keyof FaultRequest, Shape>> = {
  kind: {
    what: `one of ${kinds.join(", ")}`,
    holds: (value) => kinds.includes(value as string),
    isRequired: true,
  },
  operations: {
    what: "a list of texts that is not empty: without it, all operations are affected",
    holds: (value) => texts.holds(value) && (value as readonly unknown[]).length > 0,
  },
  times: whole(1, 1_000_000),
  milliseconds: whole(1, 600_000),
  status: whole(400, 599),
  retryAfter: whole(0, 86_400),
  performed: trueOrFalse,
};

function requireFault(body: unknown): FaultRequest {
  const request = requireShape(body, fault) as unknown as FaultRequest;
  const has = ["kind", "times", ...membersByKind[request.kind]];
  const other = Object.keys(request).find((name) => !has.includes(name));
  if (other === undefined) return request;
  throw new RequestProblem(400, `A fault of the kind ${request.kind} has no ${other}`, `It has ${has.join(", ")}.`);
}

function requireClock(body: unknown): ClockRequest {
  const reset: Shape = { what: "true", holds: (value) => value === true };
  const request = requireShape(body, { advance: whole(1, Number.MAX_SAFE_INTEGER), reset });
  if (Object.hasOwn(request, "advance") !== Object.hasOwn(request, "reset")) return request;
  throw new RequestProblem(400, "Exactly one of advance and reset is needed", "advance is in milliseconds.");
}

/** Faults, keys and the clock. */
export const troubleRoutes: readonly InspectorRoute[] = [
  {
    method: "GET",
    path: "/api/faults",
    answer: ({ trouble }) => answered({ ...trouble.state(), operations: trouble.operations }),
  },
  {
    method: "POST",
    path: "/api/faults",
    answer: async ({ trouble }, _, readBody) => ({ status: 201, body: trouble.inject(requireFault(await readBody())) }),
  },
  {
    method: "POST",
    path: "/api/faults/clear",
    answer: async ({ trouble }, _, readBody) => {
      const { id } = requireShape(await readBody(), { id: whole(1, Number.MAX_SAFE_INTEGER) });
      return answered(trouble.clear(id as number | undefined));
    },
  },
  {
    method: "POST",
    path: "/api/keys",
    answer: async ({ trouble }, _, readBody) => {
      const { keepOld = true } = requireShape(await readBody(), { keepOld: trueOrFalse });
      return answered(await trouble.rotateKeys(keepOld as boolean));
    },
  },
  {
    method: "POST",
    path: "/api/clock",
    answer: async ({ trouble }, _, readBody) => answered(await trouble.moveClock(requireClock(await readBody()))),
  },
];
