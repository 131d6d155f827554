import { beforeEach, describe, expect, it } from "vitest";
import { createPlatform } from "../../../../runtime/testing.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { connectWithKey, now } from "../client.js";

const other = "00000000-0000-4000-8000-0000000000b2";
const blockers = [{ type: "documents", message: "A required document is missing" }];
const platform = await openPlatform({
  now,
  apiKeys: [{ key: "kik_local" }, { key: "kik_other", organizationId: other }],
  seed: {
    cases: [
      {
        id: "case_1",
        workspaceId: "ws_1",
        title: "Renewal",
        currentStateKey: "intake",
        currentStateLabel: "Intake",
        transitions: [
          { name: "Review", from: "intake", to: "legal_review" },
          { from: "intake", to: "approved", blockers },
          { from: "legal_review", to: "approved" },
          { to: "cancelled" },
        ],
      },
      { id: "case_2", workspaceId: "ws_2", title: "Audit" },
      { id: "case_3", organizationId: other, workspaceId: "ws_1" },
    ],
  },
});
const call = connectWithKey(platform);
const stranger = connectWithKey(platform, "kik_other", other);
beforeEach(() => platform.reset());

const first = {
  id: "case_1",
  workspaceId: "ws_1",
  title: "Renewal",
  currentStateKey: "intake",
  currentStateLabel: "Intake",
};
const move = (toState: string, id = "case_1") => call("POST", `/cases/${id}/transition`, { body: { toState } });

