import { stringLiteral } from "../base/literals.js";
import type { EventCatalog } from "../contracts/event-catalog.js";
import { paths } from "../output/plan.js";
import { code, local, printFile } from "../output/printer.js";
import type { Layout } from "../project/layout.js";
import {
  brings,
  installing,
  listening,
  manifestFile,
  type NewFile,
  type NewProject,
  newEvent,
  readmeEnd,
  type Template,
  testStart,
} from "./template.js";

function handlerOf(event: string, withIssue: boolean, layout: Layout): NewFile {
  const model = newEvent(event);
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

function testOf(event: string, withIssue: boolean, { out }: Layout): NewFile {
  const delivery = `${stringLiteral(event)}, "v1", ${withIssue ? '{ issue: { title: "First" } }' : "{}"}`;
  const message = withIssue ? '"Hello, First!"' : stringLiteral(`Hello, ${event}!`);
  const refusal = withIssue
    ? `
it("refuses a token without the permission", async () => {
  const { status } = await kiket.deliver(${delivery}, { scopes: [] });
  expect(status).toBe(403);
});
`
    : "";
  const text = `${testStart(out)}
it("greets", async () => {
  const { status, body } = await kiket.deliver(${delivery});
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "allow", message: ${message} });
});
${refusal}`;
  return { path: "test/extension.test.ts", text };
}

function manifestOf({ id, name, event }: NewProject, permissions: readonly string[]): NewFile {
  const extension = {
    id,
    name,
    version: "0.1.0",
    sdk: "node",
    delivery: "http",
    // Kiket replaces the variable when the extension is installed.
    callback: { url: `\${EXTENSION_BASE_URL}` },
    permissions,
    activationEvents: [event],
    hooks: [{ event }],
    configuration: { GREETING: { type: "string", default: "Hello", description: "First word of every message" } },
  };
  return manifestFile(".kiket/manifest.yaml", "extension.schema.json", { model_version: "1.0", extension });
}

const environment = `${listening}
# Address of Kiket: its keys and its API.
KIKET_BASE_URL=https://kiket.dev

# Token for API calls that are not part of a delivery.
#KIKET_WORKSPACE_TOKEN=

# Settings and secrets of the manifest, by name. Values in a delivery take precedence.
#GREETING=Hello
`;

/** An extension whose handler greets, with a test that delivers the event to it. If the payload has an issue, the greeting uses its title. */
export function extensionTemplate(catalog: EventCatalog, project: NewProject): Template {
  const { event, layout } = project;
  const withIssue = brings(catalog, { ...newEvent(event), origins: ["hooks"] }, "issue: Issue");
  const handler = handlerOf(event, withIssue, layout);
  const more = [
    "npx kiket-gen add event issue.closed",
    "npx kiket-gen add setting RETRIES --type integer --default 3",
    'npx kiket-gen add secret API_KEY --description "From the provider"',
  ];
  return {
    manifest: manifestOf(project, withIssue ? ["issues:read"] : []),
    handler,
    test: testOf(event, withIssue, layout),
    environment,
    readme: `A Kiket extension. [.kiket/manifest.yaml](.kiket/manifest.yaml) declares it; \`kiket-gen\` generates types from the manifest.

${installing("an event", event)}
    npm test
    npm run build && npm start

It listens on port 8000; [.env.example](.env.example) lists what it reads from the environment.

${readmeEnd("handlers", project, handler, more)}`,
    kind: "extension",
  };
}
