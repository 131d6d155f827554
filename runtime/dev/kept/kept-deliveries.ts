import { parseJsonObject } from "../../base/json.js";
import { isFinished, type KeptDelivery, mostDeliveries } from "../delivery-book.js";
import { isKeptDelivery } from "./kept-shape.js";

/** Bytes of the file. */
const mostBytes = 32 * 1024 * 1024;
/** Finished deliveries are kept for a week, in milliseconds. */
const longestAge = 7 * 24 * 3_600_000;

/** The texts of deliveries, which do not change: a change makes a new object. */
const texts = new WeakMap<KeptDelivery, { readonly text: string; readonly bytes: number }>();

function textOf(delivery: KeptDelivery): { readonly text: string; readonly bytes: number } {
  const known = texts.get(delivery);
  if (known !== undefined) return known;
  const { record, content } = delivery;
  // The record has these members too.
  const { event: _, version: __, payload: ___, ...rest } = content;
  const text = JSON.stringify({ record, content: rest });
  const made = { text, bytes: Buffer.byteLength(text) };
  texts.set(delivery, made);
  return made;
}

/** What is kept of these deliveries, the newest first: no old ones, and no more than fit. */
export function keptOf(deliveries: readonly KeptDelivery[], now: number): readonly KeptDelivery[] {
  let size = 0;
  return deliveries.filter((delivery, index) => {
    const { record } = delivery;
    if (isFinished(record) && (index >= mostDeliveries || record.createdAt < now - longestAge)) return false;
    const { bytes } = textOf(delivery);
    if (size + bytes > mostBytes) return false;
    size += bytes;
    return true;
  });
}

/** The file with these deliveries, the newest first. */
export function writeDeliveries(deliveries: readonly KeptDelivery[]): string {
  return `{"version":1,"deliveries":[\n${deliveries.map((each) => textOf(each).text).join(",\n")}\n]}\n`;
}

/** The deliveries of a file, the newest first, and how many of them cannot be read. Undefined if it is no such file. */
export function readDeliveries(
  text: string,
): { readonly deliveries: readonly KeptDelivery[]; readonly dropped: number } | undefined {
  const { version, deliveries } = text.length > 2 * mostBytes ? {} : (parseJsonObject(text) ?? {});
  if (version !== 1 || !Array.isArray(deliveries)) return undefined;
  const readable = deliveries.filter((each): each is KeptDelivery => isKeptDelivery(each));
  return {
    deliveries: readable.map(({ record, content }) => {
      const { event, version, payload } = record;
      return { record, content: { ...content, event, version, payload } };
    }),
    dropped: deliveries.length - readable.length,
  };
}

/** A delivery of an earlier run, which goes on: what was under way then has no reply. */
export function interrupted({ record, content }: KeptDelivery): KeptDelivery {
  if (record.state !== "running") return { record, content };
  const attempts = record.attempts.map((attempt) =>
    attempt.reply === undefined && attempt.error === undefined
      ? { ...attempt, error: "kiket-gen dev ended before there was a reply" }
      : attempt,
  );
  return { record: { ...record, state: "waiting", attempts }, content };
}
