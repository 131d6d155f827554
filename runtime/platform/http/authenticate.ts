import { headerNames } from "../../base/headers.js";
import type { Tokens } from "../tokens.js";
import type { ApiKeys } from "./api-keys.js";
import type { Answer } from "./operation.js";
import type { RateLimitCounter } from "./rate-limit.js";

/** Who calls, and what the caller may do. */
export interface Credential {
  readonly caller: string;
  readonly scopes: readonly string[];
  /** The organization of an API key. `null` for callers of the first generation. */
  readonly organizationId: string | null;
  readonly rateLimit: RateLimitCounter;
}

/** What an operation of the first generation accepts. */
export interface InstallationCredentials {
  readonly tokens: Tokens;
  readonly workspaceToken?: string | undefined;
  readonly extensionApiKey?: string | undefined;
  readonly rateLimit: RateLimitCounter;
}

const unauthorized = (error: string): Answer => ({
  status: 401,
  headers: { "www-authenticate": "Bearer" },
  body: { error },
});

function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

/**
 * A runtime token of this platform, the workspace token, or the extension API key. If there is a runtime token, only it counts. A bearer
 * token is then ignored: a workspace token, or an extension API key (fact 268).
 */
export async function authenticateInstallation(
  headers: Headers,
  { tokens, workspaceToken, extensionApiKey, rateLimit }: InstallationCredentials,
): Promise<Credential | Answer> {
  const shared = { organizationId: null, rateLimit };
  const runtimeToken = headers.get(headerNames.runtimeToken);
  if (runtimeToken !== null) {
    const verified = await tokens.verify(runtimeToken);
    if (verified === undefined) return unauthorized("Invalid or expired runtime token");
    return { ...shared, caller: verified.subject, scopes: verified.scopes };
  }
  const bearer = bearerOf(headers);
  if (bearer !== undefined) {
    if (bearer === workspaceToken) return { ...shared, caller: "workspace", scopes: ["*"] };
    if (bearer === extensionApiKey) return { ...shared, caller: "extension", scopes: ["*"] };
    return unauthorized("Invalid workspace token or extension API key");
  }
  const apiKey = headers.get(headerNames.extensionApiKey);
  if (apiKey !== null) {
    if (apiKey !== extensionApiKey) return unauthorized("Invalid extension API key");
    return { ...shared, caller: "extension", scopes: ["*"] };
  }
  return unauthorized("Missing credential: send X-Kiket-Runtime-Token or Authorization: Bearer");
}

/**
 * An API key of the second generation: as `X-API-Key` together with `X-Organization-Id`, as the clients send it, or as
 * `Authorization: Bearer`, as the documentation does (fact 930). An organization beside the key must be the key's own.
 */
export function authenticateApiKey(headers: Headers, keys: ApiKeys): Credential | Answer {
  const own = headers.get(headerNames.apiKey);
  const sent = own ?? bearerOf(headers);
  if (sent === undefined) {
    return unauthorized("Missing credential: send X-API-Key and X-Organization-Id, or Authorization: Bearer");
  }
  const key = keys.find(sent);
  if (key === undefined) return unauthorized("Invalid API key");
  const organizationId = headers.get(headerNames.organizationId);
  if (own !== null && organizationId === null) return unauthorized("Missing X-Organization-Id beside X-API-Key");
  if (organizationId !== null && organizationId !== key.organizationId) {
    return unauthorized("The API key belongs to another organization than X-Organization-Id");
  }
  return { ...key, caller: "api key" };
}
