import { headerNames } from "../../base/headers.js";
import type { Tokens } from "../tokens.js";
import type { Answer } from "./operation.js";

/** Who calls, with a runtime token of this platform, the workspace token, or the extension API key. */
export interface Credential {
  readonly caller: string;
  readonly scopes: readonly string[];
}

export interface AcceptedSecrets {
  readonly workspaceToken?: string | undefined;
  readonly extensionApiKey?: string | undefined;
}

const unauthorized = (error: string): Answer => ({
  status: 401,
  headers: { "www-authenticate": "Bearer" },
  body: { error },
});

/** If there is a runtime token, only it counts. A bearer token is then ignored: a workspace token, or an extension API key (fact 268). */
export async function authenticate(
  headers: Headers,
  tokens: Tokens,
  accepted: AcceptedSecrets,
): Promise<Credential | Answer> {
  const runtimeToken = headers.get(headerNames.runtimeToken);
  if (runtimeToken !== null) {
    const verified = await tokens.verify(runtimeToken);
    if (verified === undefined) return unauthorized("Invalid or expired runtime token");
    return { caller: verified.subject, scopes: verified.scopes };
  }
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    if (bearer === accepted.workspaceToken) return { caller: "workspace", scopes: ["*"] };
    if (bearer === accepted.extensionApiKey) return { caller: "extension", scopes: ["*"] };
    return unauthorized("Invalid workspace token or extension API key");
  }
  const apiKey = headers.get(headerNames.extensionApiKey);
  if (apiKey !== null) {
    if (apiKey !== accepted.extensionApiKey) return unauthorized("Invalid extension API key");
    return { caller: "extension", scopes: ["*"] };
  }
  return unauthorized("Missing credential: send X-Kiket-Runtime-Token or Authorization: Bearer");
}
