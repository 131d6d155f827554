import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import openapiTS, { astToString } from "openapi-typescript";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { derivePlatform } from "../../runtime/platform/http/openapi.derive.mjs";
import { compileSchema, document, operations, resolve } from "../support/openapi.js";
import { root } from "../support/project.js";

const path = join(root, "schemas/openapi.yaml");
const text = await readFile(path, "utf8");

/** Recommended rules, none excepted. */
async function lint(source: string) {
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

const examples = examplesOf(document, "#");

describe("the OpenAPI document", () => {
  it("has no problem for the linter", async () => {
    expect(await lint(text)).toEqual([]);
  });

  it("would not hide a problem from the linter", async () => {
    const broken = text.replace("#/components/schemas/SecretList", "#/components/schemas/SecretLst");
    expect(await lint(broken)).toEqual([
      expect.stringMatching(/^no-unresolved-refs .*secrets\/get\/responses\/200.* Can't resolve \$ref$/),
      expect.stringMatching(/^no-unused-components .*SecretList/),
    ]);
  });

  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  it.each(examples)("has a valid example at $at", ({ schema, value }) => {
    const validate = compileSchema(schema);
    expect(validate(value) ? [] : validate.errors).toEqual([]);
  });

  it("would refuse a wrong example", () => {
    expect(compileSchema({ $ref: "#/components/schemas/SlaEvent" })({ id: 1, state: "late" })).toBe(false);
  });

  it("names each operation once, in camel case, with its scopes", () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-zA-Z]+$/.test(name))).toEqual([]);
    expect(operations.filter(({ operation }) => !Array.isArray(operation["x-kiket-scopes"]))).toEqual([]);
  });

  it("knows these scopes and no others", () => {
    const scoped = operations.filter(({ operation }) => operation["x-kiket-scopes"].length > 0);
    expect(Object.fromEntries(scoped.map(({ operation: o }) => [o.operationId, o["x-kiket-scopes"].join()]))).toEqual({
      listCustomDataRecords: "custom_data.read",
      createCustomDataRecord: "custom_data.write",
      getCustomDataRecord: "custom_data.read",
      updateCustomDataRecord: "custom_data.write",
      deleteCustomDataRecord: "custom_data.write",
      listIssues: "read:issues",
      createIssue: "write:issues",
      getIssue: "read:issues",
      updateIssue: "write:issues",
      createIssueComment: "write:comments",
      transitionIssue: "write:issues",
      listProjectWorkflows: "read:workflows",
      listProjectBoards: "read:boards",
      createAnalyticsEvent: "write:analytics",
    });
  });

  it("marks what rests on weak evidence", () => {
    const marked = operations.filter(({ operation }) => operation["x-stability"] !== undefined);
    expect(marked.map(({ operation }) => `${operation.operationId} ${operation["x-stability"]}`)).toEqual([
      "setSecret unverified",
      "listIssues unverified",
      "createIssue unverified",
      "getIssue unverified",
      "updateIssue unverified",
      "createIssueComment unverified",
      "transitionIssue unverified",
      "listProjectWorkflows unverified",
      "listProjectBoards unverified",
      "createAnalyticsEvent unverified",
      "getAuditReport unverified",
    ]);
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
    const types = astToString(await openapiTS(text));
    for (const { operation } of operations) expect(types).toContain(`    ${operation.operationId}: {`);
  });
});

describe("what the build derives from the document", () => {
  it("is what the platform uses", async () => {
    const derived = await derivePlatform(text);
    expect(Object.keys(derived)).toEqual(["openapi.gen.ts", "validators.gen.js", "validators.gen.d.ts"]);
    for (const [name, content] of Object.entries(derived)) {
      expect(await readFile(join(root, "runtime/platform/http", name), "utf8"), name).toBe(content);
    }
  });

  it("holds a line an operation", async () => {
    const { "openapi.gen.ts": module } = await derivePlatform(text);
    expect(module).toContain(
      '  {"operationId":"listSlaEvents","method":"GET","path":"/api/v1/ext/sla/events","credential":true,"scopes":[],"query":{"project_id":"text","issue_id":"text","state":"text","limit":"integer"},"body":false,"idempotencyKey":false},\n',
    );
  });

  it("needs no package at run time", async () => {
    const { "validators.gen.js": module = "" } = await derivePlatform(text);
    // From a data URL nothing can be resolved.
    const { createSecret_body: validate } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
    expect(validate({ secret: { key: "A", value: "b" } })).toBe(true);
    expect(validate({ secret: { key: "A", value: " " } })).toBe(false);
  });

  it("is refused for a body that is not JSON", async () => {
    const changed = parse(text);
    changed.paths["/api/v1/extensions/logs"].post.requestBody.content = {
      "text/plain": { schema: { type: "string" } },
    };
    await expect(derivePlatform(JSON.stringify(changed))).rejects.toThrow(
      "openapi.yaml: post /api/v1/extensions/logs: only bodies of type application/json are supported",
    );
  });
});
