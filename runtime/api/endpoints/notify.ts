import type { ApiClient } from "../client.js";

/** Wire contract §2.8. */
export async function notify(api: ApiClient, title: string, body: string, level = "info"): Promise<void> {
  await api.POST("/api/v1/extensions/notifications", { body: { title, body, level } });
}
