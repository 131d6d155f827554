import { expect, test } from "vitest";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

test("slaEvents", async () => {
  const event = {
    id: 9,
    issue_id: "ISS-4",
    project_id: 27,
    state: "breached",
    triggered_at: "2026-03-02T08:25:04Z",
    resolved_at: null,
    definition: { status: "in_progress", max_duration_minutes: 240 },
    metrics: { duration_minutes: 300, overdue_minutes: 60 },
  };
  const answers = [
    { status: 200, body: { data: [event] } },
    { status: 200, body: { data: [] } },
  ];
  const events = await run(async ({ endpoints }) => {
    const found = await endpoints.slaEvents(27).list({ issueId: "ISS-4", state: "breached", limit: 10 });
    await endpoints.slaEvents().list();
    return found;
  }, answers);
  expect(events).toEqual([
    {
      id: 9,
      issueId: "ISS-4",
      projectId: 27,
      state: "breached",
      triggeredAt: "2026-03-02T08:25:04Z",
      resolvedAt: null,
      definition: { status: "in_progress", maxDurationMinutes: 240 },
      metrics: { durationMinutes: 300, overdueMinutes: 60 },
    },
  ]);
  expect(sent()).toEqual([
    ["GET", "/api/v1/ext/sla/events?project_id=27&issue_id=ISS-4&state=breached&limit=10", null],
    ["GET", "/api/v1/ext/sla/events?project_id=33", null],
  ]);
});
