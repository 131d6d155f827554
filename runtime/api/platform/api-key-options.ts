import type { Fetch } from "../../base/fetch.js";
import { type Environment, requireVariables } from "../../base/process.js";
import { trimmedText } from "../../base/text.js";
import { requireBaseUrl } from "../base-url.js";
import type { AttemptOptions } from "../options.js";

/** What all clients with an API key can be given. */
export interface PlatformClientOptions extends AttemptOptions {
  /** An API key of the organization. It is sent to Kiket only, and no error contains it. */
  readonly apiKey: string;
  /** The address of the platform API. Default: `https://api.kiket.dev`. */
  readonly baseUrl?: string | undefined;
  /** Sends every request. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Cancels every running call. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How the API key is sent. `header`, the default, is what Kiket's own clients do: `X-API-Key` and `X-Organization-Id`. `bearer` is what its
 * newest documentation does: `Authorization: Bearer`; the organization's id is then sent only if it is given.
 */
export type ApiKeyAuth =
  | { readonly auth?: "header" | undefined; readonly organizationId: string }
  | { readonly auth: "bearer"; readonly organizationId?: string | undefined };

/** The options of `createApiKeyClient`. It reads no environment variables and no tokens of an extension. */
export type ApiKeyClientOptions = PlatformClientOptions & ApiKeyAuth;

/**
 * The options in the variables of Kiket's own command line: `KIKET_API_KEY`, `KIKET_ORGANIZATION_ID` and, not required, `KIKET_API_URL`.
 * @throws {ConfigError} that names all missing variables, or an address that is not an http or https URL.
 */
export function apiKeyOptionsFrom(env: Environment): PlatformClientOptions & { readonly organizationId: string } {
  // See fact 305.
  const { KIKET_API_KEY, KIKET_ORGANIZATION_ID } = requireVariables(env, ["KIKET_API_KEY", "KIKET_ORGANIZATION_ID"]);
  const address = trimmedText(env.KIKET_API_URL);
  const baseUrl = address === undefined ? undefined : requireBaseUrl("KIKET_API_URL", address);
  return { apiKey: KIKET_API_KEY, organizationId: KIKET_ORGANIZATION_ID, baseUrl };
}
