import { joinSignals } from "../../base/deadline.js";
import { ConfigError } from "../../base/errors.js";
import { globalFetch } from "../../base/fetch.js";
import { headerNames, requireHeaderText } from "../../base/headers.js";
import { trimmedText } from "../../base/text.js";
import { requireBaseUrl } from "../base-url.js";
import { isWrite } from "../exchange.js";
import { resolveAttempts } from "../options.js";
import { createTypedClient } from "../typed-client.js";
import type { ApiKeyClientOptions } from "./api-key-options.js";
import { type CasesClient, createCasesClient } from "./cases.js";
import type { PlatformPaths } from "./platform-api.gen.js";
import type { PlatformApi } from "./platform-api.js";

/** A client for the second generation of Kiket's API. It has its own credentials and needs no delivery. */
export interface ApiKeyClient {
  /** An openapi-fetch client of every operation of the platform API. */
  readonly api: PlatformApi;
  /** Cases, with answers that are looked into. */
  readonly cases: CasesClient;
}

/** The address of the platform API if none is given. */
export const platformBaseUrl = "https://api.kiket.dev";

/** Calls that do something else the second time (facts 932 and 934). */
const notIdempotent = /\/platform\/raw-events\/(?:claim|[^/]+\/process)$/;
/** Writes whose body has a key of its own, or that have none (facts 932, 933 and 935). */
const withoutKeyHeader = /\/platform\/(?:evidence|raw-events|raw-events\/[^/]+\/(?:submit|process))$/;

/** @throws {ConfigError} if a credential is missing or not a header's value. */
function credentialsOf(options: ApiKeyClientOptions): Readonly<Record<string, string>> {
  // See fact 930.
  const { auth = "header", organizationId } = options;
  if (auth !== "header" && auth !== "bearer") throw new ConfigError("auth must be header or bearer.");
  const apiKey = requireHeaderText("apiKey", options.apiKey);
  const isNeeded = auth === "header" || organizationId !== undefined;
  return {
    ...(auth === "bearer" ? { authorization: `Bearer ${apiKey}` } : { [headerNames.apiKey]: apiKey }),
    ...(isNeeded ? { [headerNames.organizationId]: requireHeaderText("organizationId", organizationId) } : {}),
  };
}

/**
 * Creates a client with an API key, for adapters, for receivers of plain webhooks and for scripts. It never sends a runtime or workspace
 * token. Calls are retried, except those that are not idempotent: `claim` and `process` of raw events.
 * @throws {ConfigError} if an option is invalid. The message never contains the API key.
 */
export function createApiKeyClient(options: ApiKeyClientOptions): ApiKeyClient {
  const credentials = credentialsOf(options);
  const baseUrl = requireBaseUrl("baseUrl", trimmedText(options.baseUrl) ?? platformBaseUrl);
  const { fetch = globalFetch, now = Date.now, signal } = options;
  const api = createTypedClient<PlatformPaths>({
    baseUrl,
    sender: { ...resolveAttempts(options, ""), fetch, now, secrets: [options.apiKey.trim()] },
    async prepare(request) {
      const { pathname } = new URL(request.url);
      const headers = new Headers(request.headers);
      for (const [name, value] of Object.entries(credentials)) headers.set(name, value);
      if (isWrite(request) && !withoutKeyHeader.test(pathname) && !headers.has(headerNames.idempotencyKey)) {
        headers.set(headerNames.idempotencyKey, crypto.randomUUID());
      }
      // The client's signal may live as long as the process, and one made by `AbortSignal.any` would stay with it.
      const bounds = signal === undefined ? { signal: request.signal } : joinSignals([request.signal, signal]);
      return { ...bounds, headers, repeatable: !notIdempotent.test(pathname) };
    },
  });
  return { api, cases: createCasesClient(api) };
}
