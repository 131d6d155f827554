import type { JsonObject } from "../../base/json.js";
import type { Clock } from "../clock.js";
import { type Behaviour, ok } from "../http/operation.js";
import type { RateLimitCounter } from "../http/rate-limit.js";
import type { Keys } from "../signing-keys.js";
import { type AuditAnchorSeed, createAudit } from "./audit.js";
import { createCustomData, type RecordSeed } from "./custom-data.js";
import { createInstallation } from "./installation.js";
import { createIntakeForms, type IntakeFormSeed } from "./intake-forms.js";
import type { IssueSeed, IssueStore } from "./issue-store.js";
import { createIssues } from "./issues.js";
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
  readonly auditAnchors?: readonly AuditAnchorSeed[];
  /** Members of the extension's metadata, without its id. */
  readonly extension?: JsonObject;
}

interface BehaviourInputs {
  readonly seed: PlatformSeed;
  readonly issues: IssueStore;
  readonly keys: Keys;
  readonly baseUrl: string;
  readonly rateLimit: RateLimitCounter;
  readonly now: Clock;
}

/** All operations of the document, with new stores. A missing operation does not compile. */
export function createBehaviour({ seed, issues, keys, baseUrl, rateLimit, now }: BehaviourInputs): Behaviour {
  return {
    getJwks: () => ok(keys.jwks()),
    ...createCustomData(seed.records ?? [], now),
    ...createSla(seed.slaEvents ?? [], now),
    ...createIntakeForms(seed.intakeForms ?? [], now),
    ...createSecrets(seed.secrets ?? {}, now),
    ...createReports(),
    ...createInstallation({ baseUrl, metadata: seed.extension ?? {}, rateLimit }),
    ...createIssues(issues),
    ...createAudit(seed.auditAnchors ?? [], now),
  };
}
