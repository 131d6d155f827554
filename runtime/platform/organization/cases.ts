import { defined, type JsonObject } from "../../base/json.js";
import { localOrganization } from "../http/api-keys.js";
import {
  type Answer,
  type Behaviour,
  created,
  notFound,
  ok,
  type StoredBehaviour,
  unprocessable,
} from "../http/operation.js";
import type { NewId } from "../new-id.js";

/** What blocks a transition. */
export interface BlockerSeed {
  /** Such as `documents`. No source lists the kinds. */
  readonly type: string;
  readonly message: string;
}

/** A way of a case from one state to another. */
export interface CaseTransitionSeed {
  /** The key of the state before. Default: every state. */
  readonly from?: string;
  /** The key of the state after. */
  readonly to: string;
  readonly name?: string;
  /** While there are any, the transition is refused with 409. Default: none. */
  readonly blockers?: readonly BlockerSeed[];
}

/** An initial case. It may have other members too. */
export interface CaseSeed {
  /** Default: a new one. */
  readonly id?: string;
  /** Default: the organization of all API keys that name none. */
  readonly organizationId?: string;
  readonly workspaceId?: string;
  readonly processId?: string;
  readonly caseNumber?: number;
  readonly title?: string;
  /** The state that it is in. Transitions start from it. */
  readonly currentStateKey?: string;
  readonly currentStateLabel?: string | null;
  /** Free data. */
  readonly context?: JsonObject;
  /** All transitions of its process. Default: it can go from every state to every other. */
  readonly transitions?: readonly CaseTransitionSeed[];
}

interface StoredCase {
  readonly organizationId: string;
  readonly transitions: readonly CaseTransitionSeed[] | undefined;
  body: { readonly id: string; readonly currentStateKey?: string } & JsonObject;
}

type Operations =
  | "listCases"
  | "createCase"
  | "getCase"
  | "updateCase"
  | "listCaseTransitions"
  | "checkCaseTransition"
  | "transitionCase";

/** Cases are found only with an API key of their organization. */
export function createCases(seed: readonly CaseSeed[], newId: NewId): StoredBehaviour<Operations, readonly CaseSeed[]> {
  // See facts 936 and 939.
  const cases = new Map<string, StoredCase>();

  function add({ transitions, organizationId = localOrganization, ...given }: CaseSeed): StoredCase {
    const body = { ...given, id: given.id ?? newId() };
    const stored = { organizationId, transitions, body };
    cases.set(body.id, stored);
    return stored;
  }

  /** Performs an operation on one case. */
  function withCase(
    { path, organizationId }: { readonly path: { readonly case_id: string }; readonly organizationId: string },
    perform: (found: StoredCase) => Answer,
  ): Answer {
    const found = cases.get(path.case_id);
    return found?.organizationId === organizationId ? perform(found) : notFound("Case");
  }

  for (const one of seed) {
    if (one.id !== undefined && cases.has(one.id)) {
      throw new RangeError(`Two cases of the seed have the id "${one.id}": give each its own, or none.`);
    }
    add(one);
  }

  const behaviour: Behaviour<Operations> = {
    listCases({ query, organizationId }) {
      const found = [...cases.values()].filter(
        (one) =>
          one.organizationId === organizationId &&
          (query.workspaceId === undefined || one.body.workspaceId === query.workspaceId),
      );
      // No answer has a cursor, since no source names its member: so there is nothing behind one.
      const page = query.cursor === undefined ? found : [];
      return ok({ data: page.slice(0, query.limit).map(({ body }) => body) });
    },
    // Another id or organization would take the place of a case, and only a seed says what the process allows.
    createCase: ({ body: { id: _, transitions: __, ...body }, organizationId }) =>
      created(add({ ...body, organizationId } as CaseSeed).body),
    getCase: (call) => withCase(call, ({ body }) => ok(body)),
    updateCase: (call) =>
      withCase(call, (found) => {
        if (call.body.currentStateKey !== undefined) {
          return unprocessable("The state of a case is changed by a transition", [
            { field: "body.currentStateKey", message: "cannot be changed here" },
          ]);
        }
        const { organizationId: _, transitions: __, ...changes } = call.body;
        found.body = { ...found.body, ...changes, id: found.body.id };
        return ok(found.body);
      }),
    listCaseTransitions: (call) =>
      withCase(call, (found) => ok({ data: reachable(found).map((one) => transitionOf(found, one)) })),
    checkCaseTransition: (call) =>
      withCase(call, (found) => {
        const blockers = blockersOf(found, call.query.toState);
        return ok({ allowed: blockers?.length === 0, blockers: blockers ?? [] });
      }),
    transitionCase: (call) =>
      withCase(call, (found) => {
        const { toState } = call.body;
        const blockers = blockersOf(found, toState);
        if (blockers === undefined) return unprocessable(`No transition leads from the current state to ${toState}`);
        if (blockers.length > 0) return { status: 409, body: { error: "The transition is blocked", blockers } };
        // The label of the new state is the process's, which is not here.
        found.body = { ...found.body, currentStateKey: toState, currentStateLabel: null };
        return ok(found.body);
      }),
  };

  return {
    behaviour,
    snapshot: () =>
      [...cases.values()].map(({ body, organizationId, transitions }) => ({
        ...body,
        organizationId,
        ...defined({ transitions }),
      })),
  };
}

/** The declared transitions from the current state. */
function reachable({ transitions = [], body }: StoredCase): readonly CaseTransitionSeed[] {
  return transitions.filter(({ from }) => from === undefined || from === body.currentStateKey);
}

/** What blocks the way to a state; empty if nothing does, `undefined` if no declared transition leads there. */
function blockersOf(found: StoredCase, toState: string): readonly BlockerSeed[] | undefined {
  if (found.transitions === undefined) return [];
  const transition = reachable(found).find(({ to }) => to === toState);
  return transition === undefined ? undefined : (transition.blockers ?? []);
}

function transitionOf({ body }: StoredCase, { name, from, to, blockers = [] }: CaseTransitionSeed): JsonObject {
  return { ...(name === undefined ? {} : { name }), from: from ?? body.currentStateKey, to, blockers };
}
