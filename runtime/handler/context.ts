import type { Endpoints } from "../api/endpoints/index.js";
import type { Id } from "../base/envelope.js";
import type { Logger } from "../base/logger.js";
import type { ExtensionTypes, OpenExtension } from "./extension-types.js";
import type { PathsOf, Permitted, PermittedApi, PermittedSecrets } from "./permitted-api.js";

/**
 * Who the delivery speaks for, taken from the verified token's claims (wire contract §1.8). With `auth: "hmac"` there is no
 * token: everything is null, and no scope is granted.
 */
export interface Auth {
  readonly runtimeToken: string | null;
  readonly tokenType: "runtime" | null;
  /** ISO 8601, from `exp`. */
  readonly expiresAt: string | null;
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
  /** The platform's id, the same in every attempt: a webhook's `id`, else `X-Kiket-Delivery`; without either the token's `jti`. */
  readonly deliveryId: string;
  readonly headers: Headers;
  readonly auth: Auth;
  /**
   * Values after coercion: constructor, then the delivery's own values, then the environment, then manifest defaults. Reading
   * one that the manifest requires, and nothing sets, throws a `ConfigError`.
   */
  readonly settings: Readonly<T["settings"]>;
  /**
   * Looks in the delivery's secrets, then in the constructor's `secrets`, then in the environment: `KIKET_SECRET_` and the
   * name in capitals, then the name as it is. An empty string counts as absent (wire contract §3.5, §3.6).
   */
  secret(key: T["secret"]): string | undefined;
  /** Shown as `[redacted]` by inspection and JSON. */
  readonly payloadSecrets: Readonly<Record<string, string>>;
  /** The extension's remote secret store. */
  readonly secrets: PermittedSecrets<T["missing"]>;
  readonly endpoints: Permitted<Endpoints, T["missing"]["endpoints"]>;
  /**
   * Typed custom-data tables of one project. When none is given: the token's own project, else the payload's; throws a
   * `KiketError` where neither names one.
   */
  customData(projectId?: Id): T["customData"];
  /** Typed client of every operation that an extension may call; of a generated one, only what its permissions allow. */
  readonly api: PermittedApi<T["missing"], PathsOf<T>>;
  /** Throws a `ScopeError`, answered 403, unless the token holds every scope named. */
  requireScopes(...scopes: T["scope"][]): void;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
  readonly log: Logger;
  /** Aborted when the request is cancelled, and when the extension closes and 10 s were not enough to finish. */
  readonly signal: AbortSignal;
}
