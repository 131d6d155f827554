import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import { compile, testedCompilers } from "../support/compile.js";
import { createProject, removeProject } from "../support/project.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.deferred
  name: Deferred
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks: [{ event: issue.created }, { event: workflow.before_transition }]
`;

const created = "issue.created";
const guard = "workflow.before_transition";
const nowhere = "the result of a deferred handler goes nowhere";

/** Arguments of an event's `defineHandler`, and what the compiler must say of them; `undefined` for what must be accepted. */
const cases: readonly (readonly [string, string, string | undefined])[] = [
  [created, "{ defer: true }, async ({ issue }, context) => { context.log.info(String(issue.id)); }", undefined],
  [created, "{ defer: true }, ({ issue }) => { void issue; }", undefined],
  [created, "{ defer: true }, async () => undefined", undefined],
  [created, "{ defer: true }, notImplemented", undefined],
  [
    created,
    "{ requiredScopes: ['issues:read'], defer: { attempts: 3, backoff: { delay: 100 }, timeout: 1000, concurrency: 2 } }, async ({ issue }) => { void issue; }",
    undefined,
  ],
  [created, "{ defer: { backoff: 500, verdict: allow() } }, async ({ issue }) => { void issue; }", undefined],
  [created, "{ defer: true }, async () => allow()", nowhere],
  [created, "{ defer: true }, async ({ issue }) => (issue.id === 1 ? allow() : undefined)", nowhere],
  [created, '{ defer: true }, () => "done"', nowhere],
  [created, "{ defer: { attempts: 3, timout: 5 } }, async ({ issue }) => { void issue; }", "'timout' does not exist"],
  [created, "{ defer: { attempts: '3' } }, async ({ issue }) => { void issue; }", "not assignable to type 'number'"],
  [created, "{ requiredScope: [] }, async ({ issue }) => { void issue; }", "'requiredScope' does not exist"],
  [
    guard,
    "{ defer: { verdict: pending({ message: 'Being checked' }) } }, async ({ issue }) => { void issue; }",
    undefined,
  ],
  [guard, "{ defer: { attempts: 2 } }, async ({ issue }) => { void issue; }", "verdict"],
  [guard, "{ defer: true }, async ({ issue }) => { void issue; }", "readonly verdict: Verdict"],
  [guard, "{ defer: { verdict: allow() } }, async () => allow()", nowhere],
  [guard, "async ({ issue }) => (issue?.id === 1 ? allow() : deny({ message: 'No' }))", undefined],
];

const open = `import { allow, defineHandler, pending } from "kiket-gen/runtime";

const work = async (): Promise<void> => undefined;
export const one = defineHandler({ event: "issue.created", version: "v1", defer: true }, work);
export const two = defineHandler({ event: "issue.created", version: "v1", defer: true }, async (_payload, context) => {
  context.log.info("run");
});
export const three = defineHandler(
  { event: "workflow.before_transition", version: "v1", defer: { verdict: pending({ message: "Wait" }) } },
  work,
);
// @ts-expect-error: Kiket waits for a verdict
export const four = defineHandler({ event: "workflow.before_transition", version: "v1", defer: true }, work);
// @ts-expect-error: the verdict would go nowhere
export const five = defineHandler({ event: "issue.created", version: "v1", defer: true }, async () => allow());
`;

let folder: string;
beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
  await generate({ dir: folder });
  await writeFile(join(folder, "src/open.ts"), open);
});
afterAll(() => removeProject(folder));

describe("a deferred handler", () => {
  it.each(testedCompilers)(
    "returns nothing, and names a verdict where Kiket waits, with TypeScript %s",
    async (version) => {
      await Promise.all(
        cases.map(([event, given], index) =>
          writeFile(
            join(folder, `src/case${index}.ts`),
            `import { allow, defineHandler, deny, notImplemented, pending } from "./generated/events/${event}.v1.gen.js";
void [allow, deny, notImplemented, pending];
export const handler = defineHandler(${given});
`,
          ),
        ),
      );
      // A message goes on in lines that are indented.
      const messages = (await compile(folder, version)).split(/\n(?=src\/)/);
      const told = (file: string) => messages.filter((message) => message.startsWith(file)).join("\n");
      expect(told("src/open.ts")).toBe("");
      cases.forEach(([, given, expected], index) => {
        const own = told(`src/case${index}.ts`);
        if (expected === undefined) expect([given, own]).toEqual([given, ""]);
        else expect([given, own]).toEqual([given, expect.stringContaining(expected)]);
      });
    },
  );
});
