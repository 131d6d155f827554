import type { DevState } from "../../backend.js";
import type { DeliveryState, DeliverySummary } from "../../delivery-record.js";

/** Local time of day, as the terminal writes it. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour12: false });
}

/** A duration in milliseconds, in the largest unit that keeps it readable. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${Number((milliseconds / 1_000).toFixed(1))} s`;
  if (milliseconds < 3_600_000) return `${Number((milliseconds / 60_000).toFixed(1))} min`;
  return `${Number((milliseconds / 3_600_000).toFixed(1))} h`;
}

export function byteSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000
    ? `${Number((bytes / 1_000).toFixed(1))} kB`
    : `${Number((bytes / 1_000_000).toFixed(1))} MB`;
}

/** `1 line`, `2 lines`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export type Tone = "good" | "bad" | "wait" | "plain";

const toneByState: Readonly<Record<DeliveryState, Tone>> = {
  waiting: "wait",
  running: "wait",
  retrying: "wait",
  delivered: "good",
  refused: "bad",
  failed: "bad",
};

export function toneOf(state: DeliveryState): Tone {
  return toneByState[state];
}

export function toneOfStatus(status: number): Tone {
  if (status >= 200 && status < 300) return "good";
  return status === 0 || status >= 400 ? "bad" : "plain";
}

/** A delivery in one sentence, for those who hear the list. */
export function spokenDelivery(delivery: DeliverySummary): string {
  const { event, version, state, status, verdict, ms, build, createdAt } = delivery;
  const parts = [
    `${event} ${version}`,
    state,
    status === undefined ? undefined : `status ${status}`,
    verdict,
    ms === undefined ? undefined : duration(ms),
    build === undefined ? undefined : `build ${build}`,
    clockTime(createdAt),
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** Whether the extension listens, or why it does not: its tone and its words. */
export function listeningLine({ extension, builds, kind }: DevState): { readonly tone: Tone; readonly text: string } {
  const last = builds.at(-1);
  const running = builds.findLast(({ ms }) => ms !== undefined);
  // An adapter fetches its events, and has no address where it listens.
  const [subject, verb, at] =
    kind === "adapter"
      ? ["Adapter", "run", ""]
      : [kind === "extension" ? "Extension" : "Receiver", "listen", ` at ${extension}`];
  if (last?.error !== undefined) {
    if (extension === undefined) return { tone: "bad", text: `Build ${last.number} failed` };
    const before = running === undefined ? "The build before" : `Build ${running.number}`;
    return { tone: "bad", text: `Build ${last.number} failed. ${before} still ${verb}s${at}` };
  }
  if (extension !== undefined) {
    return {
      tone: "good",
      text: `${subject} ${verb}s${at}${running === undefined ? "" : `, build ${running.number}`}`,
    };
  }
  return { tone: "wait", text: `${subject} does not ${verb}${builds.length === 0 ? " yet" : ""}; deliveries wait` };
}
