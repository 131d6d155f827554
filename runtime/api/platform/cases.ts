import { ApiError, TransitionBlockedError } from "../../base/errors.js";
import { requireHeaderText } from "../../base/headers.js";
import { defined, isJsonObject, member } from "../../base/json.js";
import { listIn, objectIn, orNull, writtenIn } from "../endpoints/read-answer.js";
import type { PlatformComponents } from "./platform-api.gen.js";
import type { PlatformApi } from "./platform-api.js";

/** A case. Kiket may send more members. */
export type PlatformCase = PlatformComponents["schemas"]["Case"];
/** A case to create. It is not known which members Kiket requires: its documentation sends all of them. */
export type PlatformCaseInput = PlatformComponents["schemas"]["CaseInput"];
/** A transition that the process of a case has. No source shows its members: all may be absent. */
export type CaseTransition = PlatformComponents["schemas"]["CaseTransition"];

/** One page of cases. */
export interface CaseList {
  readonly cases: readonly PlatformCase[];
  /** What else the answer has. The cursor of the next page must be there, but no source names its member. */
  readonly [member: string]: unknown;
}

/** The transitions of a case. */
export interface CaseTransitionList {
  readonly transitions: readonly CaseTransition[];
  /** What else the answer has, such as the documents that the current state requires. */
  readonly [member: string]: unknown;
}

/** Which cases `list` returns. Every member is optional. */
export interface CasesQuery {
  /** Only cases of this workspace. Default: those of the organization. */
  readonly workspaceId?: string | undefined;
  /** Where the page begins, from the answer before. */
  readonly cursor?: string | undefined;
  /** Maximum number of cases. */
  readonly limit?: number | undefined;
}

/** Options of a call that changes a case. */
export interface CaseWriteOptions {
  /**
   * Kiket carries out writes with the same key once. Default: a new random key for each call, which the retries of the call repeat. With a
   * key that follows from your own data, a second run of your program repeats no write.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Cases of the second generation. Seen only in documentation. Calls throw `ApiError` or `ApiConnectionError`. */
export interface CasesClient {
  /** One page of cases. */
  list(query?: CasesQuery): Promise<CaseList>;
  /** `null` if there is no such case. */
  get(id: string): Promise<PlatformCase | null>;
  /** What Kiket answers is not checked, since the case then exists: members may be missing, also `id`. */
  create(input: PlatformCaseInput, options?: CaseWriteOptions): Promise<Partial<PlatformCase>>;
  /** What the process allows from the current state, and what blocks it. */
  transitions(id: string): Promise<CaseTransitionList>;
  /**
   * Moves the case to the state with this key. What Kiket answers is not checked.
   * @throws {TransitionBlockedError}, which is an `ApiError`, if the process blocks it.
   */
  transition(id: string, toState: string, options?: CaseWriteOptions): Promise<Partial<PlatformCase>>;
}

const casesPath = "/api/v1/platform/cases";
const casePath = "/api/v1/platform/cases/{case_id}";
const transitionsPath = "/api/v1/platform/cases/{case_id}/transitions";
const transitionPath = "/api/v1/platform/cases/{case_id}/transition";

/** The case in an answer: bare, or in `data` or `case`, since no source shows one (fact 942). */
function caseIn(answer: unknown): Partial<PlatformCase> {
  return writtenIn<PlatformCase>(writtenIn<PlatformCase>(answer, "id"), "id", "case");
}

/**
 * The list in an answer, and the other members of what has it: the answer or its `data`, bare or in a member with this name.
 * @throws {KiketError} if there is no list.
 */
function pageIn<Item>(answer: unknown, name: string): { readonly list: Item[]; readonly others: object } {
  const inData = isJsonObject(answer) ? member(answer, "data") : undefined;
  const holder = isJsonObject(inData) ? inData : answer;
  if (!isJsonObject(holder)) return { list: listIn<Item>(holder, name, []), others: {} };
  const key = [name, "data"].find((each) => Array.isArray(member(holder, each))) ?? name;
  const others = Object.entries(holder).filter(([other]) => other !== key);
  return { list: listIn<Item>(holder, name, [key]), others: Object.fromEntries(others) };
}

function toBlocked(error: unknown): never {
  // Any 409 of this call means that the transition is blocked (fact 939).
  if (error instanceof ApiError && error.status === 409) throw new TransitionBlockedError(error.message, error);
  throw error;
}

export function createCasesClient(api: PlatformApi): CasesClient {
  const pathOf = (id: string) => ({ case_id: id });
  const headerOf = ({ idempotencyKey: key }: CaseWriteOptions) =>
    key === undefined ? {} : { "Idempotency-Key": requireHeaderText("idempotencyKey", key) };

  return {
    async list({ workspaceId, cursor, limit } = {}) {
      const query = defined({ workspaceId, cursor, limit });
      const { list, others } = pageIn<PlatformCase>((await api.GET(casesPath, { params: { query } })).data, "cases");
      return { ...others, cases: list };
    },
    get: (id) =>
      orNull(
        api
          .GET(casePath, { params: { path: pathOf(id) } })
          .then(({ data }) => objectIn<PlatformCase>(caseIn(data), "case", "id")),
      ),
    async create(input, options = {}) {
      const { data } = await api.POST(casesPath, { params: { header: headerOf(options) }, body: input });
      return caseIn(data);
    },
    async transitions(id) {
      const { data } = await api.GET(transitionsPath, { params: { path: pathOf(id) } });
      const { list, others } = pageIn<CaseTransition>(data, "transitions");
      return { ...others, transitions: list };
    },
    async transition(id, toState, options = {}) {
      const params = { path: pathOf(id), header: headerOf(options) };
      const { data } = await api.POST(transitionPath, { params, body: { toState } }).catch(toBlocked);
      return caseIn(data);
    },
  };
}
