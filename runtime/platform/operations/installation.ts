import type { JsonObject } from "../../base/json.js";
import { type Behaviour, ok } from "../http/operation.js";
import type { RateLimitCounter } from "../http/rate-limit.js";

interface Installation {
  readonly baseUrl: string;
  /** Members of the extension's metadata, without its id. */
  readonly metadata: JsonObject;
  readonly rateLimit: RateLimitCounter;
}

/** The public token of the platform's only installation. */
const webhookToken = "whk_local";

export function createInstallation({
  baseUrl,
  metadata,
  rateLimit,
}: Installation): Behaviour<"getExtension" | "getRateLimit" | "getWebhookUrl"> {
  return {
    getExtension: ({ path }) => ok({ id: path.extension_id, ...metadata }),
    getRateLimit: () => ok({ rate_limit: rateLimit.window() }),
    getWebhookUrl: ({ query }) =>
      ok({
        webhook_url: `${baseUrl}/webhooks/ext/${webhookToken}/${encodeURIComponent(query.action_name)}`,
        webhook_token: webhookToken,
      }),
  };
}
