import { didYouMean } from "../../base/did-you-mean.js";
import { child } from "../../yaml/node.js";
import { isTruthy, nestedExtension, placeOf, placeOfMissing, textOf } from "../context.js";
import type { Rule } from "../rule.js";

export const noModelVersion: Rule = {
  code: "L1",
  severity: "warning",
  title: "no `model_version`",
  explanation:
    'The platform\'s linter expects this key. Write `model_version: "1.0"` in the first line. Keep the quotes: without them, the value is the number 1.',
  check(context, report) {
    const { root } = context;
    if (nestedExtension(context) === undefined || isTruthy(child(root, "model_version"))) return;
    report(root.at, "the manifest has no `model_version`", 'write `model_version: "1.0"` in the first line');
  },
};

export const noId: Rule = {
  code: "L3",
  severity: "error",
  title: "no `extension.id`",
  explanation: "The id identifies the extension permanently. Write one such as `com.example.greeter`.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined || isTruthy(child(extension, "id"))) return;
    report(placeOfMissing(context, "id"), "`extension` has no `id`", "write `id: com.example.<name>`");
  },
};

export const noName: Rule = {
  code: "L4",
  severity: "error",
  title: "no `extension.name`",
  explanation: "People see the name in the marketplace and in the settings. Write it under `extension`.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined || isTruthy(child(extension, "name"))) return;
    report(
      placeOfMissing(context, "name"),
      "`extension` has no `name`",
      "write the name that people see in the marketplace",
    );
  },
};

export const unusualId: Rule = {
  code: "L5",
  severity: "warning",
  title: "unusual id",
  explanation:
    "The id should match `^[a-z][a-z0-9.-]+$`: at least two characters, first a lower-case letter, then lower-case letters, digits, dots and hyphens. Underscores are not allowed.",
  check(context, report) {
    const id = child(nestedExtension(context), "id");
    // In Ruby, `^` and `$` match at every line.
    if (!isTruthy(id) || /^[a-z][a-z0-9.-]+$/m.test(textOf(id) ?? "")) return;
    const message = `the id \`${textOf(id) ?? ""}\` should contain only lower-case letters, digits, dots and hyphens`;
    report(id.at, message, "use at least two characters and start with a letter; underscores are not allowed");
  },
};

const sdks: readonly string[] = ["ruby", "python", "node", "java", "dotnet", "go"];

export const unknownSdk: Rule = {
  code: "L14",
  severity: "error",
  title: "unknown sdk (a missing one is a warning)",
  explanation:
    "`extension.sdk` selects the template with which the platform builds the extension. It must be ruby, python, node, java, dotnet or go. If it is missing, the platform's linter only warns, and so does kiket-gen. For an extension made with kiket-gen, write `sdk: node`.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined) return;
    const sdk = child(extension, "sdk");
    if (!isTruthy(sdk)) {
      report(placeOfMissing(context, "sdk"), "`extension` has no `sdk`", "write `sdk: node`", "warning");
    } else if (!sdks.includes(textOf(sdk) ?? "")) {
      const hint = didYouMean(textOf(sdk) ?? "", sdks, `use one of ${sdks.join(", ")}`);
      report(sdk.at, `unknown sdk \`${textOf(sdk) ?? sdk.kind}\``, hint);
    }
  },
};

export const unusualApiVersion: Rule = {
  code: "L15",
  severity: "error",
  title: "invalid `extension.api_version`",
  explanation: "`extension.api_version` must be text, `v` and a whole number, for example `v1`.",
  check(context, report) {
    const extension = nestedExtension(context);
    const version = child(extension, "api_version");
    if (extension === undefined || !isTruthy(version)) return;
    const isText = version.kind === "scalar" && typeof version.value === "string";
    if (isText && /^v\d+$/m.test(version.text)) return;
    const shown = textOf(version) ?? version.kind;
    const hint = /^\d+$/.test(shown) ? `write \`v${shown}\`` : "write `v1`";
    report(placeOf(extension, "api_version"), `invalid api version \`${shown}\``, hint);
  },
};
