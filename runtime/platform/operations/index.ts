import type { JsonObject } from "../../base/json.js";
import type { Clock } from "../clock.js";
import { createCustomData, type RecordSeed } from "../custom-data/records.js";
import type { TableSeed } from "../custom-data/table-seed.js";
import type { ApiKeyInput, ApiKeys } from "../http/api-keys.js";
import type { Idempotency, KeptAnswer } from "../http/idempotency-keys.js";
import { type Behaviour, ok } from "../http/operation.js";
import type { RateLimitCounter } from "../http/rate-limit.js";
import type { IdCounter } from "../new-id.js";
import { type CaseSeed, createCases } from "../organization/cases.js";
import type { EventSourceSeed, EventSources } from "../organization/event-sources.js";
import { createExtensions } from "../organization/extensions.js";
import type { IngestionProgress, RawEventSeed, RawEventStore } from "../organization/raw-event-store.js";
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
import { createReports, type PlatformReports } from "./reports.js";
import { createSecrets, type SecretStores } from "./secrets.js";
import { createSla, type SlaEventSeed } from "./sla-events.js";

/** The initial data of the platform, restored by `reset()`; also all its data at a later time, from `snapshot()`. */
export interface PlatformSeed {
  /** The SLA events that `listSlaEvents` answers. Default: none. */
  readonly slaEvents?: readonly SlaEventSeed[];
  /** The forms that exist, with their submissions. Default: none. */
  readonly intakeForms?: readonly IntakeFormSeed[];
  /** The initial secret store of every extension, and the default for `secrets` in deliveries. */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Tables of custom data with their rules. A module with tables here has no others, and its records must fit. Other modules have every
   * table, and take every record. What Kiket answers to a record that does not fit is not known: here it is a 422 that names the column.
   */
  readonly tables?: readonly TableSeed[];
  /** Custom-data records. Those of the seed are not compared with the rules of their tables. */
  readonly records?: readonly RecordSeed[];
  /** The issues that exist beside those that are delivered. Default: none. */
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
  /** Anchors with their records. Default: none. */
  readonly auditAnchors?: readonly AuditAnchorSeed[];
  /** Members of the extension's metadata, without its id. */
  readonly extension?: JsonObject;
  /** Raw events that can be claimed. */
  readonly rawEvents?: readonly RawEventSeed[];
  /** The systems whose webhooks `ingest` takes. Default: none. */
  readonly eventSources?: readonly EventSourceSeed[];
  /** Cases of the second generation. Default: none. */
  readonly cases?: readonly CaseSeed[];
  /** The answer to `getIngestionContract`. Default: no members, since no source shows them. */
  readonly ingestionContract?: JsonObject;
  /** Evidence of `createEvidence`, with its `id` and `organizationId`. */
  readonly evidence?: readonly JsonObject[];
  /** What extensions reported. */
  readonly reports?: Partial<PlatformReports>;
  /** What `snapshot()` adds, so that a platform goes on where the other one was. Its members may change with every version. */
  readonly progress?: JsonObject;
}

/** What a snapshot has beside the data that a user would write: counters, and answers that must not change. */
export interface PlatformProgress {
  readonly lastIds?: {
    readonly issue: number;
    readonly comment: number;
    readonly inboundEmail: number;
    readonly uuid: number;
  };
  readonly webhookRotations?: number;
  readonly secretStores?: SecretStores;
  readonly ingestion?: IngestionProgress;
  readonly apiKeys?: readonly ApiKeyInput[];
  readonly answers?: readonly KeptAnswer[];
  /** Ids of deliveries whose issue is known. */
  readonly delivered?: readonly string[];
}

