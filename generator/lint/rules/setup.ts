import { didYouMean } from "../../base/did-you-mean.js";
import { child } from "../../yaml/node.js";
import { isTruthy, mapsIn } from "../context.js";
import type { Rule } from "../rule.js";
import { stepsOf, stepsOfKind } from "../wizard-fields.js";

const kinds: readonly string[] = ["secrets", "configure", "test", "info"];

export const unknownStep: Rule = {
  code: "S1",
  severity: "error",
  title: "unknown kind of setup step",
  explanation:
    "A step is a map with one key: secrets, configure, test or info. The platform's linter rejects `oauth` too, although the platform's own calendar extensions use it and it works: that verdict is kept here so that both linters agree. Where you need such a step, expect both to complain.",
  check(context, report) {
    for (const { kind, at } of stepsOf(context)) {
      if (kind === undefined) {
        report(at, "a setup step must be a map with one key", `use ${kinds.join(", ")}`);
      } else if (!kinds.includes(kind)) {
        const hint =
          kind === "oauth"
            ? "the platform's calendar extensions use it all the same; see kiket-gen explain S1"
            : didYouMean(kind, kinds, `use ${kinds.join(", ")}`);
        report(at, `\`${kind}\` is no kind of setup step`, hint);
      }
    }
  },
};

export const testWithoutAction: Rule = {
  code: "S14",
  severity: "warning",
  title: "test step without action",
  explanation: "A test step delivers the event that `action` names. Without it the button does nothing.",
  check(context, report) {
    for (const { at, body } of stepsOfKind(context, "test")) {
      if (isTruthy(child(body, "action"))) continue;
      report(at, "the test step has no `action`", "name the event that the button delivers");
    }
  },
};

export const emptyInfoStep: Rule = {
  code: "S15",
  severity: "warning",
  title: "empty info step",
  explanation: "An info step needs `content` or `title`.",
  check(context, report) {
    for (const { at, body } of stepsOfKind(context, "info")) {
      if (isTruthy(child(body, "content")) || isTruthy(child(body, "title"))) continue;
      const archived = child(body, "markdown") !== undefined;
      const hint = archived ? "`markdown` is now `content`" : "write `content`";
      report(at, "the info step has neither `content` nor `title`", hint);
    }
  },
};

export const incompleteLink: Rule = {
  code: "S16",
  severity: "error",
  title: "incomplete link",
  explanation: "A link of an info step needs both `url` and `label`.",
  check(context, report) {
    for (const link of stepsOfKind(context, "info").flatMap(({ body }) => mapsIn(body, "links"))) {
      const missing = ["label", "url"].filter((key) => !isTruthy(child(link, key)));
      if (missing.length === 0) continue;
      const keys = missing.map((key) => `\`${key}\``).join(" and ");
      report(link.at, `a link has no ${keys}`, "a link needs both `label` and `url`");
    }
  },
};
