import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openOnCall } from "./on-call.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

const issue = { id: 7, title: "The site is down", priority: "high" };
const late = { issue, sla: { policy_name: "First answer", exceeded_by: "10 minutes" } };

let onCall: Awaited<ReturnType<typeof openOnCall>>;
beforeEach(async () => {
  onCall = await openOnCall();
});
afterEach(() => onCall.close());

it("pages the next level when the issue is late", async () => {
  const { kiket, pager } = onCall;
  await kiket.deliver("issue.created", "v1", { issue });
  await kiket.drained();
  await kiket.deliver("workflow.sla_breach", "v1", late);
  await kiket.drained();
  expect(pager.pages).toMatchObject([
    { to: "lena@example.com", text: "The site is down" },
    { to: "omar@example.com", text: "The site is down (late by 10 minutes)" },
  ]);
});

it("tells the team when nobody is left", async () => {
  const { kiket, pager } = onCall;
  for (const _ of ["Lena", "Omar", "nobody"]) {
    await kiket.deliver("workflow.sla_breach", "v1", late);
    await kiket.drained();
  }
  expect(pager.pages).toHaveLength(2);
  expect(kiket.calls.at(-1)).toMatchObject({ operationId: "notify" });
});

it("pages nobody again when one delivery comes twice", async () => {
  const { kiket, pager } = onCall;
  for (const _ of ["first", "again"]) {
    await kiket.deliver("workflow.sla_breach", "v1", late, { deliveryId: "dlv_1" });
    await kiket.drained();
  }
  expect(pager.pages).toHaveLength(1);
});
