import { beforeEach, describe, expect, it } from "vitest";
import { endpointMembers } from "../../../support/endpoints.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { operations } from "../../../support/openapi.js";
import { connect, now, time } from "../client.js";

const stamps = { created_at: time, updated_at: time };
const table = "/api/v1/ext/custom_data/com.example.crm/leads";
const forms = "/api/v1/ext/intake_forms";
const extension = "/api/v1/extensions/com.example.marketing";
const root = "0x8fd008a1f5d28c18d25e780508b4a398f006d1c224e34201c9008f2003b2f445";

const slaEvent = {
  id: 1,
  issue_id: 42,
  project_id: 27,
  state: "breached",
  triggered_at: time,
  resolved_at: null,
  definition: { status: "in_progress", max_duration_minutes: 240 },
  metrics: { duration_minutes: 300, overdue_minutes: 60 },
};
const form = {
  id: 1,
  key: "bug",
  name: "Bug report",
  description: null,
  active: true,
  public: false,
  fields: [],
  form_url: null,
  embed_allowed: false,
  submissions_count: 2,
  ...stamps,
};
const submission = (id: number, changes: object = {}) => ({
  id,
  intake_form_id: 1,
  status: "pending",
  data: { title: `Report ${id}` },
  metadata: null,
  submitted_by_email: null,
  reviewed_by: null,
  reviewed_at: null,
  notes: null,
  ...stamps,
  ...changes,
});
const reviewed = { reviewed_by: "extension", reviewed_at: time };
const issue = {
  id: 1,
  key: "ISSUE-1",
  project_id: 27,
  title: "Broken link",
  description: null,
  status: "todo",
  assignee: null,
  priority: null,
  labels: [],
  ...stamps,
};
const comment = (body: string) => ({ id: 1, body, author: { id: 1, name: null, email: null }, ...stamps });
const anchor = {
  id: 1,
  merkle_root: root,
  leaf_count: 4,
  first_record_at: null,
  last_record_at: null,
  network: "polygon_amoy",
  status: "pending",
  tx_hash: null,
  block_number: null,
  block_timestamp: null,
  confirmed_at: null,
  explorer_url: null,
  created_at: time,
};
const leaf2 = "0xd249d0e5fd22852c0484ea97d002dc5ae0ab627ab8919493e6c0eb55b040f953";
const proof2 = [
  "0x024f08d15c94f907faa0a70c1cd4db1fbed82b357ca907922bf1d26cec4598fa",
  "0xdd20ecfd0352e24bd6c473058623f06694d2d27034e6a8e9b75a08a8357d150c",
];

