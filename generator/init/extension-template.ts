import { stringLiteral } from "../base/literals.js";
import { type EventCatalog, shapeOf } from "../contracts/event-catalog.js";
import { paths } from "../output/plan.js";
import { code, local, printFile } from "../output/printer.js";
import type { Layout } from "../project/layout.js";

/** The first handler of a new project, and its test. */
export interface Example {
  readonly permissions: readonly string[];
  readonly handler: { readonly path: string; readonly text: string };
  readonly test: { readonly path: string; readonly text: string };
}

const version = "v1";

/** Whether every payload of the event has an issue. */
function bringsIssue(catalog: EventCatalog, event: string): boolean {
  const { record, exact } = shapeOf(catalog, { name: event, version, origins: ["hooks"] });
  return exact && /^ {2}issue: Issue;$/m.test(record?.members ?? "");
}

function handlerOf(event: string, withIssue: boolean, layout: Layout): Example["handler"] {
  const model = {
    name: event,
    version,
    origins: [],
    description: undefined,
    parameters: [],
    template: undefined,
    at: { file: "", line: 1, column: 1 },
  };
  const module = paths.event(layout, model);
  const allow = local("value", "allow", module);
  const defineHandler = local("value", "defineHandler", module);
  const scope = local("value", "Scope", paths.scopes(layout));
  const body = withIssue
    ? code`export default ${defineHandler}({ requiredScopes: [${scope}.IssuesRead] }, ({ issue }, context) => {
  context.log.info("greeted", { issue: issue.id });
  return ${allow}({ message: \`\${context.settings.GREETING}, \${issue.title ?? "new issue"}!\` });
});
`
    : code`export default ${defineHandler}((_payload, context) => {
  context.log.info("greeted", { event: context.event });
  return ${allow}({ message: \`\${context.settings.GREETING}, \${context.event}!\` });
});
`;
  const path = `${paths.stub(layout, model)}.ts`;
  return { path, text: printFile({ path, header: "", body }) };
}

function testOf(event: string, withIssue: boolean, { out }: Layout): Example["test"] {
  const delivery = `${stringLiteral(event)}, ${stringLiteral(version)}, ${withIssue ? '{ issue: { title: "First" } }' : "{}"}`;
  const message = withIssue ? '"Hello, First!"' : stringLiteral(`Hello, ${event}!`);
  const refusal = withIssue
    ? `
it("refuses a token without the permission", async () => {
  const { status } = await kiket.deliver(${delivery}, { scopes: [] });
  expect(status).toBe(403);
});
`
    : "";
  const text = `import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestExtension } from "../${out}/testing.gen.js";

let kiket: Awaited<ReturnType<typeof createTestExtension>>;
beforeAll(async () => {
  kiket = await createTestExtension();
});
afterAll(() => kiket.close());

it("greets", async () => {
  const { status, body } = await kiket.deliver(${delivery});
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "allow", message: ${message} });
});
${refusal}`;
  return { path: "test/extension.test.ts", text };
}

/** A handler that greets, with a test that delivers the event to it. If the payload has an issue, the greeting uses its title. */
export function exampleProject(catalog: EventCatalog, event: string, layout: Layout): Example {
  const withIssue = bringsIssue(catalog, event);
  return {
    permissions: withIssue ? ["issues:read"] : [],
    handler: handlerOf(event, withIssue, layout),
    test: testOf(event, withIssue, layout),
  };
}
