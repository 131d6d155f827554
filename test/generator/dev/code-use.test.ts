import { describe, expect, it, onTestFinished } from "vitest";
import { readCodeUse } from "../../../generator/dev/code-use.js";
import { parseProject } from "../../../generator/manifest/parse-project.js";
import { createHost } from "../../../generator/project/host.js";
import { readProject } from "../../../generator/project/read-project.js";
import { createProject, removeProject } from "../../support/project.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.x
  name: X
  version: 0.1.0
  permissions: [read:issues]
  hooks:
    - event: issue.created
    - event: issue.closed
`;
const handler = `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";
import { rename } from "../rename.js";

export default defineHandler({ requiredScopes: [Scope.ReadIssues] }, async ({ issue }, context) => {
  await context.endpoints.customData(1).list("m", "boats");
  await rename(context, String(issue.id));
  return allow();
});
`;
const shared = `import type { Context } from "./generated/context.gen.js";

export async function rename(context: Context, id: string) {
  await context.endpoints.issues.update(id, { title: "x" });
}
`;

async function useOf(files: Readonly<Record<string, string>>) {
  const dir = await createProject({ ".kiket/manifest.yaml": manifest, ...files });
  onTestFinished(() => removeProject(dir));
  const host = createHost(dir);
  const project = await readProject(host, { dir });
  const read = parseProject(project);
  if ("errors" in read) throw new Error(JSON.stringify(read.errors));
  return readCodeUse(host, project, read.parsed.model);
}

describe("what the code uses", () => {
  it("is told for each handler, and for files that handlers share", async () => {
    const files = { "src/handlers/issue.created.v1.ts": handler, "src/rename.ts": shared };
    const { spelled, ...use } = await useOf(files);
    expect(use).toMatchObject({
      manifest: ".kiket/manifest.yaml",
      handlers: [
        {
          ...{ event: "issue.created", version: "v1", required: ["read:issues"] },
          calls: ["get /api/v1/ext/custom_data/{module_key}/{table}"],
        },
      ],
      shared: [{ file: "src/rename.ts", required: [], calls: [expect.stringContaining(" /api/v1/")] }],
      unknown: [],
    });
    expect(spelled("issues:write")).toBe("write:issues");
  });

  it("says what cannot be read, with its place", async () => {
    const passed = handler.replace("await rename(context", "JSON.stringify(context.endpoints); await rename(context");
    const use = await useOf({ "src/handlers/issue.created.v1.ts": passed, "src/rename.ts": shared });
    expect(use.unknown).toEqual([
      "src/handlers/issue.created.v1.ts:7: the endpoints object is passed to code that is not analysed.",
    ]);
    const conflict = "<<<<<<< a\nexport {};\n=======\n>>>>>>> b\n";
    const unread = await useOf({ "src/handlers/issue.created.v1.ts": conflict });
    expect([unread.handlers, unread.unknown]).toEqual([
      [],
      [expect.stringMatching(/^src\/handlers\/\S+:1: .*conflict/)],
    ]);
  });
});
