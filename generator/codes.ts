import type { Diagnostic, Severity } from "./diagnostics.js";
import type { Position } from "./model.js";

export interface CodeEntry {
  readonly severity: Severity;
  /** One line, for tables. */
  readonly title: string;
  /** Why it matters and the way out, for `explain`. */
  readonly explanation: string;
}

/**
 * Every code a diagnostic can carry. `KG` codes are our own: 1xx reading and YAML, 2xx manifest shape and values, 3xx names,
 * 4xx modules, 5xx files and output. The others are rules of the platform's own linter under its numbers in
 * manifest-and-events §1.4 (L manifest, M modules, S setup, O output fields), used where the condition is the same.
 */
export type Code =
  | "KG101"
  | "KG102"
  | "KG103"
  | "KG104"
  | "KG105"
  | "KG106"
  | "KG107"
  | "KG108"
  | "KG109"
  | "KG201"
  | "KG202"
  | "KG203"
  | "KG204"
  | "KG205"
  | "KG206"
  | "KG207"
  | "KG208"
  | "KG209"
  | "KG210"
  | "KG211"
  | "KG212"
  | "KG213"
  | "KG301"
  | "KG401"
  | "KG402"
  | "KG403"
  | "KG404"
  | "KG405"
  | "KG406"
  | "KG501"
  | "KG502"
  | "KG503"
  | "L2"
  | "M1"
  | "M4"
  | "M6"
  | "O1"
  | "O3"
  | "O5";

