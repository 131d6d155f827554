import type { CodeEntry } from "./entry.js";

export type PlatformCode =
  | "L0"
  | "L1"
  | "L2"
  | "L3"
  | "L4"
  | "L5"
  | "L6"
  | "L7"
  | "L8"
  | "L9"
  | "L10"
  | "L11"
  | "L12"
  | "L13"
  | "L14"
  | "L15"
  | "M1"
  | "M2"
  | "M3"
  | "M4"
  | "M5"
  | "M6"
  | "M7"
  | "O1"
  | "O2"
  | "O3"
  | "O4"
  | "O5"
  | "O6"
  | "O7";

/** Rules of the platform's own linter on manifests (L), modules (M) and output fields (O), under its numbers in manifest-and-events §1.4. */
export const platformCodes: Readonly<Record<PlatformCode, CodeEntry>> = {
  L0: {
    severity: "error",
    title: "no `.kiket/manifest.yaml`",
    explanation: "The platform reads `.kiket/manifest.yaml` and no other name, not even `.yml`. Its linter stops here.",
  },
  L1: {
    severity: "warning",
    title: "no `model_version`",
    explanation: 'Write `model_version: "1.0"` in the first line, quoted: without quotes it is the number 1.',
  },
  L2: {
    severity: "error",
    title: "`extension` is not a map",
    explanation:
      "The canonical manifest keeps everything about the extension in one map under `extension`. The platform's linter then also reports L3, L4 and L6, which follow from it and are not repeated here.",
  },
  L3: {
    severity: "error",
    title: "no `extension.id`",
    explanation: "The id names the extension for good, for example `com.example.greeter`.",
  },
  L4: {
    severity: "error",
    title: "no `extension.name`",
    explanation: "The name is what people see in the marketplace and in the settings.",
  },
  L5: {
    severity: "warning",
    title: "id of an unusual form",
    explanation:
      "The id should match `^[a-z][a-z0-9.-]+$`: lower-case letters, digits, dots and hyphens, at least two characters. Underscores do not pass.",
  },
  L6: {
    severity: "error",
    title: "no `extension.delivery`",
    explanation:
      "Say how events arrive: `delivery: http` with a `callback`, or `delivery: internal`. What the command line's scaffold and the marketplace generator write fails this rule of the same command line.",
  },
  L7: {
    severity: "error",
    title: "`extension.delivery` is not text",
    explanation:
      "The older form `delivery: {type: http, callback: …}` became `delivery: http` with `callback` beside it. L8 comes along with it.",
  },
  L8: {
    severity: "error",
    title: "unknown delivery",
    explanation: "`extension.delivery` takes exactly `http` or `internal`.",
  },
  L9: {
    severity: "error",
    title: "no callback for http delivery",
    explanation:
      "With `delivery: http` the platform needs a `callback` map, at least with `url`. L10 comes along with it.",
  },
  L10: {
    severity: "error",
    title: "no callback address for http delivery",
    explanation:
      "With `delivery: http` the platform needs `callback.url`; routes are appended to it. Real manifests refer to the variable `EXTENSION_BASE_URL` of the environment.",
  },
  L11: {
    severity: "error",
    title: "callback timeout out of range",
    explanation:
      "`callback.timeout` is in milliseconds, from 100 to 60000. Written as text it makes the platform's linter fail altogether.",
  },
  L12: {
    severity: "warning",
    title: "no tests",
    explanation: "None of the folders `test`, `spec` and `tests` stands beside `.kiket`.",
  },
  L13: {
    severity: "warning",
    title: "no README",
    explanation: "There is no `README.md` beside `.kiket`.",
  },
  L14: {
    severity: "error",
    title: "unknown sdk (a missing one is a warning)",
    explanation:
      "`extension.sdk` takes ruby, python, node, java, dotnet or go; it picks the template that the platform builds with. Without it the platform's linter only warns, and so do we. Extensions made with kiket-gen are `node`.",
  },
  L15: {
    severity: "error",
    title: "api version of an unusual form",
    explanation: "`extension.api_version` is `v` and a number, such as `v1`, as text.",
  },
  M1: {
    severity: "error",
    title: "module without id",
    explanation: "A module's schema file needs its logical id under `module`, for example `dev.example.ext.mail.log`.",
  },
  M2: {
    severity: "error",
    title: "module id is not text",
    explanation:
      "The older form, a map under `module`, is read by kiket-gen but no longer by the platform. Write `module: dev.example.ext.mail.log` with `tables` as a map beside it. The platform's linter skips the rest of the file.",
  },
  M3: {
    severity: "warning",
    title: "module id of an unusual form",
    explanation: "A module's id should match `^[a-z][a-z0-9.-]+$`. Underscores do not pass.",
  },
  M4: {
    severity: "error",
    title: "module without tables",
    explanation: "A module's schema file needs at least one table under `tables`.",
  },
  M5: {
    severity: "error",
    title: "module file is not valid YAML",
    explanation:
      "The schema file of a module cannot be read, so nothing in it counts. The position is where the reader gave up; the cause is there or just before it.",
  },
  M6: {
    severity: "error",
    title: "unknown custom-data operation",
    explanation:
      "`custom_data.permissions[].operations` takes read, write, delete and admin. The platform's linter looks only where `.kiket/modules` exists; kiket-gen always does.",
  },
  M7: {
    severity: "warning",
    title: "module without a permission",
    explanation:
      "The extension ships a module that `custom_data.permissions` does not name, so it may not touch the module's records.",
  },
  O1: {
    severity: "error",
    title: "`output_fields` is not a map",
    explanation: "Output fields are a map from key to `label`, `description`, `type` and `icon`.",
  },
  O2: {
    severity: "error",
    title: "output field key of an unusual form",
    explanation: "The key of an output field must match `^[a-z][a-z0-9_]*$`.",
  },
  O3: {
    severity: "error",
    title: "output field is not a map",
    explanation: "An output field needs a map with `label`, `description`, `type` and `icon`.",
  },
  O4: {
    severity: "warning",
    title: "output field without label",
    explanation: "The label is what people see above the value.",
  },
  O5: {
    severity: "error",
    title: "unknown output field type",
    explanation: "An output field's type is copyable (the default), url, code, badge or status.",
  },
  O6: {
    severity: "warning",
    title: "icon name of an unusual form",
    explanation: "An output field's icon is a name of lower-case letters, digits and hyphens, such as `envelope`.",
  },
  O7: {
    severity: "error",
    title: "help address is no web address",
    explanation: "`help_url` of an output field must start with `http://` or `https://`.",
  },
};
