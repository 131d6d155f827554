import { isJsonObject, type JsonObject, nonEmptyText, parseJsonObject } from "../base/json.js";
import type { LogLine, StageRecord } from "../platform/inspector/delivery-record.js";

/** A line that the program wrote, and the delivery that it names. */
export interface ProgramLine {
  readonly line: LogLine;
  /** Whether the line says when it was written. Else its time is when it came. */
  readonly isDated: boolean;
  readonly deliveryId: string | undefined;
  /** Whether it is the line that the runtime writes when a delivery has ended. */
  readonly isEnd: boolean;
  /** What the line says of the time, if it says it. It is not among the fields. */
  readonly stages: readonly StageRecord[] | undefined;
}

/** In characters. */
const longestLine = 16 * 1024;

const levels: readonly string[] = ["debug", "info", "warn", "error"] satisfies readonly LogLine["level"][];

function cut(text: string): string {
  return text.length <= longestLine ? text : `${text.slice(0, longestLine)}…`;
}

/** In real time. A time that is that of a clock that is ahead was just now. */
function realTime(time: number, now: number, ahead: number): number {
  return Math.abs(time - ahead - now) < Math.abs(time - now) ? time - ahead : time;
}

/** More than the runtime has. */
const mostStages = 40;
const longestName = 60;

function isStage(value: unknown): value is StageRecord {
  if (!isJsonObject(value)) return false;
  const { name, at, ms } = value;
  return typeof name === "string" && name.length <= longestName && Number.isFinite(at) && Number.isFinite(ms);
}

/** The stages in the line that ends an attempt. Undefined if they are none, and are a field of somebody else. */
function stagesIn({ stages }: JsonObject, real: (time: number) => number): readonly StageRecord[] | undefined {
  const isList = Array.isArray(stages) && stages.length > 0 && stages.length <= mostStages && stages.every(isStage);
  return isList ? stages.map(({ name, at, ms }) => ({ name, at: real(at), ms })) : undefined;
}

/** Reads a line of JSON as the runtime logs it. Any other line is text: of level `info`, or `warn` from standard error, where programs also write what is no error. */
export function readProgramLine(stream: "stdout" | "stderr", text: string, now: number, ahead = 0): ProgramLine {
  const read = text.length <= longestLine * 4 && text.startsWith("{") ? parseJsonObject(text) : undefined;
  const { level, time, message, ...given }: JsonObject = read ?? {};
  if (typeof level !== "string" || !levels.includes(level) || typeof message !== "string") {
    const line: LogLine = { at: now, level: stream === "stdout" ? "info" : "warn", message: cut(text), fields: {} };
    return { line, isDated: false, deliveryId: undefined, isEnd: false, stages: undefined };
  }
  const real = (at: number): number => realTime(at, now, ahead);
  const written = typeof time === "string" ? Date.parse(time) : Number.NaN;
  const stages = stagesIn(given, real);
  const { stages: _, ...others } = given;
  const fields = stages === undefined ? given : others;
  const isDated = !Number.isNaN(written);
  const line: LogLine = {
    at: isDated ? real(written) : now,
    level: level as LogLine["level"],
    message: cut(message),
    fields,
  };
  // The lines of an adapter name the raw event.
  const deliveryId =
    nonEmptyText(fields.deliveryId) ?? ("sourceEventType" in fields ? nonEmptyText(fields.id) : undefined);
  return { line, isDated, deliveryId, isEnd: deliveryId !== undefined && typeof fields.status === "number", stages };
}

/** Lines of one attempt that are kept. */
const mostLines = 500;
/** The characters of them. */
const mostCharacters = 256 * 1024;

/** The characters of lists, so that a long one is not counted again for each line. */
const sizes = new WeakMap<readonly LogLine[], number>();

/** The lines with one more. When there are too many, the last one says so, and no more are added. */
export function withLine(lines: readonly LogLine[], line: LogLine): readonly LogLine[] {
  if (lines.at(-1)?.fields.leftOut === true) return lines;
  const size = (sizes.get(lines) ?? 0) + line.message.length + JSON.stringify(line.fields).length;
  const isFull = lines.length >= mostLines || size > mostCharacters;
  const more = isFull
    ? ({
        at: line.at,
        level: "warn",
        message: "Further lines of this attempt are not kept",
        fields: { leftOut: true },
      } as const)
    : line;
  const all = [...lines, more];
  sizes.set(all, size);
  return all;
}