interface OperationInputs {
  readonly seed: PlatformSeed;
  readonly progress: PlatformProgress;
  readonly issues: IssueStore;
  readonly comments: CommentStore;
  readonly issueAnswers: IssueAnswers;
  readonly rawEvents: RawEventStore;
  readonly eventSources: EventSources;
  readonly apiKeys: ApiKeys;
  readonly ids: IdCounter;
  readonly idempotency: Idempotency;
  readonly delivered: ReadonlySet<string>;
  readonly keys: Keys;
  readonly baseUrl: string;
  readonly rateLimit: RateLimitCounter;
  readonly now: Clock;
}

interface Operations {
  readonly behaviour: Behaviour;
  snapshot(): PlatformSeed;
  reports(): PlatformReports;
  declareTables(tables: readonly TableSeed[]): void;
  /** All values of the secret stores. */
  secretTexts(): readonly string[];
}

/** All operations of the documents, with new stores. A missing operation does not compile. */
export function createOperations(inputs: OperationInputs): Operations {
  const { seed, progress, issues, comments, rawEvents, eventSources, apiKeys, ids, keys, baseUrl, now } = inputs;
  const { newId } = ids;
  const present = presentAs(inputs.issueAnswers);
  const members = createMemberList(seed.members ?? [], now);
  const records = createCustomData(seed.records ?? [], seed.tables ?? [], now);
  const slaEvents = createSla(seed.slaEvents ?? [], now);
  const intakeForms = createIntakeForms(seed.intakeForms ?? [], now);
  const secrets = createSecrets(seed.secrets ?? {}, progress.secretStores ?? {}, now);
  const reports = createReports(seed.reports ?? {}, progress.lastIds?.inboundEmail ?? 0, now);
  const rotations = progress.webhookRotations ?? 0;
  const installation = createInstallation({
    baseUrl,
    metadata: seed.extension ?? {},
    rateLimit: inputs.rateLimit,
    rotations,
  });
  const audit = createAudit(seed.auditAnchors ?? [], now);
  const evidence = createIngestion(rawEvents, newId, seed.ingestionContract ?? {}, seed.evidence ?? []);
  const cases = createCases(seed.cases ?? [], newId);

  function progressNow(): PlatformProgress {
    return {
      lastIds: {
        issue: issues.lastId(),
        comment: comments.lastId(),
        inboundEmail: reports.lastEmail(),
        uuid: ids.last(),
      },
      webhookRotations: installation.snapshot(),
      secretStores: secrets.snapshot(),
      ingestion: rawEvents.progress(),
      apiKeys: apiKeys.issued(),
      answers: inputs.idempotency.snapshot(),
      delivered: [...inputs.delivered],
    };
  }

  return {
    behaviour: {
      getJwks: () => ok(keys.jwks()),
      ...records.behaviour,
      ...slaEvents.behaviour,
      ...intakeForms.behaviour,
      ...secrets.behaviour,
      ...reports.behaviour,
      ...installation.behaviour,
      ...createIssues({ issues, transitions: seed.transitions, personOf: (id) => personOf(members, id), present }),
      ...createComments(comments, present),
      ...createMembers(members, present),
      ...audit.behaviour,
      ...evidence.behaviour,
      ...createExtensions(apiKeys, newId),
      ...cases.behaviour,
      createEventSource: eventSources.createEventSource,
    },
    snapshot: () => ({
      // What has no store never changes.
      ...seed,
      tables: records.declared(),
      records: records.snapshot(),
      slaEvents: slaEvents.snapshot(),
      intakeForms: intakeForms.snapshot(),
      issues: issues.list(),
      comments: comments.snapshot(),
      members,
      auditAnchors: audit.snapshot(),
      rawEvents: rawEvents.snapshot(),
      eventSources: eventSources.snapshot(),
      cases: cases.snapshot(),
      evidence: evidence.snapshot(),
      reports: reports.snapshot(),
      progress: { ...progressNow() },
    }),
    reports: reports.snapshot,
    declareTables: records.declare,
    secretTexts: () => [
      ...Object.values(seed.secrets ?? {}),
      ...Object.values(secrets.snapshot()).flatMap((store) => store.map(({ value }) => value)),
    ],
  };
}
