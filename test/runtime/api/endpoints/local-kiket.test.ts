import { expect, test } from "vitest";
import type { Fetch } from "../../../../runtime/base/fetch.js";
import { verifyMerkleProof } from "../../../../runtime/index.js";
import { endpointMembers, endpointsOf } from "../../../support/endpoints.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { nonconformities, operations } from "../../../support/openapi.js";
import { createSession } from "../../../support/session.js";

const platform = await openPlatform({
  seed: {
    intakeForms: [{ key: "bug-report", project_id: 27, public: true, form_url: "https://kiket.dev/forms/bug-report" }],
    transitions: { start_progress: "in_progress" },
    auditAnchors: [{ records: [1, 2, 3].map((id) => ({ action: "a", id })) }],
  },
});
const token = await platform.sign({ scopes: ["*"] });

/** Differences between responses of the local Kiket and the OpenAPI document. */
const wrong: unknown[] = [];

const checkingFetch: Fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = await response.clone().text();
  const { operationId = "", status = 0 } = platform.calls.at(-1) ?? {};
  const body = text === "" ? undefined : JSON.parse(text);
  wrong.push(...nonconformities(operationId, status, response.headers.get("content-type"), body));
  return response;
};

test("the local Kiket answers every call of every endpoint, as the OpenAPI document says", async () => {
  const { baseUrl } = platform;
  const script = { fetch: checkingFetch, calls: [] };
  const { api } = createSession(script, { baseUrl, configuredBaseUrl: baseUrl, runtimeToken: token });
  const endpoints = endpointsOf(api);
  await endpoints.logEvent("greeted");
  await endpointsOf(api, "events").logEvent("greeted");
  await endpoints.emitMetric("leads", 1);
  await endpoints.notify("Done", "All of it.");
  await endpoints.rateLimit();
  await endpoints.extensionMetadata();
  await endpoints.webhookUrl("inbound_email");
  await endpoints.createInboundEmail({ subject: "Hello" });
  await endpoints.slaEvents().list();

  const people = endpoints.customData();
  const { id } = await people.create("com.example.crm", "people", { email: "lead@example.com" });
  await people.list("com.example.crm", "people", { filters: { email: "lead@example.com" }, limit: 1 });
  await people.get("com.example.crm", "people", id as number);
  await people.update("com.example.crm", "people", id as number, { email: "a@example.com" });
  await people.delete("com.example.crm", "people", id as number);

  const forms = endpoints.intakeForms();
  const [form] = await forms.list({ public: true });
  expect(forms.publicUrl(form ?? { public: false })).toBe("https://kiket.dev/forms/bug-report");
  await forms.get("bug-report");
  const { id: first = "", data } = await forms.createSubmission("bug-report", { page_title: "One" });
  const second = (await forms.createSubmission("bug-report", { page_title: "Two" }, { source: "test" })).id ?? "";
  expect(data).toEqual({ page_title: "One" });
  await forms.getSubmission("bug-report", first);
  expect((await forms.approveSubmission("bug-report", first, "Fine")).status).toBe("approved");
  expect((await forms.rejectSubmission("bug-report", second)).status).toBe("rejected");
  await forms.listSubmissions("bug-report", { status: "approved", since: new Date(0) });
  expect(await forms.getStats("bug-report")).toMatchObject({ totalSubmissions: 2, approved: 1, rejected: 1 });

  const { issues, comments } = endpoints;
  const { key = "" } = await issues.create({ projectKey: "WEB", title: "Broken link", labels: ["docs"] });
  expect(key).toBe("WEB-1");
  await issues.update(key, { title: "Broken links", assigneeId: 7 });
  expect((await issues.transition(key, "start_progress")).status).toBe("in_progress");
  expect((await issues.list({ projectKey: "WEB", assigneeId: 7 })).pagination).toEqual({
    page: 1,
    perPage: 25,
    total: 1,
    totalPages: 1,
  });
  expect(await issues.get(1)).toMatchObject({ title: "Broken links", assignee: { id: 7 }, status: "in_progress" });
  await issues.comment(key, "One");
  const { id: written = "" } = await comments.create(key, "Two");
  await comments.update(key, written, "Three");
  expect((await comments.list(key)).map(({ body }) => body)).toEqual(["One", "Three"]);
  await comments.delete(key, written);

  const { secrets } = endpoints;
  await secrets.set("NEW", "value");
  await secrets.rotate("NEW", "newer");
  await secrets.list();
  await secrets.get("NEW");
  await secrets.delete("NEW");

  const { anchors } = await endpoints.audit.listAnchors({ status: "confirmed", perPage: 5 });
  const anchor = await endpoints.audit.getAnchor(anchors[0]?.merkleRoot ?? "", { includeRecords: true });
  expect(anchor?.records).toHaveLength(3);
  const proof = await endpoints.audit.getProof(2);
  if (proof === null) throw new Error("No proof");
  expect(await verifyMerkleProof(proof)).toBe(true);
  expect((await endpoints.audit.verify(proof)).verified).toBe(true);
  expect(platform.calls.filter(({ status }) => status >= 400)).toEqual([]);
  expect(await endpoints.audit.getProof(99)).toBeNull();
  expect(await issues.get("NONE-1")).toBeNull();

  expect(wrong).toEqual([]);
  const made = new Set<string | undefined>(platform.calls.map(({ operationId }) => operationId));
  const callsMade = operations.filter(({ operation }) => made.has(operation.operationId));
  const declared = new Set(endpointMembers.flatMap(([, calls]) => calls));
  expect(callsMade.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...declared].sort());
});
