import { describe, expect, it } from "vitest";
import { scopeReportOf } from "../../../runtime/dev/scopes/scope-report.js";
import type { CodeUse } from "../../../runtime/dev.js";
import { allow } from "../../../runtime/index.js";
import type { CallRecord } from "../../../runtime/platform/inspector/delivery-record.js";
import { attempt, record } from "../../support/inspector-backend.js";
import { openKiketOf, project, startProgram } from "./project.js";

const events = [
  { name: "issue.created", version: "v1", confidence: "read", sample: {} },
  { name: "boat.docked", version: "v1", confidence: "none", sample: {} },
];
const call = (operationId: string, status: number, answer?: unknown): CallRecord => {
  return { operationId, method: "POST", path: "/x", query: {}, status, answer, at: 1, ms: 1 };
};
const codeUse: CodeUse = {
  manifest: "m.yaml",
  handlers: [{ event: "issue.created", version: "v1", required: ["issues:read"], calls: ["get /own/path"] }],
  shared: [{ file: "src/lib.ts", required: [], calls: ["post /api/v1/ext/custom_data/{module_key}/{table}"] }],
  unknown: [],
  spelled: (scope) => scope.split(/[:.]/).reverse().join("."),
};

describe("the report on scopes", () => {
  it("asks no scopes of an adapter's manifest: those of its calls are those of its key", () => {
    const deliveries = [record("dlv_1", { attempts: [attempt({ calls: [call("claimRawEvents", 200)] })] })];
    const report = scopeReportOf({ project: { kind: "adapter", events, scopes: [] }, deliveries, code: undefined });
    expect(report.missing).toEqual([]);
    expect(report.unknown).toEqual([
      "An adapter calls with its API key: the key has scopes, the manifest has none for it.",
    ]);
    expect(report.handlers[0]?.uses.map(({ operation, calls }) => [operation, calls])).toEqual([["claimRawEvents", 1]]);
  });

  it("compares what is declared with what deliveries show", () => {
    const refusedBody = '{"error":"Missing scopes","missing_scopes":["issues:read"]}';
    const deliveries = [
      record("dlv_3", {
        event: "boat.docked",
        attempts: [attempt({ reply: { status: 403, headers: {}, body: refusedBody } })],
      }),
      record("dlv_2", {
        attempts: [
          attempt({ calls: [call("createCustomDataRecord", 403, { missing_scopes: ["custom_data:write"] })] }),
        ],
      }),
      record("dlv_1", {
        attempts: [attempt({ calls: [call("createCustomDataRecord", 201), call("getWebhookUrl", 200)] })],
      }),
    ];
    const report = scopeReportOf({
      project: { kind: "extension", events, scopes: ["issue.read", "comments:write"] },
      deliveries,
      code: undefined,
    });
    expect(report).toEqual({
      declared: [
        { scope: "issue.read", isUsed: true },
        { scope: "comments:write", isUsed: false },
      ],
      missing: [{ scope: "custom_data.write", neededBy: ["issue.created v1"] }],
      handlers: [
        {
          name: "issue.created v1",
          granted: ["issues:read"],
          uses: [
            {
              ...{ operation: "createCustomDataRecord", scopes: ["custom_data.write"], calls: 2, inCode: false },
              refused: { delivery: "dlv_2", lacking: ["custom_data:write"] },
            },
            { operation: "getWebhookUrl", scopes: [], calls: 1, inCode: false },
          ],
        },
        {
          ...{ name: "boat.docked v1", granted: ["issues:read"], uses: [] },
          refused: { delivery: "dlv_3", lacking: ["issues:read"] },
        },
      ],
      unknown: ["The code was not read: only calls of deliveries count."],
    });
  });

  it("adds what the code requires and calls, also where it is shared, with scopes as the manifest spells them", () => {
    const report = scopeReportOf({
      project: { kind: "extension", events, scopes: ["read.issues"] },
      deliveries: [],
      code: codeUse,
    });
    expect(report).toEqual({
      manifest: "m.yaml",
      declared: [{ scope: "read.issues", isUsed: true }],
      missing: [{ scope: "write.custom_data", neededBy: ["src/lib.ts"] }],
      handlers: [
        {
          ...{ name: "issue.created v1", required: ["issues:read"] },
          uses: [{ operation: "get /own/path", scopes: [], calls: 0, inCode: true }],
        },
        { name: "boat.docked v1", required: [], uses: [] },
        {
          ...{ name: "src/lib.ts", required: [] },
          uses: [{ operation: "createCustomDataRecord", scopes: ["custom_data.write"], calls: 0, inCode: true }],
        },
      ],
      unknown: [],
    });
    const all = scopeReportOf({ project: { kind: "extension", events, scopes: ["*"] }, deliveries: [], code: codeUse });
    expect([all.declared, all.missing]).toEqual([[{ scope: "*", isUsed: true }], []]);
  });

  it("reads the code when somebody asks, and again after a build or a change of the manifest", async () => {
    let reads = 0;
    const readCode = async () => {
      reads += 1;
      return codeUse;
    };
    const kiket = await openKiketOf({ readCode });
    const program = await startProgram(kiket, async (_payload, { endpoints }) => {
      await endpoints.customData(1).create("m", "boats", { name: "Ingrid" });
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const { id } = await kiket.send({ event: "boat.docked", scopes: ["custom_data:read"] });
    expect(reads).toBe(0);
    const { handlers, missing } = await kiket.scopes();
    expect(handlers.find(({ name }) => name === "boat.docked v1")).toMatchObject({
      granted: ["custom_data:read"],
      uses: [{ operation: "createCustomDataRecord", refused: { delivery: id, lacking: ["custom_data.write"] } }],
    });
    expect(missing).toEqual([{ scope: "read.issues", neededBy: ["issue.created v1"] }]);
    await kiket.scopes();
    expect(reads).toBe(1);
    kiket.built({ number: 2, at: 1, reason: "saved", ms: 1 });
    await kiket.scopes();
    kiket.change({ ...project, scopes: [] });
    expect((await kiket.scopes()).declared).toEqual([]);
    expect(reads).toBe(3);
    kiket.change({ ...project, kind: "adapter" });
    await kiket.scopes();
    expect(reads).toBe(3);
  });
});
