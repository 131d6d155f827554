import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestAdapter } from "../src/generated/testing.gen.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

let kiket: Awaited<ReturnType<typeof createTestAdapter>>;
beforeEach(async () => {
  kiket = await createTestAdapter({ platform: { now: () => Date.parse("2026-06-01T12:00:00Z") } });
});
afterEach(() => kiket.close());

const pullRequest = {
  number: 7,
  title: "Encrypt exported files",
  html_url: "https://github.com/acme/site/pull/7",
  merged: true,
  updated_at: "2026-06-01T10:00:00Z",
  body: "What changes.\n\nCase: 6f9c2b1e",
};
const payload = {
  action: "closed",
  repository: { full_name: "acme/site" },
  sender: { login: "nadia" },
  pull_request: pullRequest,
};
const review = {
  state: "approved",
  user: { login: "lena" },
  submitted_at: "2026-06-01T09:30:00Z",
  html_url: "https://github.com/acme/site/pull/7#pullrequestreview-1",
};

it("records a merged pull request as evidence of its case", async () => {
  const outcome = await kiket.run({ sourceEventType: "pull_request", payload });
  expect(outcome).toHaveSubmitted({
    caseId: "6f9c2b1e",
    eventType: "repository.pull_request_merged",
    sourceObjectId: "acme/site#7",
    occurredAt: "2026-06-01T10:00:00Z",
    evidence: [
      { evidenceType: "pull_request", title: "Merged: Encrypt exported files", capturedAt: "2026-06-01T12:00:00Z" },
    ],
    intents: [{ type: "case.link_external_evidence", targetId: "6f9c2b1e" }],
  });
  expect(outcome.receipt).toMatchObject({ evidenceCount: 1, duplicate: false });
});

it("is one event, however often GitHub sends it", async () => {
  await kiket.run({ sourceEventType: "pull_request", idempotencyKey: "delivery-1", payload });
  const again = await kiket.run({ sourceEventType: "pull_request", idempotencyKey: "delivery-1", payload });
  expect([again.duplicate, again.submitted]).toEqual([true, undefined]);
  const another = await kiket.run({ sourceEventType: "pull_request", idempotencyKey: "delivery-2", payload });
  expect(another.receipt).toMatchObject({ duplicate: true });
});

it("takes an approval as evidence, and a comment only as an event", async () => {
  const approved = await kiket.run({ sourceEventType: "pull_request_review", payload: { ...payload, review } });
  expect(approved).toHaveSubmitted({ eventType: "approval.recorded", evidence: [{ evidenceType: "approval" }] });
  const commented = await kiket.run({
    sourceEventType: "pull_request_review",
    payload: { ...payload, review: { ...review, state: "commented" } },
  });
  expect(commented).toHaveSubmitted({ eventType: "evidence.observed", evidence: [], intents: [] });
});

it("links nothing if the pull request names no case", async () => {
  const outcome = await kiket.run({
    sourceEventType: "pull_request",
    payload: { ...payload, pull_request: { ...pullRequest, body: null } },
  });
  expect(outcome.submitted?.caseId).toBeUndefined();
  expect(outcome.submitted?.intents).toEqual([]);
});

it("submits nothing for a webhook about something else, and tries again after the lease", async () => {
  const outcome = await kiket.run({ sourceEventType: "pull_request", payload: { zen: "Keep it simple." } });
  expect(outcome.failure).toMatchObject({
    reason: "normalizer-failed",
    message: "the webhook is not about a pull request",
  });
  expect(outcome).not.toHaveCalled("submitRawEvent");
  kiket.platform.clock.advance(60_000);
  expect(await kiket.runAll()).toMatchObject([{ failure: { reason: "normalizer-failed" } }]);
});

it("submits once although Kiket's answer is lost", async () => {
  kiket.platform.faults.inject({ fault: "drop", operations: "submitRawEvent", performed: true, times: 1 });
  const outcome = await kiket.run({ sourceEventType: "pull_request", payload });
  expect(outcome.calls.map(({ operationId, status }) => [operationId, status])).toEqual([
    ["claimRawEvents", 200],
    ["submitRawEvent", 0],
    ["submitRawEvent", 200],
  ]);
  expect(outcome).toHaveSubmitted();
});
