import { expect, test } from "vitest";
import { retrySchedule } from "../../runtime/testing.js";
import { commandsIn, openPageProject } from "../hosts/page.js";
import { readSchema } from "../schemas/read.js";
import { compile } from "../support/compile.js";
import { runNode } from "../support/run-node.js";
import { runVitest } from "../support/run-vitest.js";

const project = await openPageProject("webhooks.md", "kiket-webhook.yaml");
const { page, sources } = project;

test("the code of the page about webhooks compiles, and its test passes", async () => {
  expect(Object.keys(sources)).toEqual([
    "src/handlers/case.transitioned.v1.ts",
    "test/mirror.test.ts",
    "src/register.ts",
  ]);
  expect(await compile(project.folder, undefined, true)).toBe("");
  expect(await runVitest(project.folder)).toEqual({ "test/mirror.test.ts": "1 of 1" });
});

test("its program prints what the command sends", async () => {
  expect(commandsIn(page)).toEqual([
    expect.stringContaining('https://api.kiket.dev/api/v1/webhooks -H "Authorization: Bearer $KIKET_API_KEY"'),
  ]);
  const { stdout } = await runNode(["dist/register.js", "https://mirror.example"], project.folder);
  expect(JSON.parse(stdout)).toEqual({
    url: "https://mirror.example/kiket",
    events: ["case.created", "case.transitioned"],
  });
});

test("it names every key, every event that is offered, and the schedule", () => {
  const { properties, $defs } = readSchema("webhook.schema.json") as {
    readonly properties: object;
    readonly $defs: { readonly eventName: { readonly anyOf: readonly { readonly const?: string }[] } };
  } & ReturnType<typeof readSchema>;
  const events = $defs.eventName.anyOf.flatMap(({ const: name }) => name ?? []);
  expect(events).toHaveLength(10);
  const names = [...Object.keys(properties), ...events].map((name) => `\`${name}\``);
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
  expect(retrySchedule).toEqual([30_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000]);
  expect(page).toContain("30 s, 1 min, 5 min, 30 min, 2 h and 8 h");
});
