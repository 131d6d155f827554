import type { ApiClient } from "./api-client.js";
import type { Endpoints } from "./endpoints/index.js";
import type { SecretsEndpoint } from "./endpoints/secrets.js";
import type { ExtensionTypes, Id, OpenExtension } from "./handler.js";
import type { Logger } from "./logger.js";

/** Who the delivery speaks for, taken from the verified token's claims (wire contract §1.8). */
export interface Auth {
  readonly runtimeToken: string;
  readonly tokenType: "runtime";
  /** ISO 8601, from `exp`. */
  readonly expiresAt: string;
  readonly scopes: readonly string[];
  readonly orgId: Id | null;
  readonly extId: Id | null;
  readonly projId: Id | null;
}

/** What a handler is given beside its payload. */
export interface HandlerContext<T extends ExtensionTypes = OpenExtension> {
  readonly event: string;
  /** The version that the handler was registered under, not the spelling requested. */
  readonly eventVersion: string;
  /** Stable over redeliveries where the platform sends an id; else the token's `jti`. */
  readonly deliveryId: string;
  readonly headers: Headers;
  readonly auth: Auth;
  /** Values after coercion: constructor, then the delivery's own values, then the environment, then manifest defaults. */
  readonly settings: Readonly<T["settings"]>;
  /** Looks in the delivery's secrets, then in the environment; an empty string counts as absent (wire contract §3.6). */
  secret(key: T["secret"]): string | undefined;
  readonly payloadSecrets: Readonly<Record<string, string>>;
  /** The extension's remote secret store. */
  readonly secrets: SecretsEndpoint;
  readonly endpoints: Endpoints;
  /**
   * Typed custom-data tables of one project. When none is given: the token's own project, else the payload's; throws a
   * `KiketError` where neither names one.
   */
  customData(projectId?: Id): T["customData"];
  /** Typed client of every operation an extension may call. */
  readonly api: ApiClient;
  /** Throws a `ScopeError`, answered 403, unless the token holds every scope named. */
  requireScopes(...scopes: T["scope"][]): void;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
  readonly log: Logger;
  /** Aborted when the request is cancelled or the extension closes. */
  readonly signal: AbortSignal;
}
