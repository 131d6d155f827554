import { anyOf } from "../../base/word-list.js";
import { dataOperations } from "../../model/data-operation.js";

/**
 * Rules of the platform's own linter whose mistakes are found while the files are read, under its numbers in
 * manifest-and-events §1.4. Its other rules are in `lint/rules/`.
 */
export const platformCodes = {
  L2: {
    severity: "error",
    title: "`extension` is not a map",
    explanation:
      "The canonical manifest keeps everything about the extension in one map under `extension`. The platform's linter then also reports L3, L4 and L6, which follow from it and are not repeated here.",
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
      `\`custom_data.permissions[].operations\` takes ${anyOf(dataOperations)}. The platform's linter looks only where \`.kiket/modules\` exists; kiket-gen always does.` as string,
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
} as const;
