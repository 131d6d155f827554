import type { BuildRecord, DevState } from "../../backend.js";
import type { DeliveryRecord, DeliveryState } from "../../delivery-record.js";

/** Local time of day, as the terminal writes it. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour12: false });
}

/** The date, empty for today. */
export function dayOf(at: number, now: number): string {
  const day = (time: number) =>
    new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  return day(at) === day(now) ? "" : day(at);
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

/** A delivery with a flaw ends well if it was treated as it should be. */
export function toneOf(state: DeliveryState, flawResult?: DeliveryRecord["flawResult"]): Tone {
  if (flawResult === "wrong") return "bad";
  return flawResult === "right" && toneByState[state] === "bad" ? "good" : toneByState[state];
}

export function toneOfStatus(status: number): Tone {
  if (status >= 200 && status < 300) return "good";
  return status === 0 || status >= 400 ? "bad" : "plain";
}

/** What a delivery that is not sent again means; undefined for any other. */
export function endWords({ state, attempts }: Pick<DeliveryRecord, "state" | "attempts">): string | undefined {
  if (state === "refused") {
    return `Kiket does not repeat a delivery that is answered ${attempts.at(-1)?.reply?.status}: it is lost.`;
  }
  return state === "failed"
    ? `Kiket gives up after ${counted(attempts.length, "attempt")}: the delivery is lost.`
    : undefined;
}

/** What became of a build. `listened`: and was stopped for a later one, or listens still. */
export function buildEnd({ ms, error }: BuildRecord): { readonly tone: Tone; readonly word: string } {
  if (error !== undefined) return { tone: "bad", word: ms === undefined ? "failed" : "ended" };
  return ms === undefined ? { tone: "plain", word: "stopped" } : { tone: "good", word: "listened" };
}

/** Whether the extension listens, or why it does not: its tone and its words. */
export function listeningLine(state: DevState): { readonly tone: Tone; readonly text: string } {
  const { extension, running, builds, kind } = state;
  const last = builds.at(-1);
  // An adapter fetches its events, and has no address where it listens.
  const [subject, verb, at] =
    kind === "adapter"
      ? ["Adapter", "run", ""]
      : [kind === "extension" ? "Extension" : "Receiver", "listen", ` at ${extension}`];
  if (last?.error !== undefined && last.number !== running) {
    const what = last.ms === undefined ? `Build ${last.number} failed` : `${subject} has ended`;
    const now = running === undefined ? "; deliveries wait" : `. Build ${running} still ${verb}s${at}`;
    return { tone: "bad", text: `${what}${now}` };
  }
  if (running !== undefined) return { tone: "good", text: `${subject} ${verb}s${at}, build ${running}` };
  return { tone: "wait", text: `${subject} does not ${verb}${builds.length === 0 ? " yet" : ""}; deliveries wait` };
}
