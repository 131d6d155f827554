import type { DevChange, DevState } from "../../../backend.js";
import type { DeliverySummary } from "../../../delivery-record.js";
import { type ControlApi, ControlError } from "../control-api.js";
import { changesIn } from "./change-stream.js";

export type FeedNews =
  /** Everything as it is now. */
  | { readonly kind: "snapshot"; readonly state: DevState; readonly deliveries: readonly DeliverySummary[] }
  | { readonly kind: "change"; readonly change: DevChange }
  /** The next try comes by itself. */
  | { readonly kind: "lost"; readonly reason: string }
  /** No try will help: the token is not, or no longer, that of the running command. */
  | { readonly kind: "refused"; readonly reason: string };

/** In milliseconds. */
const firstWait = 500;
const longestWait = 5_000;

/**
 * Tells what changes until it is aborted or refused, and connects again after each loss. The stream opens before the snapshot is read,
 * and what came meanwhile is told once more after it: so nothing is missed, and nothing old stays.
 */
export async function followFeed(
  api: Pick<ControlApi, "stream" | "state" | "deliveries">,
  tell: (news: FeedNews) => void,
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const connectOnce = async (onLive: () => void): Promise<string> => {
    // Ends the stream too if the snapshot fails.
    const connection = new AbortController();
    const body = await api.stream(AbortSignal.any([signal, connection.signal]));
    const early: DevChange[] = [];
    let isLive = false;
    const read = async (): Promise<string> => {
      for await (const change of changesIn(body)) {
        tell({ kind: "change", change });
        if (!isLive) early.push(change);
      }
      return "The connection has ended.";
    };
    const snapshot = async (): Promise<void> => {
      const [state, deliveries] = await Promise.all([api.state(), api.deliveries()]);
      if (signal.aborted) return;
      tell({ kind: "snapshot", state, deliveries });
      isLive = true;
      for (const change of early) tell({ kind: "change", change });
      onLive();
    };
    try {
      const [end] = await Promise.all([read(), snapshot()]);
      return end;
    } finally {
      connection.abort();
    }
  };
  for (let failures = 0; !signal.aborted; failures += 1) {
    const reason = await connectOnce(() => {
      failures = 0;
    }).catch((error: unknown) => {
      if (error instanceof ControlError && (error.status === 401 || error.status === 403)) return error;
      return error instanceof Error ? error.message : String(error);
    });
    if (signal.aborted) return;
    if (typeof reason !== "string") return tell({ kind: "refused", reason: reason.message });
    tell({ kind: "lost", reason });
    await wait(Math.min(longestWait, firstWait * 2 ** Math.min(failures, 10)), signal);
  }
}
