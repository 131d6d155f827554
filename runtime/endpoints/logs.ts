import type { ApiClient } from "../api-client.js";

/** Wire contract §2.8, A13. */
export async function logEvent(
  api: ApiClient,
  name: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await api.POST("/api/v1/extensions/logs", { body: { message: name, metadata: data } });
}
