import { diagnose } from "../../diagnostics/diagnose.js";
import { child, type MapNode, type Report } from "../../yaml/node.js";
import { isNested, isTruthy, mapIn, placeOf, type Rule } from "../context.js";

const example = "write `callback:` with the extension's `url` below it";

function checkTimeout(callback: MapNode, report: Report): void {
  const timeout = child(callback, "timeout");
  if (!isTruthy(timeout)) return;
  const value = timeout.kind === "scalar" ? timeout.value : undefined;
  if (typeof value !== "number") {
    const message = "`callback.timeout` must be a number; the platform's linter fails on anything else";
    report(diagnose("L11", timeout.at, message, "write milliseconds, without quotes"));
  } else if (value < 100 || value > 60_000) {
    report(diagnose("L11", timeout.at, `a timeout of ${value} ms is out of range`, "use 100 to 60000"));
  }
}

/** L6 to L11. */
export const checkDelivery: Rule = (subject, report) => {
  const { root, extension } = subject;
  if (!isNested(subject) || extension === undefined) return;
  const delivery = child(extension, "delivery");
  const callback = mapIn(extension, "callback");
  if (callback !== undefined) checkTimeout(callback, report);
  if (!isTruthy(delivery)) {
    const elsewhere = child(root, "delivery") !== undefined;
    const hint = elsewhere
      ? "`delivery` stands beside `extension`: write `delivery: http` and `callback` below it"
      : "write `delivery: http` with a `callback`, or `delivery: internal`";
    report(diagnose("L6", root.entries.get("extension")?.keyAt ?? root.at, "`extension` has no `delivery`", hint));
    return;
  }
  const value = delivery.kind === "scalar" ? delivery.value : undefined;
  const at = placeOf(extension, "delivery");
  if (typeof value !== "string") {
    const hint =
      delivery.kind === "map" ? "write `delivery: http`, and `callback` beside it" : "write `delivery: http`";
    report(diagnose("L7", at, "`extension.delivery` must be text", hint));
  }
  if (value !== "http" && value !== "internal") {
    const shown = delivery.kind === "scalar" ? `\`${delivery.text}\`` : `a ${delivery.kind}`;
    report(diagnose("L8", at, `\`extension.delivery\` must be http or internal, found ${shown}`));
  }
  if (value !== "http") return;
  if (callback === undefined) report(diagnose("L9", at, "http delivery needs a `callback` map", example));
  if (!isTruthy(child(callback, "url"))) {
    const place = callback === undefined ? at : placeOf(extension, "callback");
    report(diagnose("L10", place, "http delivery needs `callback.url`", example));
  }
};
