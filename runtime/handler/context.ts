import type { Endpoints } from "../api/endpoints/index.js";
import type { Id } from "../base/envelope.js";
import type { Logger } from "../base/logger.js";
import type { ExtensionTypes, OpenExtension, WebhookActionOf, WithToken } from "./extension-types.js";
import type { PathsOf, Permitted, PermittedApi, PermittedSecrets } from "./permitted-api.js";

// See facts 162 and 168.
/**
 * Organization, extension, project and scopes of the delivery, from the claims of the verified token. With `auth: "hmac"` there
 * is no token: `scopes` is empty, and every other member is null.
 */
export interface Auth {
  /** In a deferred run it may have expired; null if the queue has left it out. */
  readonly runtimeToken: string | null;
  /** Null without a token, and so with `auth: "hmac"`. */
  readonly tokenType: "runtime" | null;
  /** ISO 8601, from the claim `exp`. */
  readonly expiresAt: string | null;
  /** From the claim. `*` stands for all. */
  readonly scopes: readonly string[];
  readonly orgId: Id | null;
  readonly extId: Id | null;
  readonly projId: Id | null;
}

/** What a handler gets together with its payload. */
export interface HandlerContext<T extends ExtensionTypes = OpenExtension, Event extends string = string> {
  /** The event as it was sent. The handler of an `issue.*` event also gets the `case.*` event of the same name, and the reverse. */
  readonly event: Event;
  /** The version that the handler was registered with. The request may spell it differently. */
  readonly eventVersion: string;
  /** Kiket's id, the same in every attempt: `id` of a webhook, else `X-Kiket-Delivery`. Without both, the token's `jti`. */
  readonly deliveryId: string;
  /** The headers of the request, as they came. */
  readonly headers: Headers;
  /** Who the delivery is for. Made from the verified token, never from the body. */
  readonly auth: Auth;
  /**
   * Settings, converted to their types. The first source that has a value is used: `settings` of `createExtension`, delivery, environment, defaults
   * in the manifest. Reading a required setting that has no value throws a `ConfigError`.
   */
  readonly settings: Readonly<T["settings"]>;
  // See facts 322 and 325.
  /**
   * Looks in the delivery's secrets, then in `secrets` of `createExtension`, then in `secretSource`, then in the environment: `KIKET_SECRET_` and
   * the name in upper case, then the name itself. An empty string counts as missing. Throws a `SecretsUnavailableError` if `secretSource` has
   * it, but could not be asked for longer than `maxStale`.
   */
  secret(key: T["secret"]): string | undefined;
  /** `secrets` of the delivery, which contain settings too. JSON and inspection show `[redacted]`. */
  readonly payloadSecrets: Readonly<Record<string, string>>;
  /** The extension's secret store on Kiket. */
  readonly secrets: WithToken<T, PermittedSecrets<T["missing"]>>;
  /** Calls with names in camelCase, answers that were looked into, and errors that say what to do. */
  readonly endpoints: WithToken<T, Permitted<Endpoints<WebhookActionOf<T>>, T["missing"]["endpoints"]>>;
  /**
   * Typed custom-data tables of one project. Default: the token's project, else the payload's. Throws a `KiketError` if there is
   * none.
   */
  readonly customData: WithToken<T, (projectId?: Id) => T["customData"]>;
  /**
   * Typed client for the operations that an extension may call. With generated code: only those that its permissions allow.
   * In a deferred run the runtime token may have expired, by `auth.expiresAt`: then calls are made with the workspace token, on the origin
   * of `baseUrl` and unless `outbound.credentials` is `runtimeToken`; else they throw a `ConfigError` before anything is sent.
   */
  readonly api: WithToken<T, PermittedApi<T["missing"], PathsOf<T>>>;
  /** Throws a `ScopeError` unless the token has all of these scopes. The response is then 403. */
  requireScopes(...scopes: T["scope"][]): void;
  readonly extensionId: string | undefined;
  readonly extensionVersion: string | undefined;
  /** Writes log lines with the ids of the delivery. Known secrets are removed. */
  readonly log: Logger;
  /**
   * The time, in milliseconds since 1970: the option `now` of the extension, else `Date.now`. In a test it is the clock of the local
   * Kiket, so that `clock.advance` moves it ahead.
   */
  now(): number;
  /**
   * Aborted when the client disconnects, when the handler times out, and when the extension closes and the handler does not finish
   * within 10 s (`closeWithin`). That of a deferred run is its own: it knows no client, and the time is `defer.timeout`.
   */
  readonly signal: AbortSignal;
}
