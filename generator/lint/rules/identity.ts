import { didYouMean } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { child } from "../../yaml/node.js";
import { isNested, isTruthy, placeOf, type Rule, textOf } from "../context.js";

/** Ruby's `^` and `$` are those of a line. */
const idForm = /^[a-z][a-z0-9.-]+$/m;
const sdks: readonly string[] = ["ruby", "python", "node", "java", "dotnet", "go"];

/** L1, L3, L4, L5, L14 and L15. */
export const checkIdentity: Rule = (subject, report) => {
  const { root, extension } = subject;
  if (!isNested(subject) || extension === undefined) return;
  if (!isTruthy(child(root, "model_version"))) {
    const hint = 'write `model_version: "1.0"` in the first line';
    report(diagnose("L1", root.at, "the manifest has no `model_version`", hint));
  }
  const missingAt = root.entries.get("extension")?.keyAt ?? root.at;
  const id = child(extension, "id");
  if (!isTruthy(id)) {
    report(diagnose("L3", missingAt, "`extension` has no `id`", "write `id: com.example.<name>`"));
  } else if (!idForm.test(textOf(id) ?? "")) {
    const message = `the id \`${textOf(id) ?? ""}\` should be lower-case letters, digits, dots and hyphens`;
    report(diagnose("L5", id.at, message, "begin with a letter; underscores do not pass"));
  }
  if (!isTruthy(child(extension, "name"))) {
    report(diagnose("L4", missingAt, "`extension` has no `name`", "write the name that people see"));
  }
  const sdk = child(extension, "sdk");
  if (!isTruthy(sdk)) {
    const absent = diagnose("L14", missingAt, "`extension` has no `sdk`", "write `sdk: node`");
    report({ ...absent, severity: "warning" });
  } else if (!sdks.includes(textOf(sdk) ?? "")) {
    const hint = didYouMean(textOf(sdk) ?? "", sdks, `use one of ${sdks.join(", ")}`);
    report(diagnose("L14", sdk.at, `\`${textOf(sdk) ?? sdk.kind}\` is no sdk`, hint));
  }
  const apiVersion = child(extension, "api_version");
  if (!isTruthy(apiVersion)) return;
  const isText = apiVersion.kind === "scalar" && typeof apiVersion.value === "string";
  if (isText && /^v\d+$/m.test(apiVersion.text)) return;
  const shown = textOf(apiVersion) ?? apiVersion.kind;
  const hint = /^\d+$/.test(shown) ? `write \`v${shown}\`` : "write `v1`";
  report(diagnose("L15", placeOf(extension, "api_version"), `\`${shown}\` is no api version`, hint));
};
