import { expect, test } from "vitest";
import { bindHandler, bindNormalizer, joinNormalizers, notNormalized } from "../../../runtime/codegen.js";
import { createExtension, defineHandler, notImplemented } from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";

const stub = "export default defineHandler((payload, context) => notImplemented(payload, context));";
const older = `export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  // to do
  return notImplemented(payload, context);
});`;

/** Runs a handler's module, in which the functions have these names. */
function load(
  text: string,
  names = { define: "defineHandler", call: "notImplemented" },
): { readonly unfilled?: boolean } {
  const body = text.replace("export default", "return");
  const define = (...given: unknown[]) => defineHandler({ event: "a.b", version: "v1" }, given.at(-1) as never);
  const event = { notImplemented };
  return new Function(names.define, names.call, "event", body)(define, notImplemented, event);
}

test.each([
  ["as it is created", stub],
  ["as older versions created it", older],
  ["by a compiler for CommonJS", stub.replace("notImplemented(", "(0, event.notImplemented)(")],
  ["by a compiler for modules", stub.replace("notImplemented(", "event.notImplemented(")],
  [
    "with blanks in place of types",
    "export default defineHandler((p       , c        )       => notImplemented(p, c));",
  ],
  ["with comments", "export default defineHandler((p /* it's */, c) => /* ( */ notImplemented(p, c) // later\n);"],
  ["as a function", "export default defineHandler(function on(p, c) { return notImplemented(p, c); });"],
  ["as the function itself", "export default defineHandler(notImplemented);"],
])("a stub is known: %s", (_how, text) => {
  expect(load(text).unfilled).toBe(true);
});

test("a stub is known in a bundle, but not in a minified one", () => {
  const bundled = "export default defineHandler2((payload, context) => notImplemented2(payload, context));";
  expect(load(bundled, { define: "defineHandler2", call: "notImplemented2" }).unfilled).toBe(true);
  expect(load("export default d((e,t)=>n(e,t));", { define: "d", call: "n" }).unfilled).toBeUndefined();
});

test.each([
  ["answers", "export default defineHandler(() => null);"],
  ["is not implemented in one branch", "export default defineHandler((p, c) => p.a ? null : notImplemented(p, c));"],
  ["logs before", "export default defineHandler((p, c) => { c.log.info(p); return notImplemented(p, c); });"],
  ["has the stub in a comment", "export default defineHandler(() => null /* => notImplemented(p, c) */);"],
  ["is native", "export default defineHandler(Boolean);"],
])("a handler is filled that %s", (_how, text) => {
  expect(load(text).unfilled).toBeUndefined();
});

test("one warning lists the stubs when the extension starts, those with declared parameters too, and runs none", () => {
  const logger = createTestLogger();
  const options = { env: {}, logger };
  const bound = bindHandler("desk.print", "v1", { parameters: ["size"], nested: false });
  createExtension({
    ...options,
    handlers: [
      defineHandler({ event: "issue.created", version: "v1" }, (payload, context) => notImplemented(payload, context)),
      bound((payload, context) => notImplemented(payload, context as never)),
      defineHandler({ event: "issue.closed", version: "v1" }, () => null),
    ],
  });
  expect(logger.lines).toEqual([
    {
      level: "warn",
      message: "Handlers that are not filled answer 501: desk.print v1, issue.created v1",
      fields: { stubs: ["desk.print v1", "issue.created v1"] },
    },
  ]);
});

test("an extension whose handlers are filled says nothing", () => {
  const logger = createTestLogger();
  createExtension({ env: {}, logger, handlers: [defineHandler({ event: "a.b", version: "v1" }, () => null)] });
  expect(logger.lines).toEqual([]);
});

test("joined normalisers know which are stubs", () => {
  const define = bindNormalizer<"weighed" | "moved", string>();
  const moved = define("moved", () => ({}) as never);
  expect(joinNormalizers([define("weighed", (rawEvent) => notNormalized(rawEvent)), moved]).unfilled).toEqual([
    "weighed",
  ]);
});
