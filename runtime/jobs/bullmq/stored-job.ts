import type { JsonObject } from "../../base/json.js";
import type { Job } from "../job.js";
import { leaveOut } from "../leave-out.js";
import type { Sealer } from "../sealed-content.js";
import type { RedisQueueConfig } from "./options.js";

export type OpenedJob = { readonly job: Job } | { readonly reason: string; readonly message: string };

/** What Redis keeps of a job, beside its id and its name. */
export function sealedJob(
  { id, event, version, deferral, content }: Job,
  { sealer, leftOut }: Pick<RedisQueueConfig, "sealer" | "leftOut">,
): string {
  return sealer.seal(
    { event, version, deferral: { ...deferral } as unknown as JsonObject, content: leaveOut(content, leftOut) },
    id,
  );
}

/** What `sealedJob` has sealed. Only who has the key can have made it, so its shape is as it was. */
export function openJob(id: string, sealed: unknown, sealer: Sealer): OpenedJob {
  const opened = sealer.open(typeof sealed === "string" ? sealed : "", id);
  if ("reason" in opened) return opened;
  return { job: { id, ...opened.content } as unknown as Job };
}
