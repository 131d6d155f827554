import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestExtension } from "../src/generated/testing.gen.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

const secrets = { PROVIDER_API_KEY: "a-key", FORM_TOKEN: "a-token" };
const issue = { id: 71, title: "Quote for forty seats", project_id: 9, assignee_email: "Lena@Example.com" };

let kiket: Awaited<ReturnType<typeof createTestExtension>>;
beforeEach(async () => {
  kiket = await createTestExtension({ platform: { seed: { secrets } } });
});
afterEach(() => kiket.close());

it("records the contact of a new lead once, and greets", async () => {
  const first = await kiket.deliver("issue.created", "v1", { issue });
  expect(first.body).toEqual({ status: "allow", message: "Welcome aboard", metadata: {} });
  expect(first).toHaveCalled("createCustomDataRecord", {
    body: { record: { email: "lena@example.com", issue_id: "71" } },
  });
  const again = await kiket.deliver("issue.created", "v2", { issue });
  expect(again.calls.map(({ operationId }) => operationId)).toEqual(["listCustomDataRecords"]);
});

it("moves the contact along with its issue", async () => {
  await kiket.deliver("issue.created", "v1", { issue });
  const moved = await kiket.deliver("issue.transitioned", "v1", { issue, transition: { to: "closed" } });
  expect(moved).toHaveCalled("updateCustomDataRecord", { body: { record: { stage: "customer" } } });
  const ignored = await kiket.deliver("issue.transitioned", "v1", { issue, transition: { to: "constructor" } });
  expect([ignored.verdict, ignored.calls]).toEqual(["allow", []]);
});

it("warns of a lead that waits too long", async () => {
  const sla = { policy_name: "First answer", exceeded_by: "2 hours" };
  const late = await kiket.deliver("workflow.sla_breach", "v1", { issue, sla });
  expect(late).toHaveCalled("notify", { body: { body: "Quote for forty seats: First answer exceeded by 2 hours" } });
  expect(late).toHaveCalled("emitMetric");
});

it("takes in the form of its own page only", async () => {
  const form = (token: string) => ({
    external_webhook: { body: "email=Nadia%40Example.com", query_params: { token } },
  });
  const forged = await kiket.deliver("external.webhook.form_submitted", "v1", form("guess"));
  expect(forged).toBeDenied("This form is not ours");
  expect(forged.calls).toEqual([]);
  const own = await kiket.deliver("external.webhook.form_submitted", "v1", form("a-token"));
  expect(own).toHaveCalled("createCustomDataRecord", { body: { record: { email: "nadia@example.com" } } });
});

it("refuses a token without the scope", async () => {
  const refused = await kiket.deliver("issue.created", "v1", { issue }, { scopes: [] });
  expect(refused).toNeedScopes("issues:read");
  expect(refused.calls).toEqual([]);
});

it("takes the organization's own settings before the manifest's", async () => {
  const counted = await kiket.deliver("marketing.countAudience", "v1", {}, { secrets: { DAILY_LIMIT: "40" } });
  expect(counted.body).toEqual({ ok: true, leads: 0, daily_limit: 40 });
});

it("enrolls in the campaign that the workflow names", async () => {
  const parameters = { email: "Nadia@Example.com", campaign: "spring" };
  const enrolled = await kiket.deliver("marketing.workflowAction.enrollContact", "v1", { parameters });
  expect(enrolled.body).toMatchObject({ status: "allow", message: "Enrolled in spring" });
});

it("is tried again until Kiket's keys can be fetched, and then answers", async () => {
  kiket.platform.faults.jwksDown({ times: 2 });
  const { result, attempts } = await kiket.deliverWithRetries("marketing.countAudience", "v1");
  expect([result, attempts.map(({ outcome }) => outcome?.status)]).toEqual(["delivered", [503, 503, 200]]);
});
