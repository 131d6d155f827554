import { describe, expect, it } from "vitest";
import { openTestInspector } from "./open.js";

async function open() {
  const inspector = await openTestInspector();
  const post = async (path: string, body: unknown) => {
    const response = await inspector.call(path, { method: "POST", body: JSON.stringify(body) });
    return [response.status, (await response.json()) as Record<string, unknown>] as const;
  };
  return { ...inspector, post };
}

describe("the routes of faults", () => {
  it("inject, list and clear faults, and rotate keys", async () => {
    const { call, post } = await open();
    const fault = { kind: "error", status: 503, operations: ["getIssue"], times: 2, performed: true, retryAfter: 4 };
    expect(await post("/api/faults", fault)).toEqual([201, { faults: [{ ...fault, id: 1, hits: 0 }], clockAhead: 0 }]);
    await post("/api/faults", { kind: "cut" });
    const listed = await (await call("/api/faults")).json();
    expect(listed).toEqual({
      faults: [
        { ...fault, id: 1, hits: 0 },
        { kind: "cut", id: 2, hits: 0 },
      ],
      clockAhead: 0,
      operations: ["createComment", "getIssue", "getJwks", "listIssues"],
    });
    expect(await post("/api/faults/clear", { id: 1 })).toEqual([
      200,
      { faults: [{ kind: "cut", id: 2, hits: 0 }], clockAhead: 0 },
    ]);
    expect(await post("/api/keys", { keepOld: false })).toEqual([
      200,
      { faults: [{ kind: "cut", id: 2, hits: 0 }], clockAhead: 0 },
    ]);
    expect(await post("/api/faults/clear", {})).toEqual([200, { faults: [], clockAhead: 0 }]);
  });

  it.each([
    [{}, "kind is missing"],
    [{ kind: "fire" }, "kind must be one of slow, keys-down, empty-keys, rate-limit, error, cut"],
    [{ kind: "constructor" }, "kind must be one of slow, keys-down, empty-keys, rate-limit, error, cut"],
    [{ kind: "slow", milliseconds: 0 }, "milliseconds must be a whole number from 1 to 600000"],
    [{ kind: "slow", status: 500 }, "A fault of the kind slow has no status"],
    [
      { kind: "error", operations: [] },
      "operations must be a list of texts that is not empty: without it, all operations are affected",
    ],
    [{ kind: "keys-down", operations: ["getIssue"] }, "A fault of the kind keys-down has no operations"],
    [{ kind: "error", status: 200 }, "status must be a whole number from 400 to 599"],
    [{ kind: "error", times: 1.5 }, "times must be a whole number from 1 to 1000000"],
    [{ kind: "error", body: "<script>" }, 'Unknown member: "body"'],
  ])("refuse %j", async (fault, error) => {
    const { post, backend } = await open();
    const [status, answer] = await post("/api/faults", fault);
    expect([status, answer.error]).toEqual([400, error]);
    expect(backend.trouble.state()).toEqual({ faults: [], clockAhead: 0 });
  });

  it("move the clock, and back", async () => {
    const { post } = await open();
    expect(await post("/api/clock", { advance: 7_200_000 })).toEqual([200, { faults: [], clockAhead: 7_200_000 }]);
    expect(await post("/api/clock", { reset: true })).toEqual([200, { faults: [], clockAhead: 0 }]);
    for (const body of [{}, { advance: 0 }, { advance: 1.5 }, { advance: -1 }, { advance: 1, reset: true }]) {
      expect((await post("/api/clock", body))[0]).toBe(400);
    }
  });

  it("refuse another member where a fault is cleared, which would clear all", async () => {
    const { post } = await open();
    expect((await post("/api/faults/clear", { ids: [1] }))[0]).toBe(400);
    expect((await post("/api/keys", { keepOld: "no" }))[0]).toBe(400);
  });
});
