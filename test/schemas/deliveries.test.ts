import type { ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { type Json, type JsonObject, readEvents, strictAjv } from "./read.js";

const files = readEvents();
const ajv = strictAjv();
for (const schema of files.values()) ajv.addSchema(schema);

function validator(event: string): ValidateFunction {
  const validate = ajv.getSchema(`${event}.v1.schema.json`);
  if (validate === undefined) throw new Error(`no schema of ${event}`);
  return validate;
}

function example(event: string): Record<string, Json> {
  const [first] = (files.get(`${event}.v1.schema.json`)?.examples ?? []) as readonly JsonObject[];
  return structuredClone(first) as Record<string, Json>;
}

describe("a delivery is refused", () => {
  const cases: readonly (readonly [string, string, (delivery: Record<string, Json>) => void, string])[] = [
    [
      "without a runtime token",
      "issue.created",
      (delivery) => Object.assign(delivery, { authentication: {} }),
      "required",
    ],
    ["without its issue", "issue.created", (delivery) => delete delivery.issue, "required"],
    [
      "with an issue under case",
      "issue.created",
      (delivery) => Object.assign(delivery, { case: delivery.issue, issue: undefined }),
      "required",
    ],
    [
      "with an id that is neither",
      "issue.created",
      (delivery) => Object.assign(delivery, { issue: { id: true } }),
      "type",
    ],
    [
      "without an id",
      "issue.created",
      (delivery) => Object.assign(delivery, { issue: { title: "No id" } }),
      "required",
    ],
    ["without its transition", "issue.transitioned", (delivery) => delete delivery.transition, "required"],
    [
      "with half a transition",
      "case.transitioned",
      (delivery) => Object.assign(delivery, { transition: { to: "done" } }),
      "required",
    ],
    ["with neither issue nor case", "workflow.before_transition", (delivery) => delete delivery.issue, "anyOf"],
    ["without its sla", "workflow.sla_breach", (delivery) => delete delivery.sla, "required"],
    ["with an unknown state", "workflow.sla_status", (delivery) => Object.assign(delivery, { state: "late" }), "enum"],
    ["without its request", "external.webhook", (delivery) => delete delivery.external_webhook, "required"],
    [
      "with a secret that is no text",
      "email.send",
      (delivery) => Object.assign(delivery, { secrets: { A: 1 } }),
      "type",
    ],
    [
      "with a time that is none",
      "issue.created",
      (delivery) => Object.assign(delivery, { received_at: "yesterday" }),
      "format",
    ],
  ];

  it.each(cases)("%s (%s)", (_why, event, spoil, keyword) => {
    const delivery = example(event);
    const validate = validator(event);
    expect(validate(delivery)).toBe(true);
    spoil(delivery);
    expect(validate(JSON.parse(JSON.stringify(delivery)))).toBe(false);
    expect(validate.errors?.map((error) => error.keyword)).toContain(keyword);
  });
});

describe("a delivery is taken", () => {
  const cases: readonly (readonly [string, string, (delivery: Record<string, Json>) => void])[] = [
    [
      "with members that nobody knows",
      "issue.created",
      (delivery) => Object.assign(delivery, { weather: "fair", issue: { id: "iss-1", mood: "calm" } }),
    ],
    ["without a token, as a webhook", "issue.created", (delivery) => delete delivery.authentication],
    ["without an event name", "issue.transitioned", (delivery) => delete delivery.event],
    [
      "with null for secrets and API",
      "issue.created",
      (delivery) => Object.assign(delivery, { secrets: null, api: null }),
    ],
    ["without secrets and API", "issue.created", (delivery) => [delete delivery.secrets, delete delivery.api]],
    [
      "with a case for an issue",
      "workflow.sla_breach",
      (delivery) => [delete delivery.issue, Object.assign(delivery, { case: { id: 8 } })],
    ],
    [
      "with an empty project",
      "mailjet.connectParseApi",
      (delivery) => Object.assign(delivery, { project: {}, organization: {} }),
    ],
    [
      "with a decoded body",
      "external.webhook.inbound_email",
      (delivery) => Object.assign(delivery, { external_webhook: { body: { From: "a" }, headers: {} } }),
    ],
  ];

  it.each(cases)("%s (%s)", (_what, event, change) => {
    const delivery = example(event);
    change(delivery);
    const validate = validator(event);
    validate(delivery);
    expect(validate.errors).toBeNull();
  });
});
