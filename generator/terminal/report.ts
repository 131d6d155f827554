import { showInvisible } from "../base/invisible-characters.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Mode } from "../generate/generate.js";
import type { Model } from "../model/model.js";
import type { ManifestChange } from "../output/manifest-fingerprint.js";
import type { Action } from "../output/reconcile.js";
import { excerptLines, type Texts } from "./excerpt.js";

/** Colours of a terminal; functions that change nothing if there is none. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
}

const identity = (text: string): string => text;

export const plain: Style = { bold: identity, dim: identity, red: identity, yellow: identity, green: identity };

const sgr = (start: number, end: number) => (text: string) => `\u001b[${start}m${text}\u001b[${end}m`;

export const coloured: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  yellow: sgr(33, 39),
  green: sgr(32, 39),
};

/** `file:line:column  severity  code  message`, then the source line if its text is given, and the hint. */
export function formatDiagnostic(diagnostic: Diagnostic, style: Style, texts: Texts = new Map()): string {
  const { at, severity, code, message, hint } = diagnostic;
  const paint = severity === "error" ? style.red : severity === "warning" ? style.yellow : style.dim;
  const line = `${showInvisible(at.file)}:${at.line}:${at.column}  ${paint(severity)}  ${code}  ${message}`;
  const below = hint === undefined ? [] : [`    ${style.dim(`hint: ${hint}`)}`];
  return [line, ...excerptLines(texts, at, { dim: style.dim, digits: 4 }), ...below].join("\n");
}

/** `1 record`, `2 records`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** One line: the manifest and what it declares, in numbers; for a receiver of webhooks, where its events arrive. */
export function formatModel(model: Model, style: Style): string {
  const events = count(model.events.length, "event");
  if (model.receiver !== undefined) {
    return `${style.bold(showInvisible(model.manifest))}  ${events} at ${model.receiver.path}`;
  }
  const parts = [
    events,
    count(model.scopes.length, "permission"),
    count(model.settings.length, "setting"),
    count(model.secrets.length, "secret"),
    count(model.customData.length, "custom-data module"),
  ];
  return `${style.bold(showInvisible(model.manifest))}  ${parts.join(", ")}`;
}

const verbs: Readonly<Record<Mode, Readonly<Record<Action["kind"], string>>>> = {
  write: { create: "created", write: "written", keep: "unchanged", delete: "deleted" },
  check: { create: "missing", write: "out of date", keep: "up to date", delete: "left over" },
  "dry-run": {
    create: "would be created",
    write: "would be written",
    keep: "unchanged",
    delete: "would be deleted",
  },
};

/** One line for each changed file, and a line of totals. */
export function formatActions(actions: readonly Action[], mode: Mode, style: Style): string {
  const words = verbs[mode];
  const width = Math.max(words.create.length, words.write.length);
  const changed = actions.filter(({ kind }) => kind !== "keep");
  const lines = changed.map(({ kind, path }) => `  ${style.green(words[kind].padEnd(width))}  ${showInvisible(path)}`);
  const totals = (["create", "write", "delete", "keep"] as const)
    .map((kind) => [actions.filter((action) => action.kind === kind).length, words[kind]] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, word]) => `${amount} ${word}`);
  return [...lines, `${count(actions.length, "file")}: ${totals.join(", ")}`].join("\n");
}

/** More paths are only counted. */
const shownPaths = 5;

/** `2 of 8 handlers are not filled: a.ts, b.ts (501 until they are filled)`, with a line break; empty if all are filled. */
export function formatUnfilled(unfilled: readonly string[], { events, adapter }: Model, style: Style): string {
  if (unfilled.length === 0) return "";
  const [is, they] = unfilled.length === 1 ? ["is", "it"] : ["are", "they"];
  const [noun, effect] = adapter === undefined ? ["handler", "501"] : ["normaliser", "events fail"];
  const shown = unfilled.slice(0, shownPaths).map(showInvisible).join(", ");
  const rest = unfilled.length - shownPaths;
  const more = rest > 0 ? `, and ${rest} more` : "";
  return `${style.yellow(`${unfilled.length} of ${count(events.length, noun)}`)} ${is} not filled: ${shown}${more} (${effect} until ${they} ${is} filled)\n`;
}

/** `file:line:column  added permission issues:write`: one line for each change of the manifest. */
export function formatChanges(changes: readonly ManifestChange[], manifest: string, style: Style): string {
  return changes
    .map(({ kind, name, at }) => {
      const place = at === undefined ? manifest : `${at.file}:${at.line}:${at.column}`;
      return `${showInvisible(place)}  ${style.yellow(kind)} ${showInvisible(name)}\n`;
    })
    .join("");
}

/** `2 errors, 1 warning`. */
export function formatTotals(diagnostics: readonly Diagnostic[]): string {
  return (["error", "warning", "note"] as const)
    .map((severity) => [diagnostics.filter((diagnostic) => diagnostic.severity === severity).length, severity] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, severity]) => count(amount, severity))
    .join(", ");
}
