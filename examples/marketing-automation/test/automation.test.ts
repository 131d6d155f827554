import { createPlatform, type Platform } from "kiket-gen/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createExtension } from "../src/generated/extension.gen.js";

const scopes = ["issues:read", "custom_data:read", "custom_data:write", "notifications:write"];
const secrets = { PROVIDER_API_KEY: "a-key", FORM_TOKEN: "a-token" };
const issue = { id: 71, title: "Quote for forty seats", project_id: 9, assignee_email: "Lena@Example.com" };

let platform: Platform;
let extension: ReturnType<typeof createExtension>;
beforeEach(async () => {
  platform = await createPlatform();
  extension = createExtension({ baseUrl: platform.baseUrl, logger: { info() {}, warn() {}, error() {} } });
});
afterEach(async () => {
  await extension.close();
  await platform.close();
});

function deliver(event: string, payload: Record<string, unknown>, over: { version?: string; scopes?: string[] } = {}) {
  return platform.deliver(extension, { event, version: "v1", payload, scopes, secrets, ...over });
}

const contacts = "/api/v1/ext/custom_data/com.example.marketing.contacts/automation_records";

it("records the contact of a new lead once, and greets", async () => {
  const first = await deliver("issue.created", { issue });
  expect([first.status, first.body]).toEqual([200, { status: "allow", message: "Welcome aboard", metadata: {} }]);
  expect(first.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET ${contacts}`,
    `POST ${contacts}`,
    "POST /api/v1/extensions/logs",
  ]);
  expect(first.calls[1]?.body).toEqual({ record: { email: "lena@example.com", issue_id: "71" } });
  const again = await deliver("issue.created", { issue }, { version: "v2" });
  expect(again.calls.map(({ method }) => method)).toEqual(["GET"]);
});

it("moves the contact along with its issue", async () => {
  await deliver("issue.created", { issue });
  const moved = await deliver("issue.transitioned", { issue, transition: { from: "todo", to: "closed" } });
  expect(moved.calls[1]?.body).toEqual({ record: { stage: "customer" } });
  const ignored = await deliver("issue.transitioned", { issue, transition: { from: "todo", to: "constructor" } });
  expect([ignored.status, ignored.calls]).toEqual([200, []]);
});

it("warns of a lead that waits too long", async () => {
  const sla = { policy_name: "First answer", exceeded_by: "2 hours" };
  const { calls } = await deliver("workflow.sla_breach", { issue, sla });
  expect(calls.map(({ operationId }) => operationId)).toEqual(["notify", "emitMetric"]);
  expect(calls[0]?.body).toMatchObject({ body: "Quote for forty seats: First answer exceeded by 2 hours" });
});

it("takes in the form of its own page only", async () => {
  const form = (token: string) => ({
    action: "form_submitted",
    external_webhook: { body: "email=Nadia%40Example.com", headers: {}, method: "POST", query_params: { token } },
  });
  const forged = await deliver("external.webhook.form_submitted", form("guess"));
  expect([forged.verdict, forged.calls]).toEqual(["deny", []]);
  const own = await deliver("external.webhook.form_submitted", form("a-token"));
  expect(own.calls.at(-1)?.body).toEqual({ record: { email: "nadia@example.com" } });
});

it("refuses a token without the scope", async () => {
  const { status, body, calls } = await deliver("issue.created", { issue }, { scopes: [] });
  expect([status, body, calls]).toEqual([
    403,
    { error: "Insufficient scopes", required_scopes: ["issues:read"], missing_scopes: ["issues:read"] },
    [],
  ]);
});

it("takes the organization's own settings before the manifest's", async () => {
  const counted = await platform.deliver(extension, {
    event: "marketing.countAudience",
    version: "v1",
    payload: {},
    scopes,
    secrets: { ...secrets, DAILY_LIMIT: "40" },
  });
  expect(counted.body).toEqual({ ok: true, leads: 0, daily_limit: 40 });
});