describe("N9: cases", () => {
  it("are listed, those of one workspace too", async () => {
    const ids = async (query: string, from = call) => {
      const { body } = await from("GET", `/cases${query}`);
      return (body as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    expect(await ids("")).toEqual(["case_1", "case_2"]);
    expect(await ids("?workspaceId=ws_1")).toEqual(["case_1"]);
    expect(await ids("?workspaceId=ws_9")).toEqual([]);
    expect(await ids("?limit=1")).toEqual(["case_1"]);
    expect(await ids("?cursor=next")).toEqual([]);
    expect(await ids("", stranger)).toEqual(["case_3"]);
    expect((await call("GET", "/cases?projectId=1")).status).toBe(422);
  });

  it("are read, without what only the seed has", async () => {
    expect(await call("GET", "/cases/case_1")).toMatchObject({ status: 200, body: first });
    expect((await call("GET", "/cases/case_1")).body).not.toHaveProperty("transitions");
    expect((await call("GET", "/cases/case_3")).status).toBe(404);
    expect((await call("GET", "/cases/none")).status).toBe(404);
  });

  it("are created once for an Idempotency-Key", async () => {
    const body = {
      workspaceId: "ws_1",
      processId: "proc_1",
      caseNumber: 42,
      title: "Delta Freight",
      currentStateKey: "intake",
      currentStateLabel: "Intake",
      context: { totalValue: 1200 },
    };
    const headers = { "idempotency-key": "once" };
    const made = await call("POST", "/cases", { body, headers });
    expect([made.status, made.body]).toEqual([201, { ...body, id: expect.any(String) }]);
    expect((await call("POST", "/cases", { body, headers })).body).toEqual(made.body);
    expect((await call("POST", "/cases", { body: { title: "x" }, headers })).status).toBe(422);
    const { body: all } = await call("GET", "/cases");
    expect((all as { data: unknown[] }).data).toHaveLength(3);
  });

  it("are created for each organization, although both use one Idempotency-Key", async () => {
    const request = { body: { title: "Delta Freight" }, headers: { "idempotency-key": "renewal-2026" } };
    const made = await call("POST", "/cases", request);
    const other = await stranger("POST", "/cases", request);
    expect([made.status, other.status]).toEqual([201, 201]);
    expect(other.body).not.toEqual(made.body);
  });

  it("must not have the id of another one in the seed", async () => {
    await expect(createPlatform({ seed: { cases: [{ id: "a" }, { id: "a", title: "Taken" }] } })).rejects.toThrow(
      new RangeError('Two cases of the seed have the id "a": give each its own, or none.'),
    );
  });

  it("may come without members that are only in the one sample", async () => {
    expect((await call("POST", "/cases", { body: {} })).status).toBe(201);
  });

  it("cannot take the place of another one", async () => {
    const body = { id: "case_3", organizationId: other, title: "Taken", transitions: [] };
    const { body: made } = await call("POST", "/cases", { body });
    const { id } = made as { id: string };
    expect(made).toEqual({ id: expect.stringMatching(/^00000000-/), title: "Taken" });
    expect((await stranger("GET", "/cases/case_3")).body).toEqual({ id: "case_3", workspaceId: "ws_1" });
    expect((await stranger("GET", `/cases/${id}`)).status).toBe(404);
    expect((await move("anything", id)).status).toBe(200);
  });

  it("are changed, but neither their id nor their state", async () => {
    const changed = await call("PATCH", "/cases/case_1", { body: { id: "case_9", title: "Renewal 2027" } });
    expect([changed.status, changed.body]).toEqual([200, { ...first, title: "Renewal 2027" }]);
    const refused = await call("PATCH", "/cases/case_1", { body: { currentStateKey: "approved" } });
    expect(refused).toMatchObject({ status: 422, body: { details: [{ field: "body.currentStateKey" }] } });
    expect((await call("GET", "/cases/case_1")).body).toMatchObject({ currentStateKey: "intake" });
  });
});

describe("N9: transitions", () => {
  it("are listed from the current state, with what blocks them", async () => {
    expect((await call("GET", "/cases/case_1/transitions")).body).toEqual({
      data: [
        { name: "Review", from: "intake", to: "legal_review", blockers: [] },
        { from: "intake", to: "approved", blockers },
        { from: "intake", to: "cancelled", blockers: [] },
      ],
    });
    await move("legal_review");
    expect((await call("GET", "/cases/case_1/transitions")).body).toMatchObject({
      data: [{ to: "approved", blockers: [] }, { to: "cancelled" }],
    });
  });

  it("move the case", async () => {
    const moved = await move("legal_review");
    expect([moved.status, moved.body]).toEqual([
      200,
      { ...first, currentStateKey: "legal_review", currentStateLabel: null },
    ]);
    expect((await move("approved")).status).toBe(200);
  });

  it("N2: are refused with 409 and the blockers", async () => {
    const { status, body } = await move("approved");
    expect([status, body]).toEqual([409, { error: "The transition is blocked", blockers }]);
    expect((await call("GET", "/cases/case_1")).body).toEqual(first);
  });

  it("lead only where the process leads", async () => {
    expect((await move("intake")).status).toBe(422);
    expect((await move("nowhere")).status).toBe(422);
    expect((await call("POST", "/cases/case_1/transition", { body: {} })).status).toBe(422);
    expect((await move("approved", "none")).status).toBe(404);
    const body = { toState: "cancelled" };
    expect((await stranger("POST", "/cases/case_1/transition", { body })).status).toBe(404);
  });

  it("lead everywhere if nothing is known of the process", async () => {
    expect(await move("anything", "case_2")).toMatchObject({ status: 200, body: { currentStateKey: "anything" } });
    expect((await call("GET", "/cases/case_2/transitions")).body).toEqual({ data: [] });
  });

  it("are checked without being made", async () => {
    const check = async (toState: string) =>
      (await call("GET", `/cases/case_1/check-transition?toState=${toState}`)).body;
    expect(await check("legal_review")).toEqual({ allowed: true, blockers: [] });
    expect(await check("approved")).toEqual({ allowed: false, blockers });
    expect(await check("nowhere")).toEqual({ allowed: false, blockers: [] });
    expect((await call("GET", "/cases/case_1")).body).toEqual(first);
    expect((await call("GET", "/cases/case_1/check-transition")).status).toBe(422);
  });
});
