import { describe, expect, it } from "vitest";
import { testMaterialOf } from "../../../runtime/dev/saved-test/test-material.js";
import type { TestFiles, TestMaterial } from "../../../runtime/dev.js";
import { allow } from "../../../runtime/index.js";
import type { CallRecord, DeliveryRecord } from "../../../runtime/platform/inspector/delivery-record.js";
import { attempt, record } from "../../support/inspector-backend.js";
import { createMemoryStorage, openKiketOf, startProgram } from "./project.js";

const none = { isSetting: () => false, environment: { settings: {}, secrets: {} } };

function materialOf(given: Partial<DeliveryRecord>, secrets: Parameters<typeof testMaterialOf>[2] = none) {
  const { event, version, payload, ...rest } = record("dlv_1", given);
  const content = { event, version, payload, auth: "token", secrets: {} } as const;
  return testMaterialOf({ record: { event, version, payload, ...rest }, content }, "extension", secrets);
}

const call: CallRecord = {
  ...{ operationId: "getIssue", method: "GET", path: "/api/v1/ext/issues/7", query: {}, status: 200 },
  ...{ answer: { issue: { id: 7 } }, at: 1_764_000_000_001, ms: 2 },
};

describe("what a test of a delivery needs", () => {
  it("has the answers to all calls as faults of the testing kit, and asserts those before the reply", () => {
    const calls: CallRecord[] = [
      { ...call, operationId: "updateIssue", path: "/c", status: 204, answer: undefined, at: 1_764_000_000_005 },
      call,
      { ...call, path: "/api/v1/ext/issues/8", status: 404, answer: { error: "no" } },
      { ...call, path: "/api/v1/ext/issues/9", status: 0, answer: undefined },
      { ...call, operationId: "listIssues", path: "/i", status: 503, answer: "[23 bytes]", at: 1_764_000_000_900 },
      { ...call, operationId: "constructor", path: "/nowhere", status: 404 },
    ];
    const { status, verdict, operations, data, remarks } = materialOf({ attempts: [attempt({ calls, ms: 12 })] });
    expect([status, verdict, operations]).toEqual([200, "allow", ["getIssue", "updateIssue"]]);
    expect(data.answers).toEqual([
      {
        ...{ fault: "response", operations: "getIssue", path: "/api/v1/ext/issues/7", times: 1 },
        ...{ status: 200, body: { issue: { id: 7 } } },
      },
      {
        ...{ fault: "response", operations: "getIssue", path: "/api/v1/ext/issues/8", times: 1 },
        ...{ status: 404, body: { error: "no" } },
      },
      { fault: "drop", operations: "getIssue", path: "/api/v1/ext/issues/9", times: 1 },
      { fault: "response", operations: "updateIssue", path: "/c", times: 1, status: 204 },
      { fault: "error", operations: "listIssues", path: "/i", times: 1, status: 503 },
    ]);
    expect(remarks).toEqual([]);
    const large = materialOf({ attempts: [attempt({ calls: [{ ...call, answer: "[99999 characters of JSON]" }] })] });
    expect(large.data).not.toHaveProperty("answers");
    expect(large.remarks).toEqual([
      "The answer of getIssue was too long to be kept, or not JSON: in the test, an empty local Kiket answers.",
    ]);
  });

  it("hides secrets of the delivery, the environment and the answers, and keeps settings", () => {
    const body = {
      ...{
        event: "issue.created",
        password: "another p4ss",
        note: "uses k3y-of-the-delivery and env-s3cret",
        token: "k3y-of-the-delivery",
      },
      authentication: { runtime_token: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln", scopes: ["issues:read"] },
    };
    const secrets = { API_KEY: "k3y-of-the-delivery", GREETING: "Moin" };
    const request = { ...attempt().request, body: JSON.stringify({ ...body, secrets }) };
    const answer = { issue: { title: "k3y-of-the-delivery", password: "p4ss" } };
    const { data, remarks } = materialOf(
      { attempts: [attempt({ request, calls: [{ ...call, answer }] })] },
      {
        isSetting: (key) => key === "GREETING",
        environment: {
          settings: { PIER: "7", DATABASE: "postgres://me:p4ssw0rd@db.example/x" },
          secrets: { KIKET_SECRET_OTHER: "env-s3cret" },
        },
      },
    );
    expect(JSON.stringify(data)).not.toMatch(/k3y|s3cret|p4ss|eyJ/);
    expect(data).toMatchObject({
      body: {
        note: "uses stand-in of API_KEY and stand-in of KIKET_SECRET_OTHER",
        // A handler that compares it with the secret finds the same.
        token: "stand-in of API_KEY",
        password: "[redacted]",
        secrets: { API_KEY: "[redacted]", GREETING: "Moin" },
      },
      answers: [{ body: { issue: { title: "stand-in of API_KEY", password: "[redacted]" } } }],
      secrets: { API_KEY: "stand-in of API_KEY" },
      env: { PIER: "7", KIKET_SECRET_OTHER: "stand-in of KIKET_SECRET_OTHER" },
    });
    expect(remarks).toEqual([
      "Stand-ins are in the place of these secrets: API_KEY, KIKET_SECRET_OTHER.",
      "Written with their values from the environment: PIER.",
      "These settings of the environment look like secrets, and are left out: DATABASE.",
    ]);
  });

  it("is that of the last attempt with a reply", () => {
    const { reply: _, verdict: __, ...running } = attempt({ number: 2 });
    const failed = attempt({ reply: { status: 500, headers: {}, body: "{}" } });
    expect(materialOf({ state: "running", attempts: [failed, running] })).toMatchObject({ status: 500 });
  });

  it("is refused where no test could repeat it", () => {
    const { reply: _, ...running } = attempt();
    const refused = attempt({ reply: { status: 401, headers: {}, body: "{}" } });
    const foreign = attempt({ calls: [{ ...call, byOtherCredential: true }] });
    expect(() => materialOf({ flaw: "duplicate" })).toThrow("sent with a flaw on purpose");
    expect(() => materialOf({ attempts: [running] })).toThrow("The delivery has no reply so far");
    expect(() => materialOf({ attempts: [] })).toThrow("The delivery has no reply so far");
    expect(() => materialOf({ attempts: [refused] })).toThrow("refused for its token or signature");
    expect(() => materialOf({ attempts: [foreign] })).toThrow("with a key of its environment");
  });
});

describe("a local Kiket", () => {
  it("gives the command what it has seen, without its own secrets, also of a run before", async () => {
    const given: TestMaterial[] = [];
    const tests: TestFiles = {
      settings: () => ({ PIER: ["PIER", "PIER_NAME"] }),
      variables: () => ({ PIER_NAME: "7", HOME: "/root", KIKET_SECRET_API_TOKEN: "env-s3cret" }),
      async prepare(material, name = "free-1") {
        given.push(material);
        if (name === "bad") return { status: 422, problem: "no such name", hint: "another" };
        const plan = { name, files: [], command: "run", asserts: [], remarks: ["of the command"] };
        return { plan, write: async () => (name === "taken" ? { status: 409, problem: "taken" } : undefined) };
      },
    };
    const storage = createMemoryStorage();
    const kiket = await openKiketOf({ tests, storage });
    const program = await startProgram(kiket, async (_payload, { endpoints }) => {
      await endpoints.customData(1).create("m", "boats", { name: "from the store" });
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const { id } = await kiket.send({ event: "boat.docked" });
    const remarks = [
      "Stand-ins are in the place of these secrets: API_TOKEN, KIKET_SECRET_API_TOKEN.",
      "Written with their values from the environment: PIER_NAME.",
      "of the command",
    ];
    expect(await kiket.tests?.plan(id)).toMatchObject({ name: "free-1", remarks });
    expect(await kiket.tests?.save({ delivery: id, name: "mine" })).toMatchObject({ name: "mine" });
    expect(given[0]).toMatchObject({ kind: "extension", operations: ["createCustomDataRecord"], status: 200 });
    expect(JSON.stringify(given)).not.toContain("from the store");
    await expect(kiket.tests?.plan("dlv_none")).rejects.toMatchObject({ status: 404 });
    await expect(kiket.tests?.plan(id, "bad")).rejects.toMatchObject({ status: 422, hint: "another" });
    await expect(kiket.tests?.save({ delivery: id, name: "taken" })).rejects.toMatchObject({ status: 409 });

    await kiket.close();
    const again = await openKiketOf({ tests, storage });
    expect(await again.tests?.plan(id)).toMatchObject({ name: "free-1" });
    expect((await openKiketOf()).tests).toBeUndefined();
  });
});
