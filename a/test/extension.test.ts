import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestExtension } from "../src/generated/testing.gen.js";

let kiket: Awaited<ReturnType<typeof createTestExtension>>;
beforeAll(async () => {
  kiket = await createTestExtension();
});
afterAll(() => kiket.close());

it("greets", async () => {
  const { status, body } = await kiket.deliver("issue.created", "v1", { issue: { title: "First" } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "allow", message: "Hello, First!" });
});

it("refuses a token without the permission", async () => {
  const { status } = await kiket.deliver("issue.created", "v1", { issue: { title: "First" } }, { scopes: [] });
  expect(status).toBe(403);
});
