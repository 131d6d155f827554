import type { Position } from "../../model/model.js";
import { excerptLines, type Texts } from "../../terminal/excerpt.js";
import type { Style } from "../../terminal/report.js";
import { shownText } from "../../terminal/shown-text.js";
import { shownDuration } from "../delivery-line.js";
import type { DevWord, ErrorWord, LogWord } from "./dev-word.js";

const longestLine = 2000;
/** More files are only counted. */
const shownFiles = 3;

/** Text of the project or its program: it must not control the terminal, and is cut where nobody would read on. */
function shown(text: string): string {
  const part = shownText(text.slice(0, longestLine));
  return text.length > longestLine ? `${part}…` : part;
}

/** The source place of an error; undefined if it has none. */
export function positionOfError({ file, line = 1, column = 1 }: ErrorWord): Position | undefined {
  return file === undefined ? undefined : { file, line, column };
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
export function linesOfWord(word: DevWord, style: Style, texts: Texts = new Map()): readonly string[] {
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
      return [logLine(word, style)];
    case "delivery":
      return [];
  }
}
