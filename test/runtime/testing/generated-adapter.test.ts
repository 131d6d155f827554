import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { compile } from "../../support/compile.js";
import { createProject, removeProject, root } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

/** A line of a test, and the expected compiler error, or `undefined` if there must be none. */
const cases: readonly (readonly [string, string | undefined])[] = [
  ['await kiket.run({ sourceEventType: "lorry_weighed", payload: { kg: 7 } });', undefined],
  // What an adapter does with a type that it does not know is worth a test too.
  ['await kiket.run({ sourceEventType: "ferry_weighed", payload: {} });', undefined],
  ['await kiket.run({ payload: {}, eventSource: "scales-1", idempotencyKey: "k", workspaceId: "ws" });', undefined],
  ['await kiket.run({ sourceEventType: "lorry_weighed" });', "Property 'payload' is missing"],
  ['await kiket.run({ payload: {}, organisationId: "o" });', "does not exist in type"],
  [
    'const type: "seal_photo" | "weigh_ticket" | undefined = submitted?.evidence[0]?.evidenceType;\n  void type;',
    undefined,
  ],
  ['submitted?.evidence[0]?.evidenceType === "x_ray";', "This comparison appears to be unintentional"],
  ["const at: string | undefined = submitted?.occurredAt;\n  void at;", undefined],
  ["const at: string | undefined = submitted?.evidence[0]?.capturedAt;\n  void at;", undefined],
  ['kiket.platform.faults.inject({ fault: "drop", operations: "submitRawEvent" });', undefined],
  ['kiket.platform.faults.inject({ fault: "drop", operations: "submitEvent" });', '"submitEvent"\' is not assignable'],
];

let folder: string;
beforeAll(async () => {
  folder = await createProject({});
  await cp(join(root, "test/golden/adapter/input"), folder, { recursive: true });
  await generate({ dir: folder });
});
afterAll(() => removeProject(folder));

it("types raw events and what is submitted by the manifest", async () => {
  const head = 'import { createTestAdapter } from "./generated/testing.gen.js";\n\n';
  for (const [index, [line]] of cases.entries()) {
    const first = "  const { submitted } = await kiket.run({ payload: {} });\n  void submitted;\n";
    const body = `export async function run(): Promise<void> {\n  const kiket = await createTestAdapter();\n${first}  ${line}\n}\n`;
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

it("runs the module that Kiket's runners import", async () => {
  const project = await createProject({});
  try {
    await cp(join(root, "test/golden/adapter/input"), project, { recursive: true });
    await generate({ dir: project });
    await writeFile(
      join(project, "src/run.ts"),
      `import { createTestAdapter } from "./generated/testing.gen.js";

const kiket = await createTestAdapter();
const stub = await kiket.run({ sourceEventType: "lorry_weighed", payload: { kg: 18200 } });
const unknown = await kiket.run({ sourceEventType: "ferry_weighed", payload: {} });
console.log(JSON.stringify([stub, unknown].map(({ failure }) => [failure?.reason, failure?.message])));
await kiket.close();
`,
    );
    expect(await compile(project, "7.0", true)).toBe("");
    const { stdout, stderr } = await runNode([join(project, "dist/run.js")], project);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([
      ["normalizer-failed", "Normalizer not implemented: lorry_weighed"],
      ["normalizer-failed", expect.stringContaining('No normalizer for events of type "ferry_weighed"')],
    ]);
  } finally {
    await removeProject(project);
  }
});
