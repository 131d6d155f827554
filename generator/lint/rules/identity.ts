import { didYouMean } from "../../base/did-you-mean.js";
import { child } from "../../yaml/node.js";
import { isTruthy, nestedExtension, placeOf, placeOfExtension, textOf } from "../context.js";
import type { Rule } from "../rule.js";

export const noModelVersion: Rule = {
  code: "L1",
  severity: "warning",
  title: "no `model_version`",
  explanation: 'Write `model_version: "1.0"` in the first line, quoted: without quotes it is the number 1.',
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
  explanation: "The id names the extension for good, for example `com.example.greeter`.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined || isTruthy(child(extension, "id"))) return;
    report(placeOfExtension(context), "`extension` has no `id`", "write `id: com.example.<name>`");
  },
};

export const noName: Rule = {
  code: "L4",
  severity: "error",
  title: "no `extension.name`",
  explanation: "The name is what people see in the marketplace and in the settings.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined || isTruthy(child(extension, "name"))) return;
    report(placeOfExtension(context), "`extension` has no `name`", "write the name that people see");
  },
};

export const unusualId: Rule = {
  code: "L5",
  severity: "warning",
  title: "id of an unusual form",
  explanation:
    "The id should match `^[a-z][a-z0-9.-]+$`: lower-case letters, digits, dots and hyphens, at least two characters. Underscores do not pass.",
  check(context, report) {
    const id = child(nestedExtension(context), "id");
    // Ruby's `^` and `$` are those of a line.
    if (!isTruthy(id) || /^[a-z][a-z0-9.-]+$/m.test(textOf(id) ?? "")) return;
    const message = `the id \`${textOf(id) ?? ""}\` should be lower-case letters, digits, dots and hyphens`;
    report(id.at, message, "begin with a letter; underscores do not pass");
  },
};

const sdks: readonly string[] = ["ruby", "python", "node", "java", "dotnet", "go"];

export const unknownSdk: Rule = {
  code: "L14",
  severity: "error",
  title: "unknown sdk (a missing one is a warning)",
  explanation:
    "`extension.sdk` takes ruby, python, node, java, dotnet or go; it picks the template that the platform builds with. Without it the platform's linter only warns, and so do we. Extensions made with kiket-gen are `node`.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined) return;
    const sdk = child(extension, "sdk");
    if (!isTruthy(sdk)) {
      report(placeOfExtension(context), "`extension` has no `sdk`", "write `sdk: node`", "warning");
    } else if (!sdks.includes(textOf(sdk) ?? "")) {
      const hint = didYouMean(textOf(sdk) ?? "", sdks, `use one of ${sdks.join(", ")}`);
      report(sdk.at, `\`${textOf(sdk) ?? sdk.kind}\` is no sdk`, hint);
    }
  },
};

export const unusualApiVersion: Rule = {
  code: "L15",
  severity: "error",
  title: "api version of an unusual form",
  explanation: "`extension.api_version` is `v` and a number, such as `v1`, as text.",
  check(context, report) {
    const extension = nestedExtension(context);
    const version = child(extension, "api_version");
    if (extension === undefined || !isTruthy(version)) return;
    const isText = version.kind === "scalar" && typeof version.value === "string";
    if (isText && /^v\d+$/m.test(version.text)) return;
    const shown = textOf(version) ?? version.kind;
    const hint = /^\d+$/.test(shown) ? `write \`v${shown}\`` : "write `v1`";
    report(placeOf(extension, "api_version"), `\`${shown}\` is no api version`, hint);
  },
};
