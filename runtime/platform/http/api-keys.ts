import type { Clock } from "../clock.js";
import { createRateLimit, type RateLimitCounter, type RateLimitOptions } from "./rate-limit.js";

/** An API key of the second generation that the platform accepts. */
export interface ApiKeyInput {
  /** As it is sent, such as `kik_local`. */
  readonly key: string;
  /** The organization that the key belongs to. Default: the same for all keys. */
  readonly organizationId?: string;
  /** Such as `raw-events:claim`. Default: all scopes. */
  readonly scopes?: readonly string[];
}

export interface ApiKey {
  readonly organizationId: string;
  readonly scopes: readonly string[];
  /** Each key has its own. */
  readonly rateLimit: RateLimitCounter;
}

export interface ApiKeys {
  find(key: string): ApiKey | undefined;
  /** A key that the platform itself has made. */
  issue(key: ApiKeyInput): void;
  /** The keys that the platform itself has made. */
  issued(): readonly ApiKeyInput[];
}

/** The organization of API keys, raw events and cases that name none. */
export const localOrganization: string = "00000000-0000-4000-8000-000000000001";

/** Each key has 1,200 calls per minute (fact 940). */
const documented: RateLimitOptions = { limit: 1200, windowSeconds: 60 };

/** The keys as they are at the start: with all calls left. */
export function createApiKeys(
  initial: readonly ApiKeyInput[],
  issuedBefore: readonly ApiKeyInput[],
  now: Clock,
  limit: RateLimitOptions = documented,
): ApiKeys {
  const keys = new Map<string, ApiKey>();
  const add = ({ key, organizationId = localOrganization, scopes = ["*"] }: ApiKeyInput): void => {
    keys.set(key, { organizationId, scopes, rateLimit: createRateLimit(limit, now) });
  };
  const issued = [...issuedBefore];
  for (const key of [...initial, ...issued]) add(key);
  return {
    find: (key) => keys.get(key),
    issue(key) {
      issued.push(key);
      add(key);
    },
    issued: () => issued,
  };
}