/** Operation, method, path, body, status, expected body. Each starts with the seed. */
const cases: readonly (readonly [string, string, string, unknown, number, unknown])[] = [
  [
    "listCustomDataRecords",
    "GET",
    `${table}?project_id=27`,
    undefined,
    200,
    { data: [{ id: 1, email: "a@example.com", ...stamps }] },
  ],
  [
    "createCustomDataRecord",
    "POST",
    `${table}?project_id=27`,
    { record: { email: "b@example.com" } },
    201,
    { data: { id: 2, email: "b@example.com", ...stamps } },
  ],
  [
    "getCustomDataRecord",
    "GET",
    `${table}/1?project_id=27`,
    undefined,
    200,
    { data: { id: 1, email: "a@example.com", ...stamps } },
  ],
  [
    "updateCustomDataRecord",
    "PATCH",
    `${table}/1?project_id=27`,
    { record: { status: "won" } },
    200,
    { data: { id: 1, email: "a@example.com", status: "won", ...stamps } },
  ],
  ["deleteCustomDataRecord", "DELETE", `${table}/1?project_id=27`, undefined, 204, undefined],
  ["listSlaEvents", "GET", "/api/v1/ext/sla/events?project_id=27", undefined, 200, { data: [slaEvent] }],
  ["listIntakeForms", "GET", `${forms}?project_id=27`, undefined, 200, { data: [form] }],
  ["getIntakeForm", "GET", `${forms}/bug?project_id=27`, undefined, 200, form],
  [
    "listIntakeSubmissions",
    "GET",
    `${forms}/bug/submissions?project_id=27`,
    undefined,
    200,
    { data: [submission(1), submission(2)] },
  ],
  [
    "createIntakeSubmission",
    "POST",
    `${forms}/bug/submissions`,
    { project_id: "27", data: { title: "Report 3" } },
    201,
    submission(3),
  ],
  ["getIntakeSubmission", "GET", `${forms}/1/submissions/2?project_id=27`, undefined, 200, submission(2)],
  [
    "approveIntakeSubmission",
    "POST",
    `${forms}/bug/submissions/1/approve`,
    { project_id: 27, notes: "Good" },
    200,
    submission(1, { status: "approved", notes: "Good", ...reviewed }),
  ],
  [
    "rejectIntakeSubmission",
    "POST",
    `${forms}/bug/submissions/2/reject`,
    { project_id: 27 },
    200,
    submission(2, { status: "rejected", ...reviewed }),
  ],
  [
    "getIntakeStats",
    "GET",
    `${forms}/bug/stats?project_id=27&period=week`,
    undefined,
    200,
    { total_submissions: 2, pending: 2, approved: 0, rejected: 0, converted: 0, period: "week" },
  ],
  [
    "getRateLimit",
    "GET",
    "/api/v1/ext/rate_limit",
    undefined,
    200,
    { rate_limit: { limit: 600, remaining: 599, window_seconds: 60, reset_in: 60 } },
  ],
  ["getExtension", "GET", extension, undefined, 200, { id: "com.example.marketing", name: "Marketing" }],
  ["listSecrets", "GET", `${extension}/secrets`, undefined, 200, [{ key: "API_KEY", ...stamps }]],
  [
    "createSecret",
    "POST",
    `${extension}/secrets`,
    { secret: { key: "OTHER", value: "two" } },
    201,
    { key: "OTHER", ...stamps },
  ],
  ["getSecret", "GET", `${extension}/secrets/API_KEY`, undefined, 200, { key: "API_KEY", value: "one", ...stamps }],
  ["setSecret", "POST", `${extension}/secrets/API_KEY`, { value: "two" }, 200, { key: "API_KEY", ...stamps }],
  [
    "updateSecret",
    "PATCH",
    `${extension}/secrets/API_KEY`,
    { secret: { value: "two" } },
    200,
    { key: "API_KEY", ...stamps },
  ],
  ["deleteSecret", "DELETE", `${extension}/secrets/API_KEY`, undefined, 204, undefined],
  [
    "logEvent",
    "POST",
    `${extension}/events`,
    { event: "lead.added", version: "v1", data: { id: 1 }, timestamp: time },
    204,
    undefined,
  ],
  ["logMessage", "POST", "/api/v1/extensions/logs", { message: "lead.added", metadata: {} }, 204, undefined],
  ["emitMetric", "POST", "/api/v1/extensions/metrics", { name: "leads", value: 1.5 }, 204, undefined],
  ["notify", "POST", "/api/v1/extensions/notifications", { title: "Lead", body: "Added" }, 204, undefined],
  [
    "sendTelemetry",
    "POST",
    "/api/v1/ext/telemetry",
    { event: "issue.created", version: "v1", status: "ok", duration_ms: 3, timestamp: time },
    204,
    undefined,
  ],
  [
    "getWebhookUrl",
    "GET",
    "/api/v1/ext/webhook_url?action_name=inbound%20email",
    undefined,
    200,
    {
      webhook_url: "BASE/webhooks/ext/whk_local/inbound%20email",
      webhook_token: "whk_local",
      webhook_base_url: "BASE/webhooks/ext/whk_local",
    },
  ],
  [
    "rotateWebhookUrl",
    "POST",
    "/api/v1/ext/webhook_url/rotate?action_name=a",
    undefined,
    200,
    {
      webhook_url: "BASE/webhooks/ext/whk_local_2/a",
      webhook_token: "whk_local_2",
      webhook_base_url: "BASE/webhooks/ext/whk_local_2",
    },
  ],
  [
    "createInboundEmail",
    "POST",
    "/api/v1/ext/inbound_emails",
    { inbound_email: { from_email: "lead@example.com", attachments: [] } },
    201,
    { id: 1, status: "accepted" },
  ],
  [
    "listIssues",
    "GET",
    "/api/v1/ext/issues?project_key=ISSUE",
    undefined,
    200,
    { issues: [issue], pagination: { page: 1, per_page: 25, total_pages: 1, total_count: 1 } },
  ],
  [
    "createIssue",
    "POST",
    "/api/v1/ext/issues",
    { issue: { title: "New" } },
    201,
    {
      issue: {
        id: 2,
        key: "ISSUE-2",
        title: "New",
        description: null,
        status: "backlog",
        assignee: null,
        priority: null,
        labels: [],
        issue_type: "Task",
        ...stamps,
      },
    },
  ],
  ["getIssue", "GET", "/api/v1/ext/issues/ISSUE-1", undefined, 200, { issue }],
  [
    "updateIssue",
    "PATCH",
    "/api/v1/ext/issues/ISSUE-1",
    { issue: { title: "Fixed" } },
    200,
    { issue: { ...issue, title: "Fixed" } },
  ],
  [
    "transitionIssue",
    "POST",
    "/api/v1/ext/issues/ISSUE-1/transitions",
    { transition: "close" },
    200,
    { issue: { ...issue, status: "done" } },
  ],
  ["listIssueComments", "GET", "/api/v1/ext/issues/ISSUE-1/comments", undefined, 200, { comments: [comment("First")] }],
  [
    "createIssueComment",
    "POST",
    "/api/v1/ext/issues/ISSUE-1/comments",
    { comment: { body: "Thanks" } },
    201,
    { comment: { ...comment("Thanks"), id: 2, author: { id: 1, name: "extension", email: null } } },
  ],
  [
    "updateIssueComment",
    "PATCH",
    "/api/v1/ext/issues/1/comments/1",
    { comment: { body: "Changed" } },
    200,
    { comment: comment("Changed") },
  ],
  ["deleteIssueComment", "DELETE", "/api/v1/ext/issues/1/comments/1", undefined, 204, undefined],
  [
    "listProjectMembers",
    "GET",
    "/api/v1/ext/project/members",
    undefined,
    200,
    { members: [expect.objectContaining({ id: 7, name: "Ada", email: "ada@example.com", role: null })] },
  ],
  ["listProjectWorkflows", "GET", "/api/v1/ext/projects/web/workflows", undefined, 200, { data: [] }],
  ["listProjectBoards", "GET", "/api/v1/ext/projects/web/boards", undefined, 200, { data: [] }],
  ["createAnalyticsEvent", "POST", "/api/v1/ext/analytics/events", { name: "opened" }, 204, undefined],
  [
    "listAuditAnchors",
    "GET",
    "/api/v1/audit/anchors",
    undefined,
    200,
    { anchors: [anchor], pagination: { page: 1, per_page: 25, total: 1, total_pages: 1 } },
  ],
  ["getAuditAnchor", "GET", `/api/v1/audit/anchors/${root}`, undefined, 200, anchor],
  [
    "getAuditProof",
    "GET",
    "/api/v1/audit/records/2/proof",
    undefined,
    200,
    {
      record_id: 2,
      record_type: "AuditLog",
      content_hash: leaf2,
      anchor_id: 1,
      merkle_root: root,
      leaf_index: 2,
      leaf_count: 4,
      proof: proof2,
      network: "polygon_amoy",
      tx_hash: null,
      block_number: null,
      block_timestamp: null,
      verified: false,
      verification_url: null,
    },
  ],
  [
    "verifyAuditProof",
    "POST",
    "/api/v1/audit/verify",
    { content_hash: leaf2, merkle_root: root, proof: proof2, leaf_index: 2, tx_hash: null },
    200,
    {
      verified: false,
      proof_valid: true,
      blockchain_verified: false,
      content_hash: leaf2,
      merkle_root: root,
      leaf_index: 2,
      block_number: null,
      block_timestamp: null,
      network: "polygon_amoy",
      explorer_url: null,
      error: "The anchor is not confirmed in this transaction",
    },
  ],
  [
    "getAuditReport",
    "GET",
    "/api/v1/audit/reports/audit_trail.pdf",
    undefined,
    200,
    expect.stringMatching(/^%PDF-1\.4\n/),
  ],
];

