import { createConfig, lintFromString } from "@redocly/openapi-core";
import openapiTS, { astToString } from "openapi-typescript";
import { describe, expect, it } from "vitest";
import { extensionApi, type openApiDocument, platformApi } from "../support/openapi.js";

const { text } = extensionApi;

/** Recommended rules, none excepted. */
async function lint(source: string, path: string) {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source, absoluteRef: path, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer} ${message}`);
}

interface Example {
  readonly at: string;
  readonly schema: unknown;
  readonly value: unknown;
}

/** Every `example` beside a `schema`, wherever it stands. */
function examplesOf(node: unknown, at: string): Example[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => examplesOf(item, `${at}/${index}`));
  if (typeof node !== "object" || node === null) return [];
  const own = "example" in node && "schema" in node ? [{ at, schema: node.schema, value: node.example }] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => examplesOf(value, `${at}/${key}`))];
}

type Described = ReturnType<typeof openApiDocument>;

function scopesIn({ operations }: Described) {
  const scoped = operations.filter(({ operation }) => operation["x-kiket-scopes"].length > 0);
  return Object.fromEntries(scoped.map(({ operation: o }) => [o.operationId, o["x-kiket-scopes"].join()]));
}

function markedIn({ operations }: Described): string[] {
  const marked = operations.filter(({ operation }) => operation["x-stability"] !== undefined);
  return marked.map(({ operation }) => `${operation.operationId} ${operation["x-stability"]}`);
}

describe.each([
  ["openapi.yaml", extensionApi, 50],
  ["platform.openapi.yaml", platformApi, 25],
])("%s", (_, described, mostlyExamples) => {
  const { document, operations, resolve, compileSchema } = described;
  const examples = examplesOf(document, "#");

  it("has no problem for the linter", async () => {
    expect(await lint(described.text, described.path)).toEqual([]);
  });

  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(mostlyExamples);
  });

  it.each(examples)("has a valid example at $at", ({ schema, value }) => {
    const validate = compileSchema(schema);
    expect(validate(value) ? [] : validate.errors).toEqual([]);
  });

  it("names each operation once, in camel case, with its scopes", () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-zA-Z]+$/.test(name))).toEqual([]);
    expect(operations.filter(({ operation }) => !Array.isArray(operation["x-kiket-scopes"]))).toEqual([]);
  });

  it("answers failures in both known forms, everywhere", () => {
    for (const { operation } of operations) {
      for (const [status, raw] of Object.entries(operation.responses)) {
        if (/^2/.test(status)) continue;
        const { content } = resolve(raw) as { content: object };
        expect(Object.keys(content), `${operation.operationId} ${status}`).toEqual([
          "application/json",
          "application/problem+json",
        ]);
      }
    }
  });

  it("keeps its objects open", () => {
    const closed: string[] = [];
    const visit = (node: unknown, at: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { type, additionalProperties } = node as { type?: unknown; additionalProperties?: unknown };
      if (type === "object" && additionalProperties !== true) closed.push(at);
      for (const [key, value] of Object.entries(node)) visit(value, `${at}/${key}`);
    };
    visit({ paths: document.paths, components: document.components }, "#");
    expect(closed).toEqual([]);
  });

  it("becomes TypeScript", async () => {
    const types = astToString(await openapiTS(described.text));
    for (const { operation } of operations) expect(types).toContain(`    ${operation.operationId}: {`);
  });
});

describe("both documents", () => {
  it("share no operation", () => {
    const names = (described: Described) => described.operations.map(({ operation }) => operation.operationId);
    const first = new Set(names(extensionApi));
    expect(names(platformApi).filter((name) => first.has(name))).toEqual([]);
  });
});

describe("what an extension can call", () => {
  it("would not hide a problem from the linter", async () => {
    const broken = text.replace("#/components/schemas/SecretList", "#/components/schemas/SecretLst");
    expect(await lint(broken, extensionApi.path)).toEqual([
      expect.stringMatching(/^no-unresolved-refs .*secrets\/get\/responses\/200.* Can't resolve \$ref$/),
      expect.stringMatching(/^no-unused-components .*SecretList/),
    ]);
  });

  it("would refuse a wrong example", () => {
    const isEvent = extensionApi.compileSchema({ $ref: "#/components/schemas/SlaEvent" });
    expect(isEvent({ id: 1, state: "late" })).toBe(false);
  });

  it("knows these scopes and no others", () => {
    expect(scopesIn(extensionApi)).toEqual({
      listCustomDataRecords: "custom_data.read",
      createCustomDataRecord: "custom_data.write",
      getCustomDataRecord: "custom_data.read",
      updateCustomDataRecord: "custom_data.write",
      deleteCustomDataRecord: "custom_data.write",
      listSlaEvents: "read:issues",
      listIssues: "read:issues",
      createIssue: "write:issues",
      getIssue: "read:issues",
      updateIssue: "write:issues",
      transitionIssue: "write:issues",
      createIssueComment: "write:comments",
      listProjectWorkflows: "read:workflows",
      listProjectBoards: "read:boards",
      createAnalyticsEvent: "write:analytics",
    });
  });

  it("marks what rests on weak evidence", () => {
    expect(markedIn(extensionApi)).toEqual([
      "setSecret unverified",
      "rotateWebhookUrl unverified",
      "listProjectWorkflows unverified",
      "listProjectBoards unverified",
      "createAnalyticsEvent unverified",
      "getAuditReport unverified",
    ]);
  });
});

describe("what a program with an API key can call", () => {
  it("is below one path", () => {
    expect(platformApi.operations.filter(({ path }) => !path.startsWith("/api/v1/platform/"))).toEqual([]);
  });

  // The facts 931 to 935 and 941 to 943.
  it("N9: has the operations whose paths are known", () => {
    const named = platformApi.operations.map(({ method, path, operation }) => [
      `${method.toUpperCase()} ${path.replace("/api/v1/platform", "")}`,
      operation.operationId,
    ]);
    expect(Object.fromEntries(named)).toEqual({
      "GET /extension-ingestion/contract": "getIngestionContract",
      "POST /raw-events": "createRawEvent",
      "GET /raw-events/claim": "claimRawEvents",
      "POST /raw-events/{raw_event_id}/submit": "submitRawEvent",
      "POST /raw-events/{raw_event_id}/process": "processRawEvent",
      "POST /evidence": "createEvidence",
      "POST /extensions": "installExtension",
      "POST /event-sources": "createEventSource",
      "POST /credentials": "createCredential",
      "GET /cases": "listCases",
      "POST /cases": "createCase",
      "GET /cases/{case_id}": "getCase",
      "PATCH /cases/{case_id}": "updateCase",
      "GET /cases/{case_id}/transitions": "listCaseTransitions",
      "GET /cases/{case_id}/check-transition": "checkCaseTransition",
      "POST /cases/{case_id}/transition": "transitionCase",
    });
  });

  it("knows these scopes and no others", () => {
    expect(scopesIn(platformApi)).toEqual({
      createRawEvent: "raw-events:write",
      claimRawEvents: "raw-events:claim",
      submitRawEvent: "raw-events:submit",
      createEvidence: "evidence:write",
    });
  });

  it("marks what rests on weak evidence", () => {
    expect(markedIn(platformApi)).toEqual([
      "installExtension unverified",
      "createEventSource unverified",
      "createCredential unverified",
      "listCases unverified",
      "createCase unverified",
      "getCase unverified",
      "updateCase unverified",
      "listCaseTransitions unverified",
      "checkCaseTransition unverified",
      "transitionCase unverified",
    ]);
  });

  it.each([
    ["Case", { title: "No id" }],
    ["Blocker", { message: "No type" }],
    ["NormalizedEvidence", { evidenceType: "a", title: "b", capturedAt: "today", payload: {}, dedupeKey: "c" }],
  ])("would refuse a wrong %s", (name, value) => {
    expect(platformApi.compileSchema({ $ref: `#/components/schemas/${name}` })(value)).toBe(false);
  });
});
