import type { Position } from "../../model/model.js";
import { excerptLines, type Texts } from "../../terminal/excerpt.js";
import type { Style } from "../../terminal/report.js";
import { shownText } from "../../terminal/shown-text.js";
import { firstLines, shownDuration, thrownIn } from "../delivery-line.js";
import { placeInStack } from "../stack-place.js";
import type { DevWord, ErrorWord, LogWord } from "./dev-word.js";

/** How words are shown. */
export interface WordLook {
  readonly style: Style;
  /** The project's folder, absolute and without links in its path. */
  readonly folder: string;
  /** The text of the file that `placeOfWord` names, for the line of source. */
  readonly texts?: Texts | undefined;
}

const longestLine = 2000;
/** More files are only counted. */
const shownFiles = 3;

/** Text of the project or its program: it must not control the terminal, and is cut where nobody would read on. */
function shown(text: string): string {
  const part = shownText(text.slice(0, longestLine));
  return text.length > longestLine ? `${part}…` : part;
}

function positionOfError({ file, line = 1, column = 1 }: ErrorWord): Position | undefined {
  return file === undefined ? undefined : { file, line, column };
}

/** The line of the runtime that tells the end of a deferred run. */
function isDeferredRun({ fields = {} }: LogWord): boolean {
  const { jobId, outcome, attempt } = fields;
  return typeof jobId === "string" && typeof outcome === "string" && typeof attempt === "number";
}

/** The place in the project that a word points to: that of an error, or where a deferred run has thrown. `folder`: the project's, absolute. */
export function placeOfWord(word: DevWord, folder: string): Position | undefined {
  if (word.type === "error") return positionOfError(word);
  if (word.type !== "log" || !isDeferredRun(word)) return undefined;
  return placeInStack(thrownIn({ fields: word.fields ?? {} })?.stack ?? "", folder);
}

function errorLines(word: ErrorWord, style: Style, texts: Texts): readonly string[] {
  const { severity, code, message, hint } = word;
  const at = positionOfError(word);
  const paint = severity === "error" ? style.red : severity === "warning" ? style.yellow : style.dim;
  const place = at === undefined ? [] : [`${shown(at.file)}:${at.line}:${at.column}`];
  const [first = "", ...rest] = shown(message).split("\n");
  return [
    [...place, paint(severity), ...(code === undefined ? [] : [code]), first].join("  "),
    ...rest.map((line) => line.trim()),
    ...(at === undefined ? [] : excerptLines(texts, at, style)),
    ...(hint === undefined ? [] : [style.dim(`hint: ${shown(hint)}`)]),
  ];
}

function filesText(files: Extract<DevWord, { type: "generated" }>["files"]): string {
  const parts = files.slice(0, shownFiles).map(({ path, change }) => `${change} ${shown(path)}`);
  const rest = files.length - parts.length;
  return rest > 0 ? `${parts.join(", ")} and ${rest} more` : parts.join(", ");
}

/** What a delivery's log lines repeat in each line. */
const repeated = ["deliveryId", "event", "version", "correlationId"];

/** Nobody else tells the end of the run: the line of its delivery is long gone, and others may have come in between. */
function deferredRunLines(word: LogWord, look: WordLook): readonly string[] {
  const { style, folder, texts = new Map() } = look;
  const { event, version, attempt, attempts, ms, deliveryId, waited: _, ...others } = word.fields ?? {};
  const { jobId, outcome, reason, stages, cause, correlationId, ...own } = others;
  const parts = [
    logLine({ ...word, fields: own }, style),
    style.bold(shown(`${event} ${version}`)),
    `run ${attempt} of ${attempts}`,
    ...(typeof ms === "number" ? [shownDuration(ms)] : []),
    style.dim(shown(`${deliveryId ?? jobId}`)),
  ];
  const place = placeOfWord(word, folder);
  return [
    parts.join("  "),
    ...firstLines(thrownIn({ fields: { cause } })?.text ?? ""),
    ...(place === undefined
      ? []
      : [`at ${shown(place.file)}:${place.line}:${place.column}`, ...excerptLines(texts, place, style)]),
  ];
}

function logLine({ source, level, message, fields = {} }: LogWord, style: Style): string {
  const paint = level === "error" ? style.red : level === "warn" ? style.yellow : (text: string) => text;
  if (source === "dev") return paint(shown(message));
  const others = Object.entries(fields).filter(([name]) => !repeated.includes(name));
  const more = others.length === 0 ? "" : `  ${style.dim(shown(JSON.stringify(Object.fromEntries(others))))}`;
  return `${style.dim("|")} ${level === "error" || level === "warn" ? paint(shown(message)) : shown(message)}${more}`;
}

function readyLines(word: Extract<DevWord, { type: "ready" }>, style: Style): readonly string[] {
  const { inspector, kiket, extension, token, ms } = word;
  return [
    style.green(`ready in ${shownDuration(ms)}`),
    `inspector    ${style.bold(`${inspector}/#token=${token}`)}`,
    `local Kiket  ${kiket}`,
    ...(extension === undefined ? [] : [`extension    ${extension}`]),
  ];
}

/** A word as lines for people, without the time. The lines of a delivery are those of `formatDelivery`. */
export function linesOfWord(word: DevWord, look: WordLook): readonly string[] {
  const { style, texts = new Map() } = look;
  switch (word.type) {
    case "ready":
      return readyLines(word, style);
    case "generated":
      return [`generated in ${shownDuration(word.ms)}: ${filesText(word.files)}`];
    case "restarted":
      return [`${style.green("restarted")} in ${shownDuration(word.ms)}: ${shown(word.reason)}`];
    case "error":
      return errorLines(word, style, texts);
    case "log":
      return isDeferredRun(word) ? deferredRunLines(word, look) : [logLine(word, style)];
    case "delivery":
      return [];
  }
}
