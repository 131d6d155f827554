import type { FaultKind, FaultRecord, FaultRequest, TroubleState } from "../../../trouble.js";
import { counted, duration } from "../labels.js";

/** A member of a fault that the form has a field for. */
export type FaultField = "operations" | "milliseconds" | "status" | "retryAfter" | "performed";

interface KindWords {
  readonly title: string;
  /** What it does to the extension. */
  readonly effect: string;
  readonly fields: readonly FaultField[];
}

/** In the order of the form. */
export const faultKinds: Readonly<Record<FaultKind, KindWords>> = {
  error: {
    title: "Error, such as 500",
    effect: "Calls are answered with an error.",
    fields: ["status", "retryAfter", "performed", "operations"],
  },
  "rate-limit": {
    title: "429, rate limit",
    effect: "Calls are refused for a while.",
    fields: ["retryAfter", "operations"],
  },
  slow: { title: "Slow", effect: "Answers come late.", fields: ["milliseconds", "operations"] },
  cut: {
    title: "Cut connection",
    effect: "The connection is closed without an answer.",
    fields: ["performed", "operations"],
  },
  "keys-down": { title: "Keys down", effect: "The signing keys cannot be read: 503.", fields: [] },
  "empty-keys": { title: "Empty key set", effect: "The key set has no keys.", fields: [] },
};

/** What it does, such as `500 with Retry-After 2 s`. */
function effectOf(fault: FaultRequest): string {
  switch (fault.kind) {
    case "error":
      return `${fault.status ?? 500}${fault.retryAfter === undefined ? "" : ` with Retry-After ${fault.retryAfter} s`}`;
    case "rate-limit":
      return `429 with Retry-After ${fault.retryAfter ?? 1} s`;
    case "slow":
      return fault.milliseconds === undefined ? "no answer while it lasts" : `${duration(fault.milliseconds)} slower`;
    case "cut":
      return "connection cut";
    case "keys-down":
      return "keys down";
    case "empty-keys":
      return "empty key set";
  }
}

/** Which requests it affects. */
function targetOf({ kind, operations }: FaultRequest): string {
  if (kind === "keys-down" || kind === "empty-keys") return "the key set";
  return operations === undefined ? "every request" : operations.join(", ");
}

/** A fault in one line. */
export function faultWords(fault: FaultRequest): string {
  const lost = fault.performed === true ? ", after the operation was performed" : "";
  return `${effectOf(fault)}${lost}: ${targetOf(fault)}`;
}

/** How many requests it has affected, and will affect. */
export function faultProgress({ hits, times }: FaultRecord): string {
  const rest = times === undefined ? "until it is cleared" : `${counted(Math.max(0, times - hits), "request")} to come`;
  return `${hits === 0 ? "no request" : counted(hits, "request")} so far, ${rest}`;
}

/** `2 h ahead`, in days from two days on. */
export function aheadWords(milliseconds: number): string {
  const days = milliseconds / 86_400_000;
  return `${days >= 2 ? `${Number(days.toFixed(1))} days` : duration(milliseconds)} ahead`;
}

/** What is not as usual, in a few words; undefined if everything is. */
export function troubleWords({ faults, clockAhead }: TroubleState): string | undefined {
  const words = [
    ...(faults.length === 0 ? [] : [`${counted(faults.length, "fault")} active`]),
    ...(clockAhead === 0 ? [] : [`clock ${aheadWords(clockAhead)}`]),
  ];
  return words.length === 0 ? undefined : words.join(", ");
}
