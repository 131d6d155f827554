import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import { subject } from "../../runtime/index.js";
import { compile, testedCompilers } from "../support/compile.js";
import { createProject, removeProject } from "../support/project.js";
import { runNode } from "../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.family
  name: Family
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  hooks:
    - event: issue.created
    - event: case.created
`;

const shared = `import type { Context } from "./generated/context.gen.js";
import type { CaseCreatedV1Payload } from "./generated/events/case.created.v1.gen.js";
import { allow, type IssueCreatedV1Payload, subject } from "./generated/events/issue.created.v1.gen.js";

export async function created(payload: CaseCreatedV1Payload | IssueCreatedV1Payload, context: Pick<Context, "event">) {
  const { id, title } = subject(payload);
  const text: string | undefined = title;
  return allow({ message: \`\${context.event} \${id} \${text}\` });
}
`;

const handler = (event: string) => `import { defineHandler } from "../generated/events/${event}.v1.gen.js";
import { created } from "../created.js";

export default defineHandler({}, created);
`;

const program = `import { created } from "./created.js";

const authentication = { runtime_token: "t" };
const item = { id: 7, title: "A" };
const answers = [
  await created({ authentication, issue: item }, { event: "issue.created" }),
  await created({ authentication, case: item }, { event: "case.created" }),
];
process.stdout.write(JSON.stringify(answers));
`;

let folder: string;
beforeAll(async () => {
  folder = await createProject({
    ".kiket/manifest.yaml": manifest,
    "src/created.ts": shared,
    "src/run.ts": program,
    "src/handlers/issue.created.v1.ts": handler("issue.created"),
    "src/handlers/case.created.v1.ts": handler("case.created"),
  });
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);
});
afterAll(() => removeProject(folder));

describe("issue.* and case.* as one family", () => {
  it.each(testedCompilers)("share a typed body under TypeScript %s", async (version) => {
    expect(await compile(folder, version)).toBe("");
  });

  it("run that body", async () => {
    expect(await compile(folder, "7.0", true)).toBe("");
    const { stdout, stderr } = await runNode([join(folder, "dist/run.js")], folder);
    expect({ stderr, answers: JSON.parse(stdout) }).toEqual({
      stderr: "",
      answers: [
        { status: "allow", message: "issue.created 7 A", metadata: {} },
        { status: "allow", message: "case.created 7 A", metadata: {} },
      ],
    });
  });

  it("does not take a payload that is about neither", async () => {
    const wrong = 'import { subject } from "kiket-gen/runtime";\nsubject({ contact: 1 });\n';
    await writeFile(join(folder, "src/wrong.ts"), wrong);
    expect(await compile(folder)).toContain("'contact' does not exist");
  });
});

describe("subject", () => {
  it.each([
    [{ issue: { id: 1 } }, { id: 1 }],
    [{ case: { id: 2 } }, { id: 2 }],
    [{ issue: null, case: { id: 3 } }, { id: 3 }],
    [{ issue: undefined }, undefined],
  ])("of %j is %j", (payload, expected) => {
    expect(subject(payload)).toEqual(expected);
  });
});
