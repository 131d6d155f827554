import { stringLiteral } from "../base/literals.js";
import { paths } from "../output/plan.js";
import { code, local, printFile } from "../output/printer.js";
import {
  installing,
  manifestFile,
  type NewFile,
  type NewProject,
  newEvent,
  readmeEnd,
  type Template,
} from "./template.js";

const evidenceType = "ticket";

function manifestOf({ id, name, event }: NewProject): NewFile {
  return manifestFile("kiket-extension.yaml", "extension.schema.json", {
    apiVersion: "kiket.dev/v1",
    kind: "Extension",
    metadata: { key: id, name, version: "0.1.0" },
    spec: { sourceSystem: id, sourceEventTypes: [event], evidenceTypes: [evidenceType] },
  });
}

function normalizerOf({ event, layout }: NewProject): NewFile {
  const defineNormalizer = local("value", "defineNormalizer", paths.evidence(layout));
  const originOf = local("value", "originOf", paths.evidence(layout));
  const sourceSystem = local("value", "sourceSystem", paths.evidence(layout));
  const body = code`/** Raw events come from another system: any member of the payload may be missing. */
function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

// A pure function: the same raw event may be normalised again, and must then give the same keys.
export default ${defineNormalizer}(${stringLiteral(event)}, (rawEvent) => {
  const { idempotencyKey, receivedAt, sourceEventType } = rawEvent;
  const { ticket, title, user } = rawEvent.payload;
  const key = textOf(ticket, idempotencyKey);
  const heading = textOf(title, key);
  return {
    ...${originOf}(rawEvent),
    eventType: \`\${${sourceSystem}}.\${sourceEventType}\`,
    sourceObjectId: key,
    actor: { name: textOf(user, "unknown") },
    subject: { ticket: key },
    occurredAt: receivedAt,
    attributes: { title: heading },
    dedupeKey: \`\${${sourceSystem}}:ticket:\${key}:\${sourceEventType}\`,
    evidence: [
      {
        evidenceType: "${evidenceType}",
        title: heading,
        sourceObjectId: key,
        capturedAt: receivedAt,
        payload: { ticket: key, title: heading },
        dedupeKey: \`\${${sourceSystem}}:evidence:ticket:\${key}\`,
      },
    ],
    intents: [],
  };
});
`;
  const path = `${paths.stub(layout, newEvent(event))}.ts`;
  return { path, text: printFile({ path, header: "", body }) };
}

function testOf({ id, event, layout: { out } }: NewProject): NewFile {
  const type = stringLiteral(event);
  const text = `import { type DeliveryMatchers, matchers } from "kiket-gen/testing";
import { expect, it } from "vitest";
import { createTestAdapter } from "../${out}/testing.gen.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}
expect.extend(matchers);

const payload = { ticket: "T-7", title: "Replace the stern light", user: "mia" };

it("submits one event and one piece of evidence of a ticket", async () => {
  const kiket = await createTestAdapter();
  const outcome = await kiket.run({ sourceEventType: ${type}, workspaceId: "ws_1", payload });
  expect(outcome).toHaveSubmitted({
    workspaceId: "ws_1",
    sourceSystem: ${stringLiteral(id)},
    sourceObjectId: "T-7",
    actor: { name: "mia" },
    attributes: { title: "Replace the stern light" },
    evidence: [{ evidenceType: "${evidenceType}", title: "Replace the stern light" }],
  });
  await kiket.close();
});

it("is one event, however often the ticket arrives", async () => {
  const kiket = await createTestAdapter();
  await kiket.run({ sourceEventType: ${type}, idempotencyKey: "delivery-1", payload });
  const again = await kiket.run({ sourceEventType: ${type}, idempotencyKey: "delivery-2", payload });
  expect(again.receipt).toMatchObject({ duplicate: true });
  await kiket.close();
});

it("submits nothing of a type that the manifest does not declare", async () => {
  const kiket = await createTestAdapter();
  const outcome = await kiket.run({ sourceEventType: "other", payload });
  expect(outcome.failure?.message).toContain('type "other"');
  expect(outcome).not.toHaveCalled("submitRawEvent");
  await kiket.close();
});
`;
  return { path: "test/adapter.test.ts", text };
}

const environment = `
# An API key with the scopes raw-events:claim and raw-events:submit, and its organization.
KIKET_EXTENSION_RUNNER_API_KEY=
KIKET_ORGANIZATION_ID=

# Address of the platform.
#KIKET_PLATFORM_BASE_URL=https://api.kiket.dev
`;

/** An evidence adapter whose normaliser turns a ticket of another system into an event and evidence, with its test. */
export function adapterTemplate(project: NewProject): Template {
  const handler = normalizerOf(project);
  return {
    manifest: manifestOf(project),
    handler,
    test: testOf(project),
    environment,
    readme: `An evidence adapter for Kiket. [kiket-extension.yaml](kiket-extension.yaml) declares it; \`kiket-gen\` generates types from the manifest.

${installing("a raw event", project.event)}
    npm test
    npm run build && npm start

The program claims raw events from Kiket, normalises them and submits the results, until it is stopped. It takes no requests.
[.env.example](.env.example) lists what it needs in the environment.

${readmeEnd("normalisers", project, handler, ["npx kiket-gen add event ticket_reopened"])}`,
    kind: "adapter",
  };
}
