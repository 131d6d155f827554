import { jsonText, showInvisible } from "../base/invisible-characters.js";
import type { Style } from "../terminal/report.js";
import type { EventChanges } from "./events.js";
import type { Touched, Touching, TouchingChange } from "./handlers.js";
import type { OperationChanges } from "./operations.js";

interface Comparison {
  readonly events: readonly Touching<EventChanges>[];
  readonly operations: readonly Touching<OperationChanges>[];
  /** What was compared: the parts that both versions have, `events` or `operations`. */
  readonly compared: readonly string[];
}

function formatTouched({ file, lines }: Touched): string {
  return showInvisible(lines.length === 0 ? file : `${file}:${lines.join(",")}`);
}

function formatChange({ breaking, path, message, handlers }: TouchingChange, style: Style): string {
  const label = breaking ? style.red("breaking  ") : style.green("compatible");
  const touched = handlers.map(formatTouched).join(", ");
  const where = touched === "" ? "" : `\n    ${" ".repeat(10)}${style.dim(touched)}`;
  return `  ${label}  ${showInvisible(path === "" ? message : `${path}: ${message}`)}${where}\n`;
}

function formatSubject(name: string, changes: readonly TouchingChange[], style: Style): string {
  return `${style.bold(showInvisible(name))}\n${changes.map((change) => formatChange(change, style)).join("")}`;
}

/** One paragraph for each event or operation, and a line with totals. */
export function formatComparison({ events, operations, compared }: Comparison, style: Style): string {
  const paragraphs = [
    ...events.map(({ event, version, changes }) => formatSubject(`${event} ${version}`, changes, style)),
    ...operations.map(({ operation, changes }) => formatSubject(operation, changes, style)),
  ];
  const changes = [...events, ...operations].flatMap((subject) => subject.changes);
  const breaking = changes.filter((change) => change.breaking).length;
  const totals =
    changes.length === 0 ? "no difference" : `${breaking} breaking, ${changes.length - breaking} compatible`;
  return `${[...paragraphs, `compared ${compared.join(" and ")}: ${totals}`].join("\n")}\n`;
}

/** The comparison as JSON. */
export function toJson({ events, operations, compared }: Comparison): string {
  const changes = [...events, ...operations].flatMap((subject) => subject.changes);
  const breaking = changes.filter((change) => change.breaking).length;
  return `${jsonText({ compared, breaking, compatible: changes.length - breaking, events, operations }, 2)}\n`;
}
