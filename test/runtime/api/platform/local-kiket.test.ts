import { expect, it } from "vitest";
import { createApiKeyClient, createIngestionClient, TransitionBlockedError } from "../../../../runtime/index.js";
import { openPlatform } from "../../../support/open-kiket.js";

const blockers = [{ type: "documents", message: "A required document is missing" }];
const organizationId = "00000000-0000-4000-8000-000000000001";
const platform = await openPlatform({
  apiKeys: [{ key: "kik_local" }],
  seed: {
    cases: [
      {
        id: "case_1",
        workspaceId: "ws_1",
        currentStateKey: "intake",
        transitions: [
          { from: "intake", to: "legal_review" },
          { from: "intake", to: "approved", blockers },
        ],
      },
    ],
  },
});
const { baseUrl } = platform;

it.each([
  ["X-API-Key and X-Organization-Id", { auth: "header", organizationId }],
  ["Authorization: Bearer", { auth: "bearer" }],
] as const)("N9: the client's cases are those of the local Kiket, with %s", async (_, auth) => {
  platform.reset();
  const { cases } = createApiKeyClient({ apiKey: "kik_local", baseUrl, ...auth });
  expect((await cases.list({ workspaceId: "ws_1" })).cases).toEqual([
    { id: "case_1", workspaceId: "ws_1", currentStateKey: "intake" },
  ]);
  expect(await cases.get("none")).toBeNull();
  const { id = "" } = await cases.create({ workspaceId: "ws_2", title: "Renewal" });
  expect(await cases.get(id)).toEqual({ id, workspaceId: "ws_2", title: "Renewal" });
  expect((await cases.transitions("case_1")).transitions.map(({ to }) => to)).toEqual(["legal_review", "approved"]);
  const blocked = await cases.transition("case_1", "approved").catch((error: unknown) => error);
  expect(blocked).toBeInstanceOf(TransitionBlockedError);
  expect((blocked as TransitionBlockedError).blockers).toEqual(blockers);
  expect(await cases.transition("case_1", "legal_review")).toMatchObject({ currentStateKey: "legal_review" });
});

it("N9: a write is repeated with its Idempotency-Key, and is carried out once", async () => {
  platform.reset();
  platform.faults.inject({ fault: "drop", operations: "createCase", performed: true, times: 1 });
  const { cases } = createApiKeyClient({ apiKey: "kik_local", auth: "bearer", baseUrl, sleep: async () => undefined });
  await cases.create({ title: "Renewal" });
  expect((await cases.list()).cases).toHaveLength(2);
  expect(platform.calls.map(({ status }) => status)).toEqual([0, 201, 200]);
});

it("N9: the ingestion client's calls are those of the local Kiket", async () => {
  platform.reset();
  const client = createIngestionClient({ apiKey: "kik_local", organizationId, baseUrl });
  const event = { sourceSystem: "desk", sourceEventType: "inbound", idempotencyKey: "k", payload: { ticket: 7 } };
  expect(await client.getContract()).toEqual({});
  const { rawEvent, duplicate } = await client.createRawEvent(event);
  expect([duplicate, (await client.createRawEvent(event)).duplicate]).toEqual([false, true]);
  expect(await client.processRawEvent(String(rawEvent?.id))).toEqual({ rawEventId: rawEvent?.id });
  expect(await client.claimRawEvents({ limit: 1, leaseSeconds: 60 })).toEqual([rawEvent]);
  expect(await client.claimRawEvents()).toEqual([]);
  const evidence = { evidenceType: "ticket", title: "T-7", sourceSystem: "desk", dedupeKey: "desk:7" };
  expect(await client.createEvidence(evidence)).toEqual(await client.createEvidence(evidence));
});
