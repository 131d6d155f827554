import type { JsonObject } from "../../base/json.js";
import type { Clock } from "../clock.js";
import { createCustomData, type RecordSeed } from "../custom-data/records.js";
import type { ApiKeys } from "../http/api-keys.js";
import { type Behaviour, ok } from "../http/operation.js";
import type { RateLimitCounter } from "../http/rate-limit.js";
import type { NewId } from "../new-id.js";
import { type CaseSeed, createCases } from "../organization/cases.js";
import type { EventSourceSeed, EventSources } from "../organization/event-sources.js";
import { createExtensions } from "../organization/extensions.js";
import type { RawEventSeed, RawEventStore } from "../organization/raw-event-store.js";
import { createIngestion } from "../organization/raw-events.js";
import type { Keys } from "../signing-keys.js";
import { type AuditAnchorSeed, createAudit } from "./audit.js";
import type { CommentSeed, CommentStore } from "./comment-store.js";
import { createComments } from "./comments.js";
import { createInstallation } from "./installation.js";
import { createIntakeForms, type IntakeFormSeed } from "./intake-forms.js";
import { type IssueAnswers, presentAs } from "./issue-answers.js";
import type { IssueSeed, IssueStore } from "./issue-store.js";
import { createIssues } from "./issues.js";
import { createMemberList, createMembers, type MemberSeed, personOf } from "./members.js";
import { createReports } from "./reports.js";
import { createSecrets } from "./secrets.js";
import { createSla, type SlaEventSeed } from "./sla-events.js";

/** The initial data of the platform, restored by `reset()`. */
export interface PlatformSeed {
  readonly slaEvents?: readonly SlaEventSeed[];
  readonly intakeForms?: readonly IntakeFormSeed[];
  /** The initial secret store of every extension, and the default for `secrets` in deliveries. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Custom-data records. */
  readonly records?: readonly RecordSeed[];
  readonly issues?: readonly IssueSeed[];
  /** Comments of the issues in `issues`. */
  readonly comments?: readonly CommentSeed[];
  /**
   * The status that each transition leads to, by the key of the transition, such as `{ start_progress: "in_progress" }`. Any other
   * key is then refused with 422. Default: every key is accepted, and the status becomes the key itself, because no source tells
   * where Kiket's transitions lead.
   */
  readonly transitions?: Readonly<Record<string, string>>;
  /** The members of the project. */
  readonly members?: readonly MemberSeed[];
  readonly auditAnchors?: readonly AuditAnchorSeed[];
  /** Members of the extension's metadata, without its id. */
  readonly extension?: JsonObject;
  /** Raw events that can be claimed. */
  readonly rawEvents?: readonly RawEventSeed[];
  readonly eventSources?: readonly EventSourceSeed[];
  readonly cases?: readonly CaseSeed[];
  /** The answer to `getIngestionContract`. Default: no members, since no source shows them. */
  readonly ingestionContract?: JsonObject;
}

interface BehaviourInputs {
  readonly seed: PlatformSeed;
  readonly issues: IssueStore;
  readonly comments: CommentStore;
  readonly issueAnswers: IssueAnswers;
  readonly rawEvents: RawEventStore;
  readonly eventSources: EventSources;
  readonly apiKeys: ApiKeys;
  readonly newId: NewId;
  readonly keys: Keys;
  readonly baseUrl: string;
  readonly rateLimit: RateLimitCounter;
  readonly now: Clock;
}

/** All operations of the documents, with new stores. A missing operation does not compile. */
export function createBehaviour(inputs: BehaviourInputs): Behaviour {
  const { seed, issues, comments, rawEvents, eventSources, apiKeys, newId, keys, baseUrl, rateLimit, now } = inputs;
  const present = presentAs(inputs.issueAnswers);
  const members = createMemberList(seed.members ?? [], now);
  return {
    getJwks: () => ok(keys.jwks()),
    ...createCustomData(seed.records ?? [], now),
    ...createSla(seed.slaEvents ?? [], now),
    ...createIntakeForms(seed.intakeForms ?? [], now),
    ...createSecrets(seed.secrets ?? {}, now),
    ...createReports(),
    ...createInstallation({ baseUrl, metadata: seed.extension ?? {}, rateLimit }),
    ...createIssues({ issues, transitions: seed.transitions, personOf: (id) => personOf(members, id), present }),
    ...createComments(comments, present),
    ...createMembers(members, present),
    ...createAudit(seed.auditAnchors ?? [], now),
    ...createIngestion(rawEvents, newId, seed.ingestionContract ?? {}),
    ...createExtensions(apiKeys, newId),
    ...createCases(seed.cases ?? [], newId),
    createEventSource: eventSources.createEventSource,
  };
}
