import { describe, expect, it, test } from "vitest";
import { normalise } from "../../runtime/verify/normalise-envelope.js";
import { documentedBodies, newestEvents } from "../support/documented-bodies.js";
import { type JsonObject, readEvents, strictAjv } from "./read.js";
import { declarations, mistakes, records } from "./type-check.js";

const files = readEvents();
const ajv = strictAjv();
for (const schema of files.values()) ajv.addSchema(schema);

interface Sample {
  readonly name: string;
  readonly event: string;
  /** As handlers see it. */
  readonly payload: Readonly<Record<string, unknown>>;
}

const documented: readonly Sample[] = documentedBodies.map(({ family, event, body }) => ({
  name: `${family} ${event}`,
  event,
  payload: normalise(body).payload,
}));

const examples: readonly Sample[] = [...files.values()].flatMap((schema) =>
  ((schema.examples ?? []) as readonly JsonObject[]).map((example) => ({
    name: `example of ${schema.title}`,
    event: String(schema["x-kiket-event"]),
    payload: normalise(example).payload,
  })),
);

function payloadOf(family: string, event: string): Readonly<Record<string, unknown>> {
  const found = documented.find(({ name }) => name === `${family} ${event}`);
  if (found === undefined) throw new Error(`no body of ${family} ${event}`);
  return found.payload;
}

/** A program that gives each payload to the type of its event: a member that the type does not have is an error of the compiler. */
function programOf(samples: readonly Sample[]): string {
  const lines = samples.map(({ event, payload }, index) => {
    const type = records.findIndex(({ name }) => name === event);
    return `export const sample${index}: Payload${type} = ${JSON.stringify(payload)};`;
  });
  return [declarations, ...lines].join("\n");
}

describe("every documented envelope, normalised", () => {
  it.each(documented)("is valid: $name", ({ event, payload }) => {
    const validate = ajv.getSchema(`${event}.v1.schema.json`);
    validate?.(payload);
    expect(validate?.errors).toBeNull();
  });

  it("fits the type of its payload, and so does every example", () => {
    expect(documented.length).toBeGreaterThan(50);
    expect(examples.length).toBeGreaterThan(100);
    expect(mistakes(programOf([...documented, ...examples]))).toEqual([]);
  }, 60_000);

  it("is checked member by member", () => {
    const { name, event, payload } = documented.find(({ name }) => name === "webhook case.transitioned") as Sample;
    const spoiled = [
      { ...payload, casee: 1 },
      { ...payload, case: { id: 1, procesId: 2 } },
      { ...payload, transition: { from: "a" } },
    ].map((wrong) => ({ name, event, payload: wrong }));
    expect(mistakes(programOf(spoiled))).toEqual([
      expect.stringContaining(`'"casee"' does not exist`),
      expect.stringContaining(`'"procesId"' does not exist`),
      expect.stringContaining("Property 'to' is missing"),
    ]);
  }, 60_000);
});

describe("the newer facts", () => {
  test("N1: an issue has what the REST API shows, and a comment its times", () => {
    const person = { id: 5, name: "Lea", email: "lea@lane.example" };
    const times = { created_at: "2026-05-11T14:20:00Z", updated_at: "2026-05-12T09:00:00Z" };
    const issue = { id: 9, issue_type: "Task", labels: ["oil"], assignee: person, ...times };
    const payload = { issue, comment: { id: 31, body: "Done.", author: person, ...times } };
    expect(ajv.getSchema("issue.commented.v1.schema.json")?.(payload)).toBe(true);
    const nobody = { ...payload, issue: { ...issue, assignee: null } };
    expect(
      mistakes(programOf([payload, nobody].map((sample) => ({ name: "", event: "issue.commented", payload: sample })))),
    ).toEqual([]);
  }, 60_000);

  test("N5: workflow.sla_status has no state and no triggered_at", () => {
    expect(Object.keys(payloadOf("runtime", "workflow.sla_status")).sort()).toEqual([
      "api",
      "authentication",
      "context",
      "definition",
      "event",
      "event_version",
      "issue",
      "metrics",
      "secret_status",
      "secrets",
    ]);
    expect(files.get("workflow.sla_status.v1.schema.json")?.required).toEqual(["definition", "metrics"]);
    const read = records.findIndex(({ name }) => name === "workflow.sla_status");
    const program = `${declarations}
export const state = (payload: Payload${read}): "imminent" | "breached" | "recovered" => payload.state;
export const over = (payload: Payload${read}): number => payload.metrics.overdue_minutes;`;
    expect(mistakes(program)).toEqual([
      expect.stringContaining("Type 'undefined' is not assignable"),
      expect.stringContaining("Type 'undefined' is not assignable"),
    ]);
  }, 60_000);

  test("N6: jira.webhooks.kiket.issue_transitioned has issue_id and to_status at the top level", () => {
    const name = "jira.webhooks.kiket.issue_transitioned";
    expect(payloadOf("runtime", name)).toMatchObject({ issue_id: "742", to_status: "done" });
    expect(Object.keys(files.get(`${name}.v1.schema.json`)?.properties ?? {})).toEqual([
      "issue_id",
      "from_status",
      "to_status",
    ]);
  });

  test("N6: jira.webhooks.receive has raw_payload, text or an object, and event_type", () => {
    expect(files.get("jira.webhooks.receive.v1.schema.json")?.properties).toMatchObject({
      raw_payload: { type: ["string", "object"] },
      event_type: { type: "string" },
    });
  });

  test("N8: every event of the newest catalogue has a schema, and the newest case its members", () => {
    expect(newestEvents.filter((event) => !files.has(`${event}.v1.schema.json`))).toEqual([]);
    expect(payloadOf("webhook", "case.transitioned")).toEqual({
      id: "evt_40",
      event: "case.transitioned",
      received_at: "2026-05-11T14:20:00Z",
      organization: { id: "org_6" },
      context: { workspace: "ws_7" },
      case: {
        id: "cas_9",
        process_id: "prc_2",
        title: "Onboard Delta Freight",
        current_state_key: "approved",
      },
      transition: { from: "review", to: "approved", performed_by: "sam@lane.example" },
      user: { id: "usr_8", email: "sam@lane.example" },
    });
  });
});
