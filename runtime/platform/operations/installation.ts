import type { JsonObject } from "../../base/json.js";
import { ok, type StoredBehaviour } from "../http/operation.js";
import type { RateLimitCounter } from "../http/rate-limit.js";

interface Installation {
  readonly baseUrl: string;
  /** Members of the extension's metadata, without its id. */
  readonly metadata: JsonObject;
  readonly rateLimit: RateLimitCounter;
  /** How often the webhook URL was rotated before. */
  readonly rotations: number;
}

type Operations = "getExtension" | "getRateLimit" | "getWebhookUrl" | "rotateWebhookUrl";

/** The public token of the platform's only installation, before it is rotated. */
const firstToken = "whk_local";

/** What it keeps is how often the webhook URL was rotated. */
export function createInstallation({
  baseUrl,
  metadata,
  rateLimit,
  rotations: before,
}: Installation): StoredBehaviour<Operations, number> {
  let rotations = before;

  function webhookUrl(action: string | undefined): object {
    const webhook_token = rotations === 0 ? firstToken : `${firstToken}_${rotations + 1}`;
    const webhook_base_url = `${baseUrl}/webhooks/ext/${webhook_token}`;
    const webhook_url = action === undefined ? webhook_base_url : `${webhook_base_url}/${encodeURIComponent(action)}`;
    return { webhook_url, webhook_token, webhook_base_url };
  }

  return {
    behaviour: {
      getExtension: ({ path }) => ok({ id: path.extension_id, ...metadata }),
      getRateLimit: () => ok({ rate_limit: rateLimit.window() }),
      getWebhookUrl: ({ query }) => ok(webhookUrl(query.action_name)),
      rotateWebhookUrl({ query }) {
        rotations += 1;
        return ok(webhookUrl(query.action_name));
      },
    },
    snapshot: () => rotations,
  };
}
