import { secretTypes, valueTypes } from "../../model/value-type.js";

/** Shape and values of a manifest. */
export const manifestCodes = {
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
      `The setting's type is not one the platform is known to have, so its value is typed \`unknown\`. Known: ${[...valueTypes.keys(), ...secretTypes].join(", ")}.` as string,
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
  KG801: {
    severity: "warning",
    title: "misspelt key",
    explanation:
      "The key is not one that this kind of manifest has, but almost. Unknown keys are dropped without a trace by every reader, so what it says has no effect. Keys that start with `x-` are yours and are left alone.",
  },
} as const;
