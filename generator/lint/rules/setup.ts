import { didYouMean } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { child, type MapNode, type Report } from "../../yaml/node.js";
import { isTruthy, listIn, mapIn, mapsIn, placeOf, type Rule, textIn, textOf } from "../context.js";
import { declaredKeys } from "../fields.js";
import { type Step, stepsOf } from "../wizard-fields.js";

const kinds: readonly string[] = ["secrets", "configure", "test", "info"];
const obtainTypes: readonly string[] = [
  "oauth2",
  "oauth2_client_credentials",
  "api_key",
  "token",
  "input",
  "basic",
  "auto_generate",
];
/** Their options are those of the project at run time. */
const dynamicTypes: ReadonlySet<string> = new Set(["issue_type", "workflow_status", "board", "priority", "project"]);

interface Check {
  readonly step: Step;
  readonly configuration: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly report: Report;
}

function checkAsks({ step, report }: Check, code: "S2" | "S8"): void {
  if (isTruthy(child(step.body, "fields")) || isTruthy(child(step.body, "collect"))) return;
  const hint = "list configuration keys under `collect`, or write `fields`";
  report(diagnose(code, step.at, `the ${step.kind} step asks for nothing`, hint));
}

function checkCollect({ step, configuration, secrets, report }: Check, code: "S7" | "S13"): void {
  for (const item of listIn(step.body, "collect")) {
    const key = textOf(item);
    if (key === undefined || configuration.has(key)) continue;
    const hint = secrets.has(key)
      ? "it is declared under `secrets`, where the platform's linter does not look: name it under `fields`"
      : didYouMean(key, configuration, "declare it under `configuration`");
    report(diagnose(code, item.at, `\`${key}\` is not in \`extension.configuration\``, hint));
  }
}

function checkKeys({ step, report }: Check, code: "S3" | "S9"): void {
  for (const field of mapsIn(step.body, "fields")) {
    if (isTruthy(child(field, "key"))) continue;
    report(diagnose(code, field.at, `a field of the ${step.kind} step has no \`key\``, "name the value to ask for"));
  }
}

function checkObtain(field: MapNode, report: Report): void {
  const obtain = mapIn(field, "obtain");
  const type = child(obtain, "type");
  if (obtain === undefined || !isTruthy(type)) return;
  const name = textOf(type) ?? type.kind;
  if (!obtainTypes.includes(name)) {
    const hint = didYouMean(name, obtainTypes, `use one of ${obtainTypes.join(", ")}`);
    report(diagnose("S4", type.at, `\`${name}\` is no way to obtain a secret`, hint));
  }
  if (name !== "oauth2" && name !== "oauth2_client_credentials") return;
  for (const [code, key] of [
    ["S5", "authorization_url"],
    ["S6", "token_url"],
  ] as const) {
    if (isTruthy(child(obtain, key))) continue;
    report(diagnose(code, type.at, `\`obtain\` has no \`${key}\``, `${name} needs the provider's address`));
  }
}

function checkConfigureField(field: MapNode, keys: ReadonlySet<string>, report: Report): void {
  const other = child(mapIn(field, "showWhen"), "field");
  if (isTruthy(other) && !keys.has(textOf(other) ?? "")) {
    const message = `\`showWhen.field\` names \`${textOf(other) ?? other.kind}\`, which this step does not ask for`;
    report(diagnose("S10", other.at, message, didYouMean(textOf(other) ?? "", keys)));
  }
  const type = textIn(field, "type") ?? "";
  const options = child(field, "options");
  const some = options?.kind === "list" && options.items.length > 0;
  if (type === "select" && !some) {
    const hint = "write `options: [{value: …, label: …}]`";
    report(diagnose("S11", placeOf(field, "type"), "a select needs `options`", hint));
  } else if (dynamicTypes.has(type) && some) {
    const hint = "remove them, or use the type select";
    report(diagnose("S12", placeOf(field, "options"), `the options of a \`${type}\` are ignored`, hint));
  }
}

function checkSecrets(check: Check): void {
  checkAsks(check, "S2");
  checkKeys(check, "S3");
  for (const field of mapsIn(check.step.body, "fields")) checkObtain(field, check.report);
  checkCollect(check, "S7");
}

function checkConfigure(check: Check): void {
  checkAsks(check, "S8");
  checkKeys(check, "S9");
  const fields = mapsIn(check.step.body, "fields");
  const keys = new Set(fields.flatMap((field) => textIn(field, "key") ?? []));
  for (const field of fields) checkConfigureField(field, keys, check.report);
  checkCollect(check, "S13");
}

function checkTest({ step, report }: Check): void {
  if (isTruthy(child(step.body, "action"))) return;
  report(diagnose("S14", step.at, "the test step has no `action`", "name the event that the button delivers"));
}

function checkInfo({ step, report }: Check): void {
  if (!isTruthy(child(step.body, "content")) && !isTruthy(child(step.body, "title"))) {
    const archived = child(step.body, "markdown") !== undefined;
    const hint = archived ? "`markdown` is now `content`" : "write `content`";
    report(diagnose("S15", step.at, "the info step has neither `content` nor `title`", hint));
  }
  for (const link of mapsIn(step.body, "links")) {
    const missing = ["label", "url"].filter((key) => !isTruthy(child(link, key)));
    if (missing.length === 0) continue;
    const keys = missing.map((key) => `\`${key}\``).join(" and ");
    report(diagnose("S16", link.at, `a link has no ${keys}`, "a link needs both `label` and `url`"));
  }
}

const checks: Readonly<Record<string, (check: Check) => void>> = {
  secrets: checkSecrets,
  configure: checkConfigure,
  test: checkTest,
  info: checkInfo,
};

function reportKind({ kind, at }: Step, report: Report): void {
  if (kind === undefined) {
    report(diagnose("S1", at, "a setup step must be a map with one key", `use ${kinds.join(", ")}`));
    return;
  }
  const hint =
    kind === "oauth"
      ? "the platform's calendar extensions use it all the same; see kiket-gen explain S1"
      : didYouMean(kind, kinds, `use ${kinds.join(", ")}`);
  report(diagnose("S1", at, `\`${kind}\` is no kind of setup step`, hint));
}

/** S1 to S16. */
export const checkSetup: Rule = (subject, report) => {
  const { configuration, secrets } = declaredKeys(subject);
  for (const step of stepsOf(subject)) {
    const check = step.kind !== undefined && Object.hasOwn(checks, step.kind) ? checks[step.kind] : undefined;
    if (check === undefined) reportKind(step, report);
    else check({ step, configuration, secrets, report });
  }
};
