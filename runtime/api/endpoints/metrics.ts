import { KiketError } from "../../base/errors.js";
import type { ApiClient } from "../client.js";

/** Wire contract §2.8. JSON has no NaN and no infinity, so they are refused here. */
export async function emitMetric(api: ApiClient, name: string, value: number, unit = "count"): Promise<void> {
  if (!Number.isFinite(value)) throw new KiketError(`Metric ${name} needs a finite number.`);
  await api.POST("/api/v1/extensions/metrics", { body: { name, value, unit } });
}
