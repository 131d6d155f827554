import type { Position } from "../../model/model.js";
import { child, type ManifestNode, type MapNode } from "../../yaml/node.js";
import { isTruthy, type LintContext, mapIn, nestedExtension, placeOf, placeOfExtension } from "../context.js";
import type { Rule } from "../rule.js";

interface Delivery {
  readonly extension: MapNode;
  readonly node: ManifestNode;
  readonly at: Position;
  /** `undefined` for a map or a list. */
  readonly value: unknown;
  readonly callback: MapNode | undefined;
}

/** `extension.delivery`, where it says anything. */
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
    "Say how events arrive: `delivery: http` with a `callback`, or `delivery: internal`. What the command line's scaffold and the marketplace generator write fails this rule of the same command line.",
  check(context, report) {
    const extension = nestedExtension(context);
    if (extension === undefined || isTruthy(child(extension, "delivery"))) return;
    const elsewhere = child(context.root, "delivery") !== undefined;
    const hint = elsewhere
      ? "`delivery` stands beside `extension`: write `delivery: http` and `callback` below it"
      : "write `delivery: http` with a `callback`, or `delivery: internal`";
    report(placeOfExtension(context), "`extension` has no `delivery`", hint);
  },
};

export const deliveryNotText: Rule = {
  code: "L7",
  severity: "error",
  title: "`extension.delivery` is not text",
  explanation:
    "The older form `delivery: {type: http, callback: …}` became `delivery: http` with `callback` beside it. L8 comes along with it.",
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
  title: "unknown delivery",
  explanation: "`extension.delivery` takes exactly `http` or `internal`.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery === undefined || delivery.value === "http" || delivery.value === "internal") return;
    const { node, at } = delivery;
    const shown = node.kind === "scalar" ? `\`${node.text}\`` : `a ${node.kind}`;
    report(at, `\`extension.delivery\` must be http or internal, found ${shown}`);
  },
};

const example = "write `callback:` with the extension's `url` below it";

export const noCallback: Rule = {
  code: "L9",
  severity: "error",
  title: "no callback for http delivery",
  explanation:
    "With `delivery: http` the platform needs a `callback` map, at least with `url`. L10 comes along with it.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery?.value !== "http" || delivery.callback !== undefined) return;
    report(delivery.at, "http delivery needs a `callback` map", example);
  },
};

export const noCallbackUrl: Rule = {
  code: "L10",
  severity: "error",
  title: "no callback address for http delivery",
  explanation:
    "With `delivery: http` the platform needs `callback.url`; routes are appended to it. Real manifests refer to the variable `EXTENSION_BASE_URL` of the environment.",
  check(context, report) {
    const delivery = deliveryOf(context);
    if (delivery?.value !== "http" || isTruthy(child(delivery.callback, "url"))) return;
    const at = delivery.callback === undefined ? delivery.at : placeOf(delivery.extension, "callback");
    report(at, "http delivery needs `callback.url`", example);
  },
};

export const timeoutOutOfRange: Rule = {
  code: "L11",
  severity: "error",
  title: "callback timeout out of range",
  explanation:
    "`callback.timeout` is in milliseconds, from 100 to 60000. Written as text it makes the platform's linter fail altogether.",
  check(context, report) {
    const timeout = child(mapIn(nestedExtension(context), "callback"), "timeout");
    if (!isTruthy(timeout)) return;
    const value = timeout.kind === "scalar" ? timeout.value : undefined;
    if (typeof value !== "number") {
      const message = "`callback.timeout` must be a number; the platform's linter fails on anything else";
      report(timeout.at, message, "write milliseconds, without quotes");
    } else if (value < 100 || value > 60_000) {
      report(timeout.at, `a timeout of ${value} ms is out of range`, "use 100 to 60000");
    }
  },
};
