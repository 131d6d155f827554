import type { AttemptRecord, CallRecord, DeliveryRecord, LogLine } from "kiket-gen/dev";
import { showInvisible } from "../base/invisible-characters.js";
import type { Position } from "../model/model.js";
import type { Host } from "../project/host.js";
import { excerptLines, readTexts, type Texts } from "../terminal/excerpt.js";
import type { Style } from "../terminal/report.js";
import { placeInStack } from "./stack-place.js";

/** How a delivery is shown. Everything in it is text that somebody else may have written, so nothing of it reaches the terminal as it is. */
export interface DeliveryLook {
  readonly style: Style;
  /** The project's folder, absolute and without links in its path: places in it are shown relative to it. */
  readonly folder: string;
  /** The text of the file that `failurePlace` names, for the line of source. */
  readonly texts?: Texts;
  /** False: nobody repeats the delivery here, so what Kiket would do is said instead. Default true. */
  readonly retries?: boolean;
}

const longestText = 300;
const mostLines = 4;
const mostCalls = 4;
const longestMessage = 60;
const mostCauses = 2;

/** One line of somebody's text. */
function shown(text: string, longest: number = longestText): string {
  const line = showInvisible(text.slice(0, longest));
  return text.length > longest ? `${line}…` : line;
}

export function shownTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Milliseconds in words: `12 ms`, `0.5 s`, `30 s`, `8 min`, `2 h`. */
export function shownDuration(ms: number): string {
  const units = [
    [3_600_000, "h"],
    [60_000, "min"],
    [1000, "s"],
  ] as const;
  const [size, unit] = units.find(([size]) => ms >= size) ?? (ms >= 500 ? [1000, "s"] : [1, "ms"]);
  const decimals = unit === "ms" ? 0 : 1;
  return `${Number((ms / size).toFixed(decimals))} ${unit}`;
}

/** Equal calls that follow each other are one. */
function shownCalls(calls: readonly CallRecord[], { red }: Style): readonly string[] {
  const groups: { text: string; status: number; times: number }[] = [];
  for (const { operationId, method, path, status } of calls) {
    const text = `${shown(operationId ?? `${method} ${path}`, 80)} ${status === 0 ? "no answer" : status}`;
    const last = groups.at(-1);
    if (last?.text === text) last.times += 1;
    else groups.push({ text, status, times: 1 });
  }
  const parts = groups.slice(0, mostCalls).map(({ text, status, times }) => {
    const whole = times === 1 ? text : `${text} (${times} times)`;
    return status >= 400 || status === 0 ? red(whole) : whole;
  });
  const rest = groups.length - parts.length;
  return rest > 0 ? [...parts, `${rest} more`] : parts;
}

/** What was thrown: its name and message, with those of what caused it below, and its stack, which may be empty. */
export interface Thrown {
  readonly text: string;
  readonly stack: string;
}

/** What was thrown, as the runtime logs it. */
export function thrownIn(
  { fields }: { readonly fields: { readonly cause?: unknown } },
  causes: number = mostCauses,
): Thrown | undefined {
  const { cause } = fields;
  if (typeof cause === "string") return { text: cause, stack: "" };
  if (typeof cause !== "object" || cause === null) return undefined;
  const { name, message, stack } = cause as Readonly<Record<string, unknown>>;
  if (typeof message !== "string") return undefined;
  const text = [name, message].filter((part) => typeof part === "string" && part !== "").join(": ");
  // Node says "fetch failed" of every service that does not answer; only the cause names its address.
  const deeper = causes > 0 ? thrownIn({ fields: cause }, causes - 1) : undefined;
  return {
    text: deeper === undefined ? text : `${text}\ncaused by ${deeper.text}`,
    stack: typeof stack === "string" ? stack : "",
  };
}

/** The line that says why the attempt failed: the last error, else the last warning of the runtime. */
function failureLine({ logs }: AttemptRecord): LogLine | undefined {
  return (
    logs.findLast((line) => line.level === "error") ??
    logs.findLast(({ level, fields }) => level === "warn" && typeof fields.reason === "string")
  );
}

/** The first place of the project's own code in what was thrown during the last attempt; undefined if nothing was, or none is there. */
export function failurePlace({ attempts }: DeliveryRecord, folder: string): Position | undefined {
  const last = attempts.at(-1);
  const line = last === undefined ? undefined : failureLine(last);
  const stack = line === undefined ? "" : (thrownIn(line)?.stack ?? "");
  return placeInStack(stack, folder);
}

/** The first lines of a text of somebody else. */
export function firstLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).filter((each) => each.trim() !== "");
  return [...lines.slice(0, mostLines).map((each) => shown(each)), ...(lines.length > mostLines ? ["…"] : [])];
}

/** Why the attempt failed, in the words of the extension, or as the reply has it. */
function reasonLines(attempt: AttemptRecord): readonly string[] {
  const line = failureLine(attempt);
  const thrown = line === undefined ? undefined : thrownIn(line);
  return firstLines(thrown?.text ?? attempt.error ?? line?.message ?? attempt.reply?.body ?? "");
}

