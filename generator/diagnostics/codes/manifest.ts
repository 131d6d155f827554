import { secretTypes, valueTypes } from "../../model/value-type.js";

/** The format of a manifest, and its keys and values. */
export const manifestCodes = {
  KG201: {
    severity: "error",
    title: "file is not a map",
    explanation:
      "The file is empty, or contains a list or a single value. It must contain a map of keys and values. The hint shows the keys to start with.",
  },
  KG202: {
    severity: "error",
    title: "unknown manifest format",
    explanation:
      "The file contains a map, but its keys match no known manifest format. The format is detected from the content, not from the file name. The canonical format has `model_version` and an `extension` map. The hint lists the other formats.",
  },
  KG203: {
    severity: "error",
    title: "product blueprint, not an extension",
    explanation:
      "The file contains only the identifier, name, description and version of a product, as the onboarding wizard writes them. It declares no extension, so nothing can be generated from it. Write an extension manifest, or pass another file with --manifest.",
  },
  KG204: {
    severity: "error",
    title: "wrong type of value",
    explanation:
      "The value has the wrong type, for example a list where text is expected. The message says which type is expected.",
  },
  KG205: {
    severity: "error",
    title: "missing key",
    explanation:
      "The entry lacks a required key, for example a hook without `event`, so it cannot be used. Add the key.",
  },
  KG206: {
    severity: "error",
    title: "default does not match its type",
    explanation:
      "The default must be a value of the declared type. Most manifests write defaults as text, and the text is converted: for an integer it must be a whole number, for a boolean `true` or `false`, for an object the JSON text of an object. The default must also obey `min`, `max`, `max_length` and `options`. Correct the default, the type or the limit.",
  },
  KG207: {
    severity: "warning",
    title: "unknown setting type",
    explanation:
      `The platform is not known to have this type, so the generated type of the value is \`unknown\`. Known types: ${[...valueTypes.keys(), ...secretTypes].join(", ")}.` as string,
  },
  KG208: {
    severity: "warning",
    title: "declared as both a setting and a secret",
    explanation:
      "The same key is declared as a setting and as a secret. It is treated as a secret, so its value is not among the settings. Remove one declaration.",
  },
  KG209: {
    severity: "warning",
    title: "duplicate declaration",
    explanation: "The same key is declared twice. Only the last declaration is used. Remove one of them.",
  },
  KG210: {
    severity: "warning",
    title: "two spellings of one version",
    explanation:
      "Versions are compared without a leading `v`, so `1` and `v1` are the same version. Use one spelling everywhere.",
  },
  KG211: {
    severity: "note",
    title: "short event name",
    explanation:
      "The platform's scaffold writes short event names: before_transition, after_transition, issue_created, issue_updated. The events are delivered under their full names, which contain a dot, so the handlers use the full names. Write the full name in the manifest too.",
  },
  KG212: {
    severity: "warning",
    title: "default is not among the wizard's options",
    explanation:
      "The setup wizard does not offer the default that the configuration has for the same key. The generated type contains the options and the default. Add the default to the options, or change it.",
  },
  KG213: {
    severity: "error",
    title: "value not allowed",
    explanation:
      "The key accepts only a few values, and this is not one of them. The message or the hint names the accepted values.",
  },
  KG214: {
    severity: "error",
    title: "text too short or too long",
    explanation:
      "Kiket refuses the manifest, because a text has fewer or more characters than it accepts. The message says how many are allowed. Characters are counted as JavaScript counts them: most emoji are two.",
  },
  KG215: {
    severity: "error",
    title: "text of the wrong form",
    explanation:
      "Kiket refuses the manifest, because a text must match a pattern and does not. The message has the pattern, and the hint says it in words.",
  },
  KG216: {
    severity: "error",
    title: "list too short",
    explanation:
      "Kiket refuses the manifest, because a list must have more items. Add one. If the key is not required, you can also remove it.",
  },
  KG217: {
    severity: "error",
    title: "number too small",
    explanation: "Kiket refuses the manifest, because a number must be larger. The message has the smallest one.",
  },
  KG220: {
    severity: "error",
    title: "unknown key in the file of a receiver",
    explanation:
      "`kiket-webhook.yaml` has the keys `events`, `path` and `name`. Only kiket-gen reads it, so another key means nothing to anybody. Correct the name, or remove the key. Keys that start with `x-` are yours and are not checked. The manifest of an extension needs another file name, such as `.kiket/manifest.yaml`.",
  },
  KG221: {
    severity: "error",
    title: "receiver without events",
    explanation:
      "A receiver of webhooks handles the events that are listed under `events`. Every other delivery is refused with status 404, which is final. List the events that you register with Kiket.",
  },
  KG222: {
    severity: "error",
    title: "path that deliveries cannot use",
    explanation:
      "`path` is where the deliveries of all events arrive. It is a path such as `/webhook` or `/kiket/events`: letters, digits and `_ . ~ -` between slashes, without host, query, `.` or `..`. `/health`, `/ready` and what is below `/webhooks` or `/v` have another use. Choose another path, and register its address with Kiket.",
  },
  KG223: {
    severity: "note",
    title: "event that webhooks are not known to send",
    explanation:
      "The newest documentation of webhooks does not list this event, so Kiket may refuse to register it, or never send it. Earlier versions sent `issue.*` events, which are now `case.*`. Check the name. If your Kiket sends the event, ignore this note.",
  },
  KG801: {
    severity: "warning",
    title: "misspelled key",
    explanation:
      "This key is not known at this place, but a known key has almost the same name. Unknown keys are silently ignored, so the value has no effect. Correct the name. Keys that start with `x-` are yours and are not checked.",
  },
  KG835: {
    severity: "error",
    title: "not as the JSON Schema says (a warning outside lint)",
    explanation:
      "The JSON Schema of the manifest's format, which editors use, refuses a value or needs a key. What is generated does not depend on it, so `kiket-gen` only warns, but Kiket may read the value in another way than you mean. The message says what is expected.",
  },
} as const;
