import type { Id } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import { type Behaviour, ok } from "../http/operation.js";
import type { Present } from "./issue-answers.js";
import { pageOf } from "./page.js";

/** A member of the project, with names as in the API. What a response always has is added where it is missing, mostly null. */
export interface MemberSeed {
  /** Default: 1, 2, 3 and so on. */
  readonly id?: Id;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly [member: string]: unknown;
}

/** A person as in issues and comments. */
export interface Person {
  readonly id: Id;
  readonly name: string | null;
  readonly email: string | null;
}

type Member = JsonObject & Person;

/** The members of the only project. */
export function createMemberList(seed: readonly MemberSeed[], now: Clock): readonly Member[] {
  const time = timestamp(now());
  return seed.map((given, index) => ({
    role: null,
    organization_id: null,
    expertise_tags: null,
    historical_velocity: null,
    avatar_url: null,
    capacity: null,
    super_admin: null,
    deactivated: null,
    created_at: time,
    updated_at: time,
    ...given,
    id: given.id ?? index + 1,
    name: given.name ?? null,
    email: given.email ?? null,
  }));
}

/** The person with this id; without a name if no member has it. */
export function personOf(members: readonly Member[], id: Id): Person {
  const found = members.find((member) => String(member.id) === String(id));
  return { id: found?.id ?? id, name: found?.name ?? null, email: found?.email ?? null };
}

export function createMembers(members: readonly Member[], present: Present): Behaviour<"listProjectMembers"> {
  return { listProjectMembers: ({ query }) => ok(present("members", pageOf(members, query).items)) };
}
