import { stringLiteral } from "../base/literals.js";
import type { EventCatalog } from "../contracts/event-catalog.js";
import { paths } from "../output/plan.js";
import { code, local, printFile } from "../output/printer.js";
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

const path = "/webhook";

function handlerOf({ event, layout }: NewProject, withCase: boolean): NewFile {
  const model = newEvent(event);
  const defineHandler = local("value", "defineHandler", paths.event(layout, model));
  const fields = withCase ? "case: payload.case.id, title: payload.case.title" : "event: payload.event";
  const body = code`// Kiket sends a webhook again if no answer comes in time, so start long work here and do not wait for it.
export default ${defineHandler}((payload, context) => {
  context.log.info("received", { ${fields} });
});
`;
  const file = `${paths.stub(layout, model)}.ts`;
  return { path: file, text: printFile({ path: file, header: "", body }) };
}

function testOf({ event, layout: { out } }: NewProject, withCase: boolean): NewFile {
  const delivery = `${stringLiteral(event)}, "v1"`;
  const [overrides, fields] = withCase
    ? ['{ case: { title: "First" } }', '{ title: "First" }']
    : ["{}", `{ event: ${stringLiteral(event)} }`];
  const text = `${testStart(out)}
it("takes a webhook that Kiket has signed", async () => {
  const { status } = await kiket.deliver(${delivery}, ${overrides});
  expect(status).toBe(200);
  expect(kiket.logs.find(({ message }) => message === "received")?.fields).toMatchObject(${fields});
});

it("refuses a webhook that somebody else has signed", async () => {
  const { status } = await kiket.deliver(${delivery}, {}, { secret: "of somebody else" });
  expect(status).toBe(401);
});
`;
  return { path: "test/receiver.test.ts", text };
}

const environment = `${listening}
# The secret that Kiket showed when the address was registered.
KIKET_WEBHOOK_SECRET=
`;

/** A receiver of webhooks whose handler logs what arrives, with a test that delivers a signed webhook to it. */
export function webhookTemplate(catalog: EventCatalog, project: NewProject): Template {
  const { name, event } = project;
  const withCase = brings(catalog, newEvent(event), "case: Case");
  const handler = handlerOf(project, withCase);
  const registration = JSON.stringify({ url: `https://your.host${path}`, events: [event] });
  return {
    manifest: manifestFile("kiket-webhook.yaml", "webhook.schema.json", { name, path, events: [event] }),
    handler,
    test: testOf(project, withCase),
    environment,
    readme: `A receiver of Kiket's webhooks. [kiket-webhook.yaml](kiket-webhook.yaml) lists its events; \`kiket-gen\` generates types from it.

${installing("a webhook", project.event)}
    npm test
    npm run build && KIKET_WEBHOOK_SECRET=… npm start

It listens on port 8000 and takes all events at \`${path}\`; [.env.example](.env.example) lists what it reads from the environment.

## Register it

Kiket sends webhooks to an address that is registered, with the events that it lists. As Kiket's documentation describes it:

    curl https://api.kiket.dev/api/v1/webhooks \\
      -H "Authorization: Bearer $KIKET_API_KEY" -H "Content-Type: application/json" \\
      -d '${registration}'

The answer has the secret, which is shown once: set it as \`KIKET_WEBHOOK_SECRET\`. A webhook of an event that is registered but not in
\`kiket-webhook.yaml\` is answered 404, and Kiket does not send it again. So add an event here first, and register it then.

## Change it

${readmeEnd("handlers", project, handler, ["npx kiket-gen add event case.transitioned"])}`,
    kind: "webhook",
  };
}
