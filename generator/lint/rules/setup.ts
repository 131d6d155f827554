import { didYouMean } from "../../base/did-you-mean.js";
import { child } from "../../yaml/node.js";
import { isTruthy, mapsIn } from "../context.js";
import type { Rule } from "../rule.js";
import { stepsOf, stepsOfKind } from "../wizard-fields.js";

const stepKinds: readonly string[] = ["secrets", "configure", "test", "info"];
const useOneOf = `use one of ${stepKinds.join(", ")}`;

export const unknownStep: Rule = {
  code: "S1",
  severity: "error",
  title: "unknown setup step",
  explanation:
    "A setup step is a map with one key: secrets, configure, test or info. The platform's linter also rejects `oauth`, although the platform's own calendar extensions use it and it works. kiket-gen reports `oauth` as well, so that both linters agree. If you need an `oauth` step, both report it as an error.",
  check(context, report) {
    for (const { kind, at } of stepsOf(context)) {
      if (kind === undefined) {
        report(at, "a setup step must be a map with one key", useOneOf);
      } else if (!stepKinds.includes(kind)) {
        const hint =
          kind === "oauth"
            ? "the platform's own calendar extensions use it; run kiket-gen explain S1"
            : didYouMean(kind, stepKinds, useOneOf);
        report(at, `unknown setup step \`${kind}\``, hint);
      }
    }
  },
};

export const testWithoutAction: Rule = {
  code: "S14",
  severity: "warning",
  title: "test step without action",
  explanation:
    "The button of a test step delivers the event that `action` names. Without `action`, the button does nothing. Write the name of an event that the extension handles.",
  check(context, report) {
    for (const { at, body } of stepsOfKind(context, "test")) {
      if (isTruthy(child(body, "action"))) continue;
      report(at, "the test step has no `action`", "write the event that the button delivers");
    }
  },
};

export const emptyInfoStep: Rule = {
  code: "S15",
  severity: "warning",
  title: "empty info step",
  explanation: "An info step needs `content` or `title`. Write the text that people read at this step.",
  check(context, report) {
    for (const { at, body } of stepsOfKind(context, "info")) {
      if (isTruthy(child(body, "content")) || isTruthy(child(body, "title"))) continue;
      const isOldForm = child(body, "markdown") !== undefined;
      const hint = isOldForm ? "rename `markdown` to `content`" : "write `content`";
      report(at, "the info step has neither `content` nor `title`", hint);
    }
  },
};

export const incompleteLink: Rule = {
  code: "S16",
  severity: "error",
  title: "link without `label` or `url`",
  explanation: "A link in an info step needs both `label` and `url`.",
  check(context, report) {
    for (const link of stepsOfKind(context, "info").flatMap(({ body }) => mapsIn(body, "links"))) {
      const missing = ["label", "url"].filter((key) => !isTruthy(child(link, key)));
      if (missing.length === 0) continue;
      const keys = missing.map((key) => `\`${key}\``).join(" and ");
      report(link.at, `a link has no ${keys}`, "a link needs both `label` and `url`");
    }
  },
};
