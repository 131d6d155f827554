import { anyOf } from "../../base/word-list.js";
import { dataOperations } from "../../model/data-operation.js";

/** Rules of the platform's own linter that are checked while the files are read, with its codes. The others are in `lint/rules/`. */
export const platformCodes = {
  // (facts 602 to 635)
  L2: {
    severity: "error",
    title: "`extension` is not a map",
    explanation:
      "A canonical manifest has everything about the extension in one map under `extension`. Write its keys there, indented. The platform's linter also reports L3, L4 and L6 in this case. kiket-gen does not, because they have the same cause.",
  },
  M1: {
    severity: "error",
    title: "module without id",
    explanation:
      "The schema file of a module needs the module's id under `module`, such as `dev.example.ext.mail.log`.",
  },
  M4: {
    severity: "error",
    title: "module without tables",
    explanation:
      "The schema file of a module needs at least one table under `tables`. Add a table, or delete the module.",
  },
  M5: {
    severity: "error",
    title: "module file is not valid YAML",
    explanation:
      "The schema file of the module cannot be read, so nothing in it is used. The position is where the parser stopped. The mistake is there or just before it.",
  },
  M6: {
    severity: "error",
    title: "unknown custom-data operation",
    explanation:
      `\`custom_data.permissions[].operations\` takes ${anyOf(dataOperations)}. The platform's linter checks this only if \`.kiket/modules\` exists. kiket-gen always checks it.` as string,
  },
  O1: {
    severity: "error",
    title: "`output_fields` is not a map",
    explanation:
      "`output_fields` must be a map. Each key names a field, and its value is a map with `label`, `description`, `type` and `icon`.",
  },
  O3: {
    severity: "error",
    title: "output field is not a map",
    explanation: "An output field must be a map with `label`, `description`, `type` and `icon`.",
  },
  O5: {
    severity: "error",
    title: "unknown output field type",
    explanation: "The type of an output field must be copyable (the default), url, code, badge or status.",
  },
} as const;
