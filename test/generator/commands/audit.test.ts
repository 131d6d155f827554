import { afterAll, describe, expect, it } from "vitest";
import { run } from "../../../generator/commands/audit.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeProject)));

const manifest = `model_version: "1.0"
extension:
  id: com.example.command
  name: Command
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions:
    # for the titles
    - issues:read
    - users:read   # once for reports
  hooks:
    - event: issue.created
`;

const handler = (body: string) => `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({ requiredScopes: ["issues:read"] }, async (_payload, context) => {
  ${body}
  return allow();
});
`;

const clean = "void context;";
const writes = 'await context.api.POST("/api/v1/ext/issues", { body: {} });';

async function project(body: string, text: string = manifest): Promise<string> {
  const folder = await createProject({
    ".kiket/manifest.yaml": text,
    "src/handlers/issue.created.v1.ts": handler(body),
  });
  folders.push(folder);
  return folder;
}

async function audit(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await runCommand({ run }, args);
  return { code, out: stdout, err: stderr };
}

describe("kiket-gen audit", () => {
  it.each([
    ["nothing", clean, manifest.replace(/ {4}- users:read.*\n/, ""), [], 0],
    ["a warning", clean, manifest, [], 0],
    ["a warning with --strict", clean, manifest, ["--strict"], 1],
    ["an error", writes, manifest, [], 1],
  ] as const)("with %s, exits as promised", async (_what, body, text, args, status) => {
    expect((await audit(await project(body, text), ...args)).code).toBe(status);
  });

  it("shows the place, the line and a hint", async () => {
    const { out } = await audit(await project(writes));
    expect(out).toContain(
      "src/handlers/issue.created.v1.ts:4:26  error  KG602  the manifest does not declare the permission `issues:write`: post /api/v1/ext/issues needs it\n",
    );
    expect(out).toContain(writes);
    expect(out).toContain(".kiket/manifest.yaml:10:7  warning  KG601  no handler uses the permission `users:read`\n");
    expect(out).toContain("1 error, 1 warning\n");
  });

  it("says the same as JSON", async () => {
    const { out } = await audit(await project(writes), "--format", "json");
    expect(JSON.parse(out)).toMatchObject({
      diagnostics: [
        { code: "KG601", severity: "warning", file: ".kiket/manifest.yaml", line: 10, column: 7 },
        { code: "KG602", severity: "error", file: "src/handlers/issue.created.v1.ts", line: 4, column: 26 },
      ],
      errors: 1,
      warnings: 1,
    });
  });

  it("edits the manifest with --fix, after showing the diff, and changes nothing else", async () => {
    const folder = await project(writes);
    const before = await readTree(folder);
    const { code, out, err } = await audit(folder, "--fix");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`     # for the titles
     - issues:read
-    - users:read   # once for reports
+    - issues:write
   hooks:
`);
    expect(out).toContain("no problems found\n");
    expect(await readTree(folder)).toEqual({
      ...before,
      ".kiket/manifest.yaml": manifest.replace("- users:read   # once for reports", "- issues:write"),
    });
  });

  it("writes nothing with --dry-run", async () => {
    const folder = await project(writes);
    const before = await readTree(folder);
    const { code, out } = await audit(folder, "--fix", "--dry-run");
    expect(code).toBe(1);
    expect(out).toContain("+    - issues:write\n");
    expect(await readTree(folder)).toEqual(before);
  });

  it.each([
    [["--format", "xml"], '--format takes text or json, not "xml"'],
    [["--dry-run"], "--dry-run can only be used with --fix"],
    [["a", "b"], 'expected one folder, also got "b"'],
    [["no-such-folder"], "no folder"],
    [["--fix", "--format", "json"], "--fix and --format json cannot be used together"],
  ])("refuses the arguments %j", async (args, message) => {
    await expect(audit(...args)).rejects.toThrow(message);
  });

  it("knows the scopes of an OpenAPI document of the user's own", async () => {
    const folder = await createProject({
      ".kiket/manifest.yaml": manifest,
      "api.yaml": `openapi: 3.1.0
info: { title: Own, version: "1" }
paths:
  /own/things:
    get:
      operationId: listThings
      x-kiket-scopes: ["things.read"]
      responses: { "200": { description: All } }
`,
      "src/handlers/issue.created.v1.ts": handler('await context.api.GET("/own/things");'),
    });
    folders.push(folder);
    const { code, out } = await audit(folder, "--openapi", "api.yaml");
    expect(code).toBe(1);
    expect(out).toContain("does not declare the permission `things:read`: get /own/things needs it");
  });

  it("reports only a note for an evidence adapter", async () => {
    const adapter =
      "apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: { key: a, name: A, version: '1' }\nspec: { sourceSystem: a }\n";
    const { code, out } = await audit(await project(clean, adapter));
    expect(code).toBe(0);
    expect(out).toContain("note  KG609  an evidence adapter declares no permissions");
  });

  it("reports only a note for a receiver of webhooks, and adds nothing to its file", async () => {
    const file = "events: [case.created]\n";
    const folder = await createProject({ "kiket-webhook.yaml": file });
    folders.push(folder);
    const { code, out } = await audit(folder, "--fix");
    expect([code, out]).toEqual([0, expect.stringContaining("note  KG609  a receiver of webhooks declares no")]);
    expect((await readTree(folder))["kiket-webhook.yaml"]).toBe(file);
  });

  it("says why a manifest cannot be read", async () => {
    const { code, out } = await audit(await project(clean, "just text\n"));
    expect(code).toBe(1);
    expect(out).toContain("error  KG201");
  });
});