export const codes: Readonly<Record<Code, CodeEntry>> = {
  KG101: {
    severity: "note",
    title: "several manifests",
    explanation:
      "The project holds more than one manifest. `.kiket/manifest.yaml` is the one the platform reads, so it wins; without it the first in the discovery order is used. Name one with --manifest to choose another.",
  },
  KG102: {
    severity: "error",
    title: "no manifest",
    explanation:
      "No manifest stands at any of the usual places. Write `.kiket/manifest.yaml` or `extension.yaml`, or name the file with --manifest.",
  },
  KG103: {
    severity: "error",
    title: "named manifest not found",
    explanation: "The file named with --manifest cannot be read. The path is relative to the project's folder.",
  },
  KG104: {
    severity: "error",
    title: "invalid YAML",
    explanation:
      "The file is not valid YAML (or JSON), so nothing in it can be trusted. The position is where the reader gave up; the cause is there or just before it.",
  },
  KG105: {
    severity: "warning",
    title: "duplicate key",
    explanation:
      "A key stands twice in one map. The last one wins and the other is dropped without a trace. Join them or delete one.",
  },
  KG106: {
    severity: "error",
    title: "unusable alias",
    explanation:
      "A YAML alias (`*name`) names an anchor that was not set before it, contains itself, or multiplies the document beyond any sensible size. Write the value out instead.",
  },
  KG107: {
    severity: "error",
    title: "nested too deep",
    explanation: "The document nests deeper than 100 levels. No manifest needs more than 12.",
  },
  KG108: {
    severity: "error",
    title: "file too large",
    explanation: "The file is larger than 4 MiB (in characters). The largest known manifest has 13 KB.",
  },
  KG109: {
    severity: "warning",
    title: "doubtful YAML",
    explanation:
      "The YAML is readable, but uses something that readers treat differently, such as an unknown tag. Remove it.",
  },
  KG201: {
    severity: "error",
    title: "not a map",
    explanation: "The file is empty, or holds a list or a single value, where a map of keys is needed.",
  },
  KG202: {
    severity: "error",
    title: "unknown manifest shape",
    explanation:
      "The file is a map, but not one of the known manifest shapes. The shape is told from the content, never from the file's name: the canonical one has `model_version` and an `extension` map.",
  },
  KG203: {
    severity: "error",
    title: "blueprint, not an extension",
    explanation:
      "The file holds only a product's identifier, name, description and version, as the onboarding wizard writes them. It declares no extension, so there is nothing to generate.",
  },
  KG204: {
    severity: "error",
    title: "wrong kind of value",
    explanation: "A key holds another kind of value than it must, for example a list where text is needed.",
  },
  KG205: {
    severity: "error",
    title: "missing key",
    explanation: "An entry lacks a key that it cannot be understood without, for example a hook without `event`.",
  },
  KG206: {
    severity: "error",
    title: "default does not fit its type",
    explanation:
      "Defaults are text in most manifests and are coerced by the declared type: integer takes digits only, boolean exactly true or false, object JSON text of an object. Limits (`min`, `max`, `max_length`, `options`) hold for the default as well.",
  },
  KG207: {
    severity: "warning",
    title: "unknown setting type",
    explanation:
      "The setting's type is not one the platform is known to have, so its value is typed `unknown`. Known: string, integer, number, boolean, template, html, text, object, project, issue_type, workflow_status, board, priority, checkbox, select, secret, oauth_token.",
  },
  KG208: {
    severity: "warning",
    title: "both a setting and a secret",
    explanation:
      "One key is declared as a plain setting and as a secret. It is treated as a secret, so that its value never shows up among the settings. Keep one declaration.",
  },
  KG209: {
    severity: "warning",
    title: "declared twice",
    explanation: "One key is declared twice in a list. The last declaration wins. Delete one.",
  },
  KG210: {
    severity: "warning",
    title: "one version, two spellings",
    explanation:
      "Versions are compared without a leading v, so `1` and `v1` are one version and need one spelling. Use the same one everywhere.",
  },
  KG211: {
    severity: "note",
    title: "short event name",
    explanation:
      "The scaffold's short names (before_transition, after_transition, issue_created, issue_updated) are delivered under their dotted names, which is what the handlers are bound to.",
  },
  KG212: {
    severity: "warning",
    title: "default is not among the wizard's options",
    explanation:
      "The configuration's default is not offered by the setup wizard for the same key. The setting's type holds both. Add the option or change the default.",
  },
  KG213: {
    severity: "error",
    title: "value not accepted",
    explanation: "The key takes one of a few values, and this is none of them.",
  },
  KG301: {
    severity: "error",
    title: "two names become one identifier",
    explanation:
      "Two names of the manifest differ only in what an identifier or a file name cannot hold, so their generated names are the same. Rename one.",
  },
  KG401: {
    severity: "error",
    title: "unknown column type",
    explanation:
      "The column's type is not known. Known: string, text, bigint, integer, decimal, float, boolean, timestamp (datetime), date, time, json (jsonb), uuid.",
  },
  KG402: {
    severity: "warning",
    title: "column type without evidence",
    explanation:
      "No known module uses this column type, so how its values travel is a guess: date, time and uuid as text, float as a number. Prefer timestamp, decimal or string.",
  },
  KG403: {
    severity: "error",
    title: "table without columns",
    explanation: "A table needs a list of columns, each with `name` and `type`.",
  },
  KG404: {
    severity: "error",
    title: "declared twice in a module",
    explanation: "Two tables, two columns of one table or two modules of the project have the same name. Rename one.",
  },
  KG405: {
    severity: "error",
    title: "column default does not fit its type",
    explanation: "A column's default must be a value of the column's type, or `now()` for dates and times.",
  },
  KG406: {
    severity: "warning",
    title: "access rule for an unknown table",
    explanation: "A module's permissions name a table that the module does not have, so the rule protects nothing.",
  },
  KG501: {
    severity: "error",
    title: "file not writable",
    explanation: "A file that must be written cannot be. Nothing half-written is left behind.",
  },
  KG502: {
    severity: "error",
    title: "generated file was edited by hand",
    explanation:
      "A file that belongs to the generator was changed. Move the change to a handler or to the manifest, delete the file, and generate again.",
  },
  KG503: {
    severity: "error",
    title: "output outside the project",
    explanation: "Files are written only inside the project's folder. Choose --out and --handlers below it.",
  },
  L2: {
    severity: "error",
    title: "`extension` is not a map",
    explanation: "The canonical manifest keeps everything about the extension in one map under `extension`.",
  },
  M1: {
    severity: "error",
    title: "module without id",
    explanation: "A module's schema file needs its logical id under `module`, for example `dev.example.ext.mail.log`.",
  },
  M4: {
    severity: "error",
    title: "module without tables",
    explanation: "A module's schema file needs at least one table under `tables`.",
  },
  M6: {
    severity: "error",
    title: "unknown custom-data operation",
    explanation: "`custom_data.permissions[].operations` takes read, write, delete and admin.",
  },
  O1: {
    severity: "error",
    title: "`output_fields` is not a map",
    explanation: "Output fields are a map from key to `label`, `description`, `type` and `icon`.",
  },
  O3: {
    severity: "error",
    title: "output field is not a map",
    explanation: "An output field needs a map with `label`, `description`, `type` and `icon`.",
  },
  O5: {
    severity: "error",
    title: "unknown output field type",
    explanation: "An output field's type is copyable (the default), url, code, badge or status.",
  },
};

const longest = 500;

/** Names come from the user's file: no line break, escape sequence or text direction of theirs reaches a terminal. */
function printable(text: string): string {
  const escaped = text
    .slice(0, longest)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return text.length > longest ? `${escaped}…` : escaped;
}

/** A diagnostic with its code's own severity. */
export function diagnose(code: Code, at: Position, message: string, hint?: string): Diagnostic {
  const { severity } = codes[code];
  const diagnostic = { code, severity, message: printable(message), at };
  return hint === undefined ? diagnostic : { ...diagnostic, hint: printable(hint) };
}
