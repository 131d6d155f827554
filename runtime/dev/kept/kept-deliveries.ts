import { parseJsonObject } from "../../base/json.js";
import { isFinished, type KeptDelivery } from "../delivery-book.js";
import { isKeptDelivery } from "./kept-shape.js";

/** Bytes of the file. */
const mostBytes = 32 * 1024 * 1024;
/** Bytes of what is remembered, as the file would have it. */
const mostRemembered = 64 * 1024 * 1024;
/** Finished deliveries in the file: each start reads it, and each change writes it. */
const mostKept = 500;
/** Finished deliveries are kept for a week, in milliseconds. */
const longestAge = 7 * 24 * 3_600_000;

/** The texts of deliveries in the file, and the bytes of all. They do not change: a change makes a new object. */
const texts = new WeakMap<KeptDelivery, string>();
const sizes = new WeakMap<KeptDelivery, number>();

function textOf(delivery: KeptDelivery): string {
  const known = texts.get(delivery);
  if (known !== undefined) return known;
  const { record, content } = delivery;
  // The record has these members too.
  const { event: _, version: __, payload: ___, ...rest } = content;
  const text = JSON.stringify({ record, content: rest });
  texts.set(delivery, text);
  return text;
}

function sizeOf(delivery: KeptDelivery): number {
  const known = sizes.get(delivery);
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(textOf(delivery));
  sizes.set(delivery, bytes);
  return bytes;
}

/** The newest that fit into this many bytes together. One that does not fit is left out. */
function newestWithin(deliveries: readonly KeptDelivery[], bytes: number): readonly KeptDelivery[] {
  let size = 0;
  return deliveries.filter((delivery) => {
    const next = size + sizeOf(delivery);
    if (next > bytes) return false;
    size = next;
    return true;
  });
}

/** What is remembered of these deliveries, the newest first: no old ones, no more than fit, and all that are not finished. */
export function rememberedOf(deliveries: readonly KeptDelivery[], now: number): readonly KeptDelivery[] {
  const recent = deliveries.filter(({ record }) => !isFinished(record) || record.createdAt >= now - longestAge);
  const fitting = new Set(newestWithin(recent, mostRemembered));
  return recent.filter((delivery) => fitting.has(delivery) || !isFinished(delivery.record));
}

/** What the file has of those that are remembered, the newest first. */
export function keptOf(remembered: readonly KeptDelivery[]): readonly KeptDelivery[] {
  const wanted = remembered.filter(({ record }, index) => index < mostKept || !isFinished(record));
  const kept = newestWithin(wanted, mostBytes);
  const inFile = new Set(kept);
  for (const delivery of remembered) if (!inFile.has(delivery)) texts.delete(delivery);
  return kept;
}

/** The file with these deliveries, the newest first. */
export function writeDeliveries(deliveries: readonly KeptDelivery[]): string {
  return `{"version":1,"deliveries":[\n${deliveries.map(textOf).join(",\n")}\n]}\n`;
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

/**
 * A delivery of an earlier run. What was under way then has no reply, and goes on. Each run counts its builds anew, so the number of an
 * old one would name another.
 */
export function ofEarlierRun({ record, content }: KeptDelivery): KeptDelivery {
  const attempts = record.attempts.map(({ build: _, ...attempt }) =>
    record.state === "running" && attempt.reply === undefined && attempt.error === undefined
      ? { ...attempt, error: "kiket-gen dev ended before there was a reply" }
      : attempt,
  );
  const state = record.state === "running" ? "waiting" : record.state;
  return { record: { ...record, state, attempts }, content };
}
