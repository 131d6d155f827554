import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createExtension, defineHandler, type HandlerContext, verifyMerkleProof } from "../../../runtime/index.js";
import { createPlatform, type OperationId, type Platform } from "../../../runtime/testing.js";
import { createTestLogger } from "../../support/deliveries.js";
import { operations } from "../../support/openapi.js";

const extensionId = "com.example.greeter";
let platform: Platform;

beforeAll(async () => {
  platform = await createPlatform({
    seed: {
      secrets: { API_KEY: "old-value" },
      intakeForms: [
        { key: "bug-report", project_id: 27, public: true, form_url: "https://kiket.dev/forms/bug-report" },
      ],
      auditAnchors: [
        {
          records: [
            { action: "a", id: 1 },
            { action: "b", id: 2 },
            { action: "c", id: 3 },
          ],
        },
      ],
    },
  });
});
afterAll(() => platform.close());
beforeEach(() => platform.reset());

let deliveries = 0;

/** Runs a handler for one delivery against the local Kiket; the same id is the same delivery again. */
async function run<T>(use: (context: HandlerContext) => Promise<T>, id = `d-${++deliveries}`, retries = 2): Promise<T> {
  const outcomes: Promise<T>[] = [];
  const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
    const outcome = use(context);
    outcomes.push(outcome);
    await outcome;
  });
  const extension = createExtension({
    handlers: [handler],
    extensionId,
    baseUrl: platform.baseUrl,
    env: {},
    logger: createTestLogger(),
    outbound: { sleep: () => Promise.resolve(), random: () => 0, retries },
  });
  await platform.deliver(extension, {
    event: "issue.created",
    version: "v1",
    deliveryId: id,
    payload: { project_id: 27 },
  });
  await extension.close();
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error("Handler not reached");
  return outcome;
}

/** The calls that the extension made. */
function made(): readonly (readonly [OperationId | undefined, number])[] {
  return platform.calls
    .filter(({ operationId }) => operationId !== "getJwks")
    .map(({ operationId, status }) => [operationId, status] as const);
}

test("the local Kiket accepts every endpoint's calls", async () => {
  await run(async ({ endpoints, secrets }) => {
    await endpoints.logEvent("greeted");
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
    const first = await forms.createSubmission("bug-report", { page_title: "One" });
    const second = await forms.createSubmission("bug-report", { page_title: "Two" }, { source: "test" });
    expect(first.data).toEqual({ page_title: "One" });
    await forms.getSubmission("bug-report", first.id);
    expect((await forms.approveSubmission("bug-report", first.id, "Fine")).status).toBe("approved");
    expect((await forms.rejectSubmission("bug-report", second.id)).status).toBe("rejected");
    await forms.listSubmissions("bug-report", { status: "approved", since: new Date(0) });
    expect(await forms.getStats("bug-report")).toMatchObject({ totalSubmissions: 2, approved: 1, rejected: 1 });

    await secrets.set("NEW", "value");
    await secrets.rotate("NEW", "newer");
    await secrets.list();
    await secrets.get("NEW");
    await secrets.delete("NEW");

    const { anchors } = await endpoints.audit.listAnchors({ status: "confirmed", perPage: 5 });
    const root = anchors[0]?.merkleRoot ?? "";
    const anchor = await endpoints.audit.getAnchor(root, { includeRecords: true });
    expect(anchor?.records).toHaveLength(3);
    const proof = await endpoints.audit.getProof(2);
    if (proof === null) throw new Error("No proof");
    expect(await verifyMerkleProof(proof)).toBe(true);
    expect((await endpoints.audit.verify(proof)).verified).toBe(true);
    expect(await endpoints.audit.getProof(99)).toBeNull();
  });
  expect(made().filter(([operation, status]) => status >= 400 && operation !== "getAuditProof")).toEqual([]);
  const called = new Set<string | undefined>(made().map(([operation]) => operation));
  const others = operations.map(({ operation }) => operation.operationId).filter((name) => !called.has(name));
  // Keys and telemetry are the runtime's own, two have another form above, and the rest is unverified: for context.api.
  expect(others.toSorted()).toEqual([
    "createAnalyticsEvent",
    "createIssue",
    "createIssueComment",
    "getAuditReport",
    "getIssue",
    "getJwks",
    "listIssues",
    "listProjectBoards",
    "listProjectWorkflows",
    "logEvent",
    "sendTelemetry",
    "setSecret",
    "transitionIssue",
    "updateIssue",
  ]);
});

describe("a write whose answer was lost", () => {
  const create = ({ endpoints }: HandlerContext) =>
    endpoints.customData().create("com.example.crm", "people", { email: "lead@example.com" });
  const count = ({ endpoints }: HandlerContext) =>
    endpoints
      .customData()
      .list("com.example.crm", "people")
      .then((records) => records.length);

  test("is done once, for it is tried again with the same key", async () => {
    platform.faults.inject({ fault: "drop", performed: true, times: 2, operations: "createCustomDataRecord" });
    await run(create);
    expect(made().map(([operation]) => operation)).toEqual(Array(3).fill("createCustomDataRecord"));
    expect(await run(count)).toBe(1);
  });

  test("is done once by a redelivery too", async () => {
    platform.faults.inject({ fault: "drop", performed: true, times: 1, operations: "createCustomDataRecord" });
    await expect(run(create, "d-same", 0)).rejects.toMatchObject({ reason: "unreachable" });
    await run(create, "d-same");
    expect(await run(count)).toBe(1);
    await run(create, "d-other");
    expect(await run(count)).toBe(2);
  });
});

describe("rotating a secret on a platform that fails", () => {
  const rotate = ({ secrets }: HandlerContext) => secrets.rotate("API_KEY", "new-value");
  const read = ({ secrets }: HandlerContext) => secrets.get("API_KEY");

  test.each([
    ["drops the connection before", { fault: "drop" }, "old-value"],
    ["drops the connection after", { fault: "drop", performed: true }, "new-value"],
    ["answers 500 before", { fault: "error" }, "old-value"],
    ["answers 500 after", { fault: "error", performed: true }, "new-value"],
    ["answers 503", { fault: "error", status: 503 }, "old-value"],
    ["answers 429", { fault: "rate-limit" }, "old-value"],
  ] as const)("one that %s it: the secret is the old one or the new one, never gone", async (_what, fault, left) => {
    const operations = ["updateSecret", "createSecret", "setSecret", "deleteSecret"] as const;
    const injected = platform.faults.inject({ ...fault, operations });
    await expect(run(rotate)).rejects.toThrow();
    injected.clear();
    expect(await run(read)).toBe(left);
    await run(rotate);
    expect(await run(read)).toBe("new-value");
    expect(made().map(([operation]) => operation)).not.toContain("deleteSecret");
  });

  test("creates a secret that is missing, and settles with whoever was faster", async () => {
    await run(({ secrets }) => secrets.rotate("MISSING", "first-value"));
    expect(await run(({ secrets }) => secrets.get("MISSING"))).toBe("first-value");
    // The update finds nothing once more, then another writer has created it.
    platform.faults.inject({ fault: "error", status: 404, times: 1, operations: "updateSecret" });
    await run(({ secrets }) => secrets.rotate("MISSING", "second-value"));
    expect(await run(({ secrets }) => secrets.get("MISSING"))).toBe("second-value");
  });
});
