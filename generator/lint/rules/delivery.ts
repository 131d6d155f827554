import type { Position } from "../../model/model.js";
import { child, type ManifestNode, type MapNode } from "../../yaml/node.js";
import { isTruthy, type LintContext, mapIn, nestedExtension, placeOf, placeOfMissing } from "../context.js";
import type { Rule } from "../rule.js";

interface Delivery {
  readonly extension: MapNode;
  readonly node: ManifestNode;
  readonly at: Position;
  /** The value of a scalar; `undefined` for a map or a list. */
  readonly value: unknown;
  readonly callback: MapNode | undefined;
}

/** `extension.delivery`; `undefined` if it is missing or false. */
function deliveryOf(context: LintContext): Delivery | undefined {
  const extension = nestedExtension(context);
  const node = child(extension, "delivery");
  if (extension === undefined || !isTruthy(node)) return undefined;
  const value = node.kind === "scalar" ? node.value : undefined;
  return { extension, node, at: placeOf(extension, "delivery"), value, callback: mapIn(extension, "callback") };
}

export const noDelivery: Rule = {
  code: "L6",
  severity: "error",
  title: "no `extension.delivery`",
  explanation:
    "The platform needs to know how to deliver events. Write `delivery: http` with a `callback`, or `delivery: internal`. The manifests that the platform's own scaffold and marketplace generator write break this rule too.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined || isTruthy(child(extension, "delivery"))) return;
    const elsewhere = child(context.root, "delivery") !== undefined;
    const hint = elsewhere
      ? "`delivery` is beside `extension`; write `delivery: http` and `callback` under `extension`"
      : "write `delivery: http` with a `callback`, or `delivery: internal`";
    report(placeOfMissing(context, "delivery"), "`extension` has no `delivery`", hint);
  },
};

export const deliveryNotText: Rule = {
  code: "L7",
  severity: "error",
  title: "`extension.delivery` is not text",
  explanation:
    "The old form `delivery: {type: http, callback: …}` is no longer accepted. Write `delivery: http`, with `callback` beside it. L8 is reported together with this rule.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery === undefined || typeof delivery.value === "string") return;
    const isMap = delivery.node.kind === "map";
    const hint = isMap ? "write `delivery: http`, and `callback` beside it" : "write `delivery: http`";
    report(delivery.at, "`extension.delivery` must be text", hint);
  },
};

export const unknownDelivery: Rule = {
  code: "L8",
  severity: "error",
  title: "unknown value of `extension.delivery`",
  explanation: "`extension.delivery` must be exactly `http` or `internal`, as text in lower case.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery === undefined || delivery.value === "http" || delivery.value === "internal") return;
    const { node, at } = delivery;
    const shown = node.kind === "scalar" ? `\`${node.text}\`` : `a ${node.kind}`;
    report(at, `\`extension.delivery\` must be http or internal, found ${shown}`);
  },
};

const callbackHint = "write `callback:` with the extension's `url` under it";

export const noCallback: Rule = {
  code: "L9",
  severity: "error",
  title: "no `callback` for http delivery",
  explanation:
    "With `delivery: http`, the platform sends events to the address in `callback`. Write a `callback` map with at least `url`. L10 is reported together with this rule.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery?.value !== "http" || delivery.callback !== undefined) return;
    report(delivery.at, "http delivery needs a `callback` map", callbackHint);
  },
};

export const noCallbackUrl: Rule = {
  code: "L10",
  severity: "error",
  title: "no `callback.url` for http delivery",
  explanation:
    "With `delivery: http`, the platform sends events to `callback.url` and appends the routes to it. Write the address of the extension. Real manifests take it from the environment variable `EXTENSION_BASE_URL`.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery?.value !== "http" || isTruthy(child(delivery.callback, "url"))) return;
    const at = delivery.callback === undefined ? delivery.at : placeOf(delivery.extension, "callback");
    report(at, "http delivery needs `callback.url`", callbackHint);
  },
};

export const timeoutOutOfRange: Rule = {
  code: "L11",
  severity: "error",
  title: "callback timeout out of range",
  explanation:
    "`callback.timeout` is a number of milliseconds from 100 to 60000. Write it without quotes. If it is text, the platform's linter crashes.",
  check(context, report) {
    const timeout = child(mapIn(nestedExtension(context), "callback"), "timeout");
    if (!isTruthy(timeout)) return;
    const value = timeout.kind === "scalar" ? timeout.value : undefined;
    if (typeof value !== "number") {
      const message = "`callback.timeout` must be a number; the platform's linter crashes on any other value";
      report(timeout.at, message, "write a number of milliseconds, without quotes");
    } else if (value < 100 || value > 60_000) {
      report(timeout.at, `a timeout of ${value} ms is out of range`, "use a number from 100 to 60000");
    }
  },
};
