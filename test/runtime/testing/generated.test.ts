import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { compile } from "../../support/compile.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.clinic
  name: Clinic
  version: 2.0.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read, notifications:write]
  hooks:
    - event: issue.created
    - event: issue.created
      version: v2
    - event: moon.rose
  contributes:
    commands:
      - command: clinic.printLabel
        title: Print
        handler: { type: extension_event, event: clinic.printLabel }
      - command: clinic.takeResult
        title: Take
        handler: { type: extension_event, event: external.webhook.lab.result }
    workflow_actions:
      - id: askLab
        name: Ask
        handler: { type: extension_event, event: external.webhook.lab.asked }
        parameters:
          - { key: sample, type: select }
      - id: remind
        name: Remind
        handler: { type: extension_event, event: clinic.workflowAction.remind }
        parameters:
          - { key: to, type: string, required: true }
          - { key: copies, type: integer }
  configuration:
    GREETING: { type: string, default: Hello }
    TOKEN: { type: string, secret: true, required: true }
  setup:
    - test: { title: Try, action: clinic.tryConnection }
  custom_data:
    permissions:
      - { module: com.example.visits, operations: [read, delete] }
`;

/** A line of a test, and the expected compiler error, or `undefined` if there must be none. */
const cases: readonly (readonly [string, string | undefined])[] = [
  ['await kiket.deliver("issue.created", "v1", { issue: { title: "x" } });', undefined],
  ['await kiket.deliver("issue.created", "v2", { issue: undefined, user: { name: "Mia" } });', undefined],
  ['await kiket.deliver("clinic.workflowAction.remind", "v1", { parameters: { to: "a", copies: 2 } });', undefined],
  ['await kiket.deliver("moon.rose", "v1", {}, { scopes: ["issues:read"], secrets: { TOKEN: "t" } });', undefined],
  ['await kiket.deliver("moon.rose", "v1", {}, { secrets: { GREETING: "Hi" } });', undefined],
  ['await kiket.deliverWithRetries("issue.created", "v1", { issue: { title: "x" } }, { schedule: [1] });', undefined],
  ['await kiket.deliver("case.created", "v1", { case: { title: "x" } });', undefined],
  ['await kiket.deliver("case.created", "v2", { case_id: 7 });', "'case_id' does not exist"],
  ['await kiket.deliver("case.created", "v3");', `'"v3"' is not assignable`],
  ['await kiket.deliver("case.created", "v1", { issue: { title: "x" } });', "'issue' does not exist"],
  ['await kiket.deliver("case.closed", "v1");', `'"case.closed"' is not assignable`],
  ['const name: string = payloadOf("case.created", "v1").case.title ?? ""; void name;', undefined],
  ['(await kiket.deliverWithRetries("moon.rose", "v1")).attempts.at(-1)?.outcome?.verdict;', undefined],
  ['await kiket.deliverWithRetries("issue.closed", "v1");', `'"issue.closed"' is not assignable`],
  ['await kiket.deliverWithRetries("moon.rose", "v1", {}, { secrets: { TOKN: "t" } });', "'TOKN' does not exist"],
  ['await kiket.deliver("issue.closed", "v1");', `'"issue.closed"' is not assignable`],
  ['await kiket.deliver("moon.rose", "v2");', `'"v2"' is not assignable`],
  ['await kiket.deliver("issue.created", "v1", { issue: { titel: "x" } });', "'titel' does not exist"],
  [
    'await kiket.deliver("clinic.workflowAction.remind", "v1", { parameters: { copies: "2" } });',
    "'string' is not assignable to type 'number",
  ],
  ['await kiket.deliver("moon.rose", "v1", {}, { secrets: { TOKN: "t" } });', "'TOKN' does not exist"],
  ['const name: string = payloadOf("issue.created", "v1").issue.title ?? ""; void name;', undefined],
  ['payloadOf("moon.rose", "v1", { authentication: {} });', "'authentication' does not exist"],
  ['await createTestExtension({ settings: { GREETING: "Hi" }, platform: { workspaceToken: "w" } });', undefined],
  ["await createTestExtension({ settings: { GREETING: 1 } });", "'number' is not assignable to type 'string'"],
  ['await createTestExtension({ baseUrl: "https://kiket.dev" });', "'baseUrl' does not exist"],
];

let folder: string;
beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
  const { diagnostics } = await generate({ dir: folder });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
afterAll(() => removeProject(folder));

describe("testing.gen.ts", () => {
  it("contains kinds, parameters and scopes of the manifest", async () => {
    const text = await readFile(join(folder, "src/generated/testing.gen.ts"), "utf8");
    expect(text).toContain(`const samples: EventSamples = {
  "clinic.printLabel": { v1: { kind: "command" } },
  "clinic.tryConnection": { v1: { kind: "setup_test" } },
  "clinic.workflowAction.remind": { v1: { kind: "workflow_action", parameters: { to: "string", copies: "integer" }, nested: true } },
  "external.webhook.lab.asked": { v1: { kind: "external.webhook", parameters: { sample: "string" }, nested: true } },
  "external.webhook.lab.result": { v1: { kind: "external.webhook" } },
};`);
    expect(text).toContain('scopes: ["issues:read", "notifications:write", "custom_data:read", "custom_data:write"],');
    expect(text).toContain(
      'readonly "issue.created": { readonly v1: IssueCreatedV1Payload; readonly v2: IssueCreatedV2Payload };',
    );
  });

  it("is not imported by other generated files, so a running extension does not load it", async () => {
    const files = Object.entries(await readTree(join(folder, "src"))).filter(
      ([path]) => path.endsWith(".ts") && !path.endsWith("testing.gen.ts"),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter(([, text]) => /testing/.test(text)).map(([path]) => path)).toEqual([]);
  });

  it("types deliveries by the project's events, settings and secrets", async () => {
    const head = 'import { createTestExtension, payloadOf } from "./generated/testing.gen.js";\n\n';
    for (const [index, [line]] of cases.entries()) {
      const body = `export async function run(): Promise<void> {\n  const kiket = await createTestExtension();\n  void kiket;\n  void payloadOf;\n  ${line}\n}\n`;
      await writeFile(join(folder, `src/case-${index}.ts`), head + body);
    }
    const complaints = (await compile(folder)).split(/\n(?=\S)/).filter((line) => line !== "");
    for (const [index, [line, expected]] of cases.entries()) {
      const own = complaints.filter((complaint) => complaint.includes(`case-${index}.ts`));
      if (expected === undefined) expect(own, line).toEqual([]);
      else expect(own.join("\n"), line).toContain(expected);
    }
    expect(complaints.filter((complaint) => !complaint.includes("case-"))).toEqual([]);
  });

  it("delivers with the scopes in the manifest, and records its settings", async () => {
    const project = await createProject({ ".kiket/manifest.yaml": manifest });
    try {
      await generate({ dir: project });
      await writeFile(
        join(project, "src/handlers/clinic.workflowAction.remind.v1.ts"),
        `import { defineHandler } from "../generated/events/clinic.workflowAction.remind.v1.gen.js";

