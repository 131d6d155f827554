import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, removeProject, root } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

const handler = `import { allow, defineHandler } from "kiket-gen/runtime";

export const created = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
  await context.api.GET("/api/v1/ext/issues/{key}", { params: { path: { key: "NO-1" } } }); // the call
  return allow();
});
`;

const failing = `import { type DeliveryMatchers, createTestExtension, matchers } from "kiket-gen/testing";
import { expect, it } from "vitest";
import { created } from "./handler.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

it("a handler that gets an ApiError", async () => {
  const kit = await createTestExtension({ handlers: [created] });
  const outcome = await kit.deliver("issue.created", "v1");
  await kit.close();
  expect(outcome).toBeAllowed(); // here: a handler that gets an ApiError
});
it("a promise", () => {
  expect(Promise.resolve()).toHaveStatus(200); // here: a promise
});
it("another value", () => {
  expect({ status: 200 }).not.toBeDenied(); // here: another value
});
it("an awaited outcome", async () => {
  const outcome = { status: 403, calls: [] };
  await expect(Promise.resolve(outcome)).resolves.toNeedScopes("issues:read"); // here: an awaited outcome
});
`;

function lineOf(text: string, mark: string): number {
  return text.split("\n").findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}

/** Each project links the package, as a workspace does, so that vitest takes its files for the user's own. */
describe.each([
  ["as built", (name: string) => `kiket-gen/${name}`],
  ["as source", (name: string) => `../../../../runtime/${name === "runtime" ? "index" : name}.js`],
] as const)("a failing test of an author, with the kit %s", (_kit, specifierOf) => {
  let folder: string;
  let report: string;
  beforeAll(async () => {
    const withKit = (text: string) =>
      text.replace(/kiket-gen\/(\w+)/g, (_specifier, name: string) => specifierOf(name));
    folder = await createProject({ "test/a.test.ts": withKit(failing), "test/handler.ts": withKit(handler) });
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    report = (await runNode([vitest, "run", "--no-color"], folder)).stderr;
  });
  afterAll(() => removeProject(folder));

  it.each(["a handler that gets an ApiError", "a promise", "another value", "an awaited outcome"])(
    "names the line of the test: %s",
    (name) => {
      const [, failure = ""] = report.split(` FAIL  test/a.test.ts > ${name}\n`);
      const [place] = /^ ❯ .*$/m.exec(failure) ?? [];
      expect(place).toMatch(new RegExp(`^ ❯ test/a\\.test\\.ts:${lineOf(failing, `here: ${name}`)}:\\d+$`));
    },
  );

  it("names the line of the handler", () => {
    const place = `in .*test/handler\\.ts:${lineOf(handler, "the call")}:\\d+\\)?`;
    expect(report).toMatch(new RegExp(`\nbecause of ApiError: GET .* answered 404: Issue not found\n  ${place}\n`));
  });
});
