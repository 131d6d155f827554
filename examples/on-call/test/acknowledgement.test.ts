import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openOnCall } from "./on-call.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

const issue = { id: 7, title: "The site is down", priority: "high" };
/** What the pager sends to the public address. */
const call = (token: string, body: string) => ({ external_webhook: { body, query_params: { token } } });

let onCall: Awaited<ReturnType<typeof openOnCall>>;
beforeEach(async () => {
  onCall = await openOnCall();
  await onCall.kiket.deliver("issue.created", "v1", { issue });
  await onCall.kiket.drained();
});
afterEach(() => onCall.close());

it("ends the escalation", async () => {
  const { kiket, pager } = onCall;
  const outcome = await kiket.deliver("external.webhook.page_acknowledged", "v1", call("a-token", '{"reference":"7"}'));
  expect(outcome).toBeAllowed();
  expect(outcome).toHaveCalled("createIssueComment");
  await kiket.deliver("workflow.sla_breach", "v1", { issue });
  await kiket.drained();
  expect(pager.pages).toHaveLength(1);
});

it.each([
  ["another token", call("a-guess", '{"reference":"7"}'), "This is not our pager"],
  ["another reference", call("a-token", '{"reference":"8"}'), "This page is not known"],
  ["no JSON", call("a-token", "reference=7"), "This page is not known"],
])("refuses %s", async (_name, payload, message) => {
  const outcome = await onCall.kiket.deliver("external.webhook.page_acknowledged", "v1", payload);
  expect(outcome).toBeDenied(message);
  expect(outcome.calls.every(({ method }) => method === "GET")).toBe(true);
});