export default defineHandler({ requiredScopes: ["issues:read"] }, async ({ parameters }, context) => {
  return { to: parameters.to, copies: parameters.copies, scopes: context.auth.scopes, token: context.secret("TOKEN") };
});
`,
      );
      await writeFile(
        join(project, "src/run.ts"),
        `import { createTestExtension } from "./generated/testing.gen.js";

const secrets = { TOKEN: "seeded", GREETING: "Hi" };
const kiket = await createTestExtension({ platform: { seed: { secrets } } });
const done = await kiket.deliver("clinic.workflowAction.remind", "v1", { parameters: { copies: 3 } });
const stub = await kiket.deliver("moon.rose", "v1");
const recording = await kiket.record(done, "recorded.json");
console.log(JSON.stringify([done.body, stub.status, recording.body["secrets"]]));
await kiket.close();
`,
      );
      expect(await compile(project, "7.0", true)).toBe("");
      const { stdout, stderr } = await runNode([join(project, "dist/run.js")], project);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual([
        {
          to: "sample to",
          copies: 3,
          scopes: ["issues:read", "notifications:write", "custom_data:read", "custom_data:write"],
          token: "seeded",
        },
        501,
        { TOKEN: "[redacted]", GREETING: "Hi" },
      ]);
    } finally {
      await removeProject(project);
    }
  });
});