function placeLines(delivery: DeliveryRecord, { folder, texts = new Map(), style }: DeliveryLook): readonly string[] {
  const place = failurePlace(delivery, folder);
  if (place === undefined) return [];
  const at = `at ${shown(place.file)}:${place.line}:${place.column}`;
  return [at, ...excerptLines(texts, place, style)];
}

/** What a verdict says: `"Hello, Printer on fire!"`. Empty if it says nothing. */
function saidIn({ verdict, reply }: AttemptRecord): string {
  if (verdict === undefined || reply === undefined) return "";
  try {
    const { message } = JSON.parse(reply.body) as { readonly message?: unknown };
    return typeof message === "string" && message !== "" ? ` "${shown(message, longestMessage)}"` : "";
  } catch {
    // Long replies are kept in part.
    return "";
  }
}

const flawNames: Readonly<Record<NonNullable<DeliveryRecord["flaw"]>, string>> = {
  "expired-token": "expired on purpose",
  "future-token": "from the future on purpose",
  "wrong-signature": "wrongly signed on purpose",
  "foreign-key": "signed with a foreign key on purpose",
  duplicate: "sent twice on purpose",
};

/** What was wrong with a delivery, and whether it was treated so. */
function flawParts({ flaw, flawResult }: DeliveryRecord, { red, green }: Style): readonly string[] {
  if (flaw === undefined) return [];
  const isDuplicate = flaw === "duplicate";
  const right = isDuplicate ? "same answer, as it should be" : "not accepted, as it should be";
  const wrong = isDuplicate ? "another answer the second time" : "accepted, which it should not be";
  const result = { right: green(right), wrong: red(wrong) };
  return [flawResult === undefined ? flawNames[flaw] : `${flawNames[flaw]}: ${result[flawResult]}`];
}

/** What becomes of a delivery that was not answered 2xx. */
function futureOf({ state, next, attempts }: DeliveryRecord, retries: boolean): readonly string[] {
  const status = attempts.at(-1)?.reply?.status;
  if (state === "refused") return [`Kiket does not repeat a delivery that is answered ${status}: it is lost`];
  if (state === "failed") return [`Kiket gives up after ${attempts.length} attempts: the delivery is lost`];
  if (next === undefined) return [];
  const wait = shownDuration(next.schedule);
  if (!retries) return [`Kiket would repeat it after ${wait}; here it is not repeated`];
  const { at = next.at, ms = 0 } = attempts.at(-1) ?? {};
  const soon = shownDuration(Math.max(0, Math.round(next.at - at - ms)));
  return [`attempt ${attempts.length + 1} follows in ${soon}, on Kiket after ${wait}`];
}

/**
 * The last attempt of a delivery in one line: time, event, status and verdict, duration, calls, id. Below it, if the delivery was not
 * answered 2xx: why, the project's own line of code, and what becomes of it. Without a line break at the end.
 */
export function formatDelivery(delivery: DeliveryRecord, look: DeliveryLook): string {
  const { style, retries = true } = look;
  const { id, event, version, origin, attempts, createdAt } = delivery;
  const last = attempts.at(-1);
  const status = last?.reply?.status;
  const failed =
    last !== undefined &&
    delivery.flawResult !== "right" &&
    (last.error !== undefined || (status !== undefined && (status < 200 || status > 299)));
  const verdict = last?.verdict === undefined ? "" : ` ${shown(last.verdict, 40)}${saidIn(last)}`;
  const result =
    status === undefined ? (last?.error === undefined ? delivery.state : "no reply") : `${status}${verdict}`;
  const paint = failed ? style.red : status === undefined ? style.dim : style.green;
  const parts = [
    style.dim(shownTime(last?.at ?? createdAt)),
    style.bold(`${shown(event, 100)} ${shown(version, 40)}`),
    paint(result),
    ...(last?.ms === undefined ? [] : [shownDuration(last.ms)]),
    ...(attempts.length > 1 ? [`attempt ${attempts.length}`] : []),
    ...(origin === "replay" ? ["replay"] : []),
    ...flawParts(delivery, style),
    ...(last === undefined ? [] : shownCalls(last.calls, style)),
    style.dim(shown(id, 100)),
  ];
  const below =
    !failed || last === undefined
      ? []
      : [...reasonLines(last), ...placeLines(delivery, look), ...futureOf(delivery, retries)];
  return [parts.join("  "), ...below.map((line) => `    ${line}`)].join("\n");
}

/** The same with the line of source, which it reads. */
export async function describeDelivery(
  delivery: DeliveryRecord,
  host: Pick<Host, "read" | "place">,
  look: Omit<DeliveryLook, "texts">,
): Promise<string> {
  const place = failurePlace(delivery, look.folder);
  const texts = place === undefined ? undefined : await readTexts(host, [{ at: place }]);
  return formatDelivery(delivery, texts === undefined ? look : { ...look, texts });
}