const platform = await openPlatform({
  now,
  seed: {
    records: [{ module: "com.example.crm", table: "leads", projectId: 27, rows: [{ email: "a@example.com" }] }],
    slaEvents: [
      {
        issue_id: 42,
        project_id: 27,
        state: "breached",
        definition: { status: "in_progress", max_duration_minutes: 240 },
        metrics: { duration_minutes: 300, overdue_minutes: 60 },
      },
    ],
    intakeForms: [
      {
        key: "bug",
        name: "Bug report",
        project_id: 27,
        submissions: [{ data: { title: "Report 1" } }, { data: { title: "Report 2" } }],
      },
    ],
    secrets: { API_KEY: "one" },
    issues: [{ project_id: 27, title: "Broken link", status: "todo" }],
    comments: [{ issue: "ISSUE-1", body: "First" }],
    transitions: { close: "done" },
    members: [{ id: 7, name: "Ada", email: "ada@example.com" }],
    extension: { name: "Marketing" },
    auditAnchors: [
      {
        status: "pending",
        records: [
          { action: "issue.closed", actor: "carol", id: 3 },
          { action: "issue.reopened", actor: "dave", id: 4 },
          { action: "issue.updated", actor: "bob", id: 2 },
          { action: "issue.created", actor: "alice", id: 1 },
        ],
      },
    ],
  },
});
const call = await connect(platform);
beforeEach(() => platform.reset());

describe("every operation of the document", () => {
  it.each(cases)("answers %s: %s %s", async (operationId, method, path, body, status, expected) => {
    const answer = await call(method, path, { body });
    const withoutBase = JSON.parse(JSON.stringify(answer.body ?? null).replaceAll(platform.baseUrl, "BASE"));
    expect(withoutBase).toEqual(expected ?? null);
    expect(answer.status).toBe(status);
    expect(platform.calls.at(-1)).toMatchObject({ operationId, method, status, body });
  });

  it("answers getJwks", async () => {
    const { status, body } = await call("GET", "/.well-known/jwks.json", { token: null });
    const key = { kty: "EC", crv: "P-256", use: "sig", alg: "ES256" };
    const text = expect.stringMatching(/^[\w-]{43}$/);
    expect({ status, body }).toEqual({ status: 200, body: { keys: [{ ...key, x: text, y: text, kid: text }] } });
  });

  it("is in the table above, or is called by an endpoint and tested there", () => {
    const tested = new Set([...cases.map(([operationId]) => operationId), "getJwks"]);
    const called = new Set(endpointMembers.flatMap(([, calls]) => calls));
    const untested = operations.filter(
      ({ method, path, operation }) => !tested.has(operation.operationId) && !called.has(`${method} ${path}`),
    );
    expect(untested).toEqual([]);
  });
});
