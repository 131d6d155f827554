import { expect, test } from "vitest";
import { defineHandler, type ExtensionOptions, type HandlerContext } from "../../runtime/index.js";
import { createTestExtension, type DeliveryOutcome, type PlatformOptions } from "../../runtime/testing.js";
import { closeAfterwards } from "../support/open-kiket.js";

/** Delivers once to a handler. */
async function inHandler(
  use: (context: HandlerContext) => unknown,
  options: Omit<ExtensionOptions, "handlers"> & { readonly platform?: PlatformOptions } = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<DeliveryOutcome> {
  const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => ({
    result: await use(context),
  }));
  const kiket = await createTestExtension({ ...options, handlers: [handler], extensionId: "com.example.secrets" });
  closeAfterwards(() => kiket.close());
  return kiket.deliver("issue.created", "v1", {}, { secrets });
}

test("5: the secret manager lists, fetches, sets, rotates and deletes", async () => {
  const seed = { secrets: { API_KEY: "first" } };
  const { body, calls } = await inHandler(
    async ({ secrets }) => {
      const keys = async () => (await secrets.list()).map(({ key }) => key);
      const before = [await keys(), await secrets.get("API_KEY"), await secrets.get("ABSENT")];
      await secrets.set("SIGNING_KEY", "one");
      const afterSet = [await keys(), await secrets.get("SIGNING_KEY")];
      await secrets.rotate("SIGNING_KEY", "two");
      const afterRotate = await secrets.get("SIGNING_KEY");
      await secrets.delete("API_KEY");
      return { before, afterSet, afterRotate, afterDelete: [await keys(), await secrets.get("API_KEY")] };
    },
    { platform: { seed } },
  );
  expect(body).toEqual({
    result: {
      before: [["API_KEY"], "first", null],
      afterSet: [["API_KEY", "SIGNING_KEY"], "one"],
      afterRotate: "two",
      afterDelete: [["SIGNING_KEY"], null],
    },
  });
  // A secret that is rotated is never absent in between.
  expect(calls.filter(({ operationId }) => operationId === "deleteSecret")).toHaveLength(1);
});

test("5: the same manager is context.endpoints.secrets", async () => {
  const { body } = await inHandler(
    async ({ endpoints }) => [await endpoints.secrets.get("API_KEY"), await endpoints.secrets.list()],
    { platform: { seed: { secrets: { API_KEY: "first" } } } },
  );
  expect(body).toMatchObject({ result: ["first", [{ key: "API_KEY" }]] });
});

test.each([
  [
    "the payload's secret, before all others",
    { API_KEY: "payload" },
    { KIKET_SECRET_API_KEY: "prefixed", API_KEY: "plain" },
    "payload",
  ],
  ["the environment, if the payload's is empty", { API_KEY: "" }, { API_KEY: "plain" }, "plain"],
  [
    "KIKET_SECRET_API_KEY, if the payload has none",
    {},
    { KIKET_SECRET_API_KEY: "prefixed", API_KEY: "plain" },
    "prefixed",
  ],
  ["API_KEY of the environment, at last", {}, { API_KEY: "plain" }, "plain"],
  ["nothing, if nobody has it", { OTHER: "x" }, {}, null],
])("14: context.secret(key) is %s", async (_what, secrets, env, expected) => {
  const { body } = await inHandler(({ secret }) => secret("API_KEY") ?? null, { env }, secrets);
  expect(body).toEqual({ result: expected });
});
