import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestExtension } from "../src/generated/testing.gen.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

let kiket: Awaited<ReturnType<typeof createTestExtension>>;
beforeAll(async () => {
  kiket = await createTestExtension();
});
afterAll(() => kiket.close());

it("records the first person of a level, and replaces that person later", async () => {
  const first = await kiket.deliver("onCall.takeShift", "v1", { name: "Lena", email: "lena@example.com" });
  expect(first.body).toMatchObject({ message: "Lena is on call at level 1" });
  expect(first).toHaveCalled("createCustomDataRecord", { body: { record: { email: "lena@example.com", level: 1 } } });
  const second = await kiket.deliver("onCall.takeShift", "v1", { name: "Nadia", email: "nadia@example.com" });
  expect(second).toHaveCalled("updateCustomDataRecord", { body: { record: { email: "nadia@example.com" } } });
});

it("refuses a token that must not write", async () => {
  const { status, calls } = await kiket.deliver("onCall.takeShift", "v1", {}, { scopes: ["custom_data:read"] });
  expect([status, calls]).toEqual([403, []]);
});
