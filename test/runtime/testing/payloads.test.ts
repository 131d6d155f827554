import { describe, expect, expectTypeOf, it } from "vitest";
import { examples } from "../../../runtime/testing/examples.gen.js";
import { override } from "../../../runtime/testing/overrides.js";
import { bindPayloads, payloadOf } from "../../../runtime/testing.js";
import { readEvents, strictAjv } from "../../schemas/read.js";

describe("payloadOf", () => {
  it("uses the schema's example, without the members that the platform adds", () => {
    expect(payloadOf("issue.created")).toEqual({
      received_at: "2026-04-08T07:41:20Z",
      issue: {
        id: 6001,
        key: "DCK-32",
        title: "Replace the stern light",
        status: "in_work",
        type: "Repair",
        priority: "medium",
        url: "https://ferry.kiket.example/cases/6001",
        project_id: 1,
        organization_id: 1,
        description: "The lens is cracked, the bulb is fine.",
        created_by: { name: "Ingrid Moe" },
      },
      project: { key: "DCK", name: "Dockside Repairs" },
      user: { id: 3307, name: "Ingrid Moe", email: "ingrid@ferry.example" },
    });
  });

  it("applies the overrides at any depth", () => {
    const payload = payloadOf("issue.created", { issue: { title: "x", created_by: { email: "a@b.example" } } });
    expect(payload.issue.title).toBe("x");
    expect(payload.issue.key).toBe("DCK-32");
    expect(payload.issue.created_by).toEqual({ name: "Ingrid Moe", email: "a@b.example" });
  });

  it("removes undefined members, and keeps null", () => {
    const payload = payloadOf("issue.created", { user: undefined, issue: { key: undefined, assignee: null } });
    expect("user" in payload).toBe(false);
    expect("key" in payload.issue).toBe(false);
    expect(payload.issue.assignee).toBeNull();
  });

  it("returns a new copy each time", () => {
    const first = payloadOf("issue.created");
    first.issue.title = "changed";
    expect(payloadOf("issue.created").issue.title).toBe("Replace the stern light");
  });

  it("sets the action of an external webhook from its name", () => {
    expect(payloadOf("external.webhook.lab.result", { external_webhook: { body: "a=1" } })).toMatchObject({
      action: "lab.result",
      external_webhook: { body: "a=1", method: "POST" },
    });
  });

  it("goes by the kind that generated code says, whatever the name", () => {
    expect(payloadOf("external.webhook.lab.result", {}, { kind: "command" })).toMatchObject({ issue: { id: 6062 } });
  });

  it("uses the kind of an event without a schema", () => {
    expect(payloadOf("clinic.tryConnection", {}, { kind: "setup_test" })).toMatchObject({
      action: "tryConnection",
      organization: { subdomain: "ferry" },
    });
    expect(payloadOf("clinic.printLabel", {}, { kind: "command" })).toMatchObject({ issue: { id: 6062 } });
    expect(payloadOf("moon.rose", { phase: "full" })).toEqual({ phase: "full" });
  });

  it("adds declared parameters where the event has them", () => {
    const parameters = {
      to: "string",
      copies: "integer",
      urgent: "boolean",
      board: "id",
      extra: "object",
      other: "unknown",
    } as const;
    const values = { to: "sample to", copies: 1, urgent: true, board: 1, extra: {}, other: "sample other" };
    expect(payloadOf("clinic.printLabel", {}, { kind: "command", parameters })).toMatchObject(values);
    const action = payloadOf(
      "clinic.remind",
      { parameters: { to: "me" } },
      { kind: "workflow_action", parameters, nested: true },
    );
    expect(action.parameters).toEqual({ ...values, to: "me" });
  });

  it("keeps the example's value of a declared parameter", () => {
    const { to } = payloadOf("email.send");
    expect(to).toMatch(/@/);
    expect(payloadOf("email.send", {}, { kind: "command", parameters: { to: "string" } }).to).toBe(to);
    expect(payloadOf("email.send", {}, { kind: "command", parameters: { to: "integer" } })).toMatchObject({ to: 1 });
  });

  it("uses the default of a declared parameter, then its options", () => {
    const size = { type: "string", options: ["s", "l"] } as const;
    const parameters = { size, form: { ...size, default: "l" }, copies: { type: "integer", default: 5 } } as const;
    const values = { size: "s", form: "l", copies: 5 };
    expect(payloadOf("clinic.printLabel", {}, { kind: "command", parameters })).toMatchObject(values);
    const to = payloadOf("email.send").to as string;
    const mail = (options: readonly string[]) =>
      payloadOf("email.send", {}, { kind: "command", parameters: { to: { type: "string", options } } }).to;
    expect([mail(["a", to]), mail(["a", "b"])]).toEqual([to, "a"]);
  });

  it("gives every payload a default of its own", () => {
    const parameters = { extra: { type: "object", default: { list: [] } } } as const;
    const extra = () => payloadOf<string>("clinic.printLabel", {}, { kind: "command", parameters }).extra;
    expect(extra()).toEqual({ list: [] });
    expect(extra()).not.toBe(extra());
  });

  it("accepts names of Object.prototype", () => {
    expect(payloadOf("constructor")).toEqual({});
    const parameters = { constructor: "string", valueOf: "object" } as const;
    expect(payloadOf("toString", {}, { parameters })).toEqual({ constructor: "sample constructor", valueOf: {} });
    const samples = bindPayloads<{ readonly valueOf: { readonly v1: { readonly a?: number } } }>({});
    expect(samples("valueOf", "v1", { a: 1 })).toEqual({ a: 1 });
  });

  it("prefers the example of the version to the schema of Kiket", () => {
    type Created = { readonly colour?: string; readonly size?: number };
    const samples = bindPayloads<{ readonly "issue.created": { readonly v1: Created; readonly v2: Created } }>({
      "issue.created": { v1: { example: { colour: "red", size: 1 } }, v2: { example: { colour: "blue" } } },
    });
    expect(samples("issue.created", "v1", { size: 2 })).toEqual({ colour: "red", size: 2 });
    expect(samples("issue.created", "v2")).toEqual({ colour: "blue" });
  });

  it("has a type that depends on the event's name", () => {
    expectTypeOf(payloadOf("issue.created").issue.title).toEqualTypeOf<string | undefined>();
    expectTypeOf(payloadOf("external.webhook.a").external_webhook.method).toEqualTypeOf<string | undefined>();
    expectTypeOf(payloadOf("moon.rose")).toEqualTypeOf<Readonly<Record<string, unknown>>>();
    // @ts-expect-error a misspelled member
    payloadOf("issue.created", { isue: {} });
    // @ts-expect-error a misspelled nested member
    payloadOf("issue.created", { issue: { titel: "x" } });
    // @ts-expect-error a wrong type
    payloadOf("issue.created", { issue: { title: 1 } });
    // @ts-expect-error the platform adds this
    payloadOf("issue.created", { secrets: {} });
  });
});

describe("the examples", () => {
  const files = readEvents();
  const ajv = strictAjv();
  for (const schema of files.values()) ajv.addSchema(schema);

  it("exist for every event schema", () => {
    const events = [...files.values()].flatMap((schema) => schema["x-kiket-event"] ?? []);
    expect(Object.keys(examples).sort()).toEqual(events.sort());
    expect(events.length).toBeGreaterThan(100);
  });

  it.each(Object.keys(examples))("give a delivery that is valid for the schema of %s", (event) => {
    const validate = ajv.getSchema(`${event}.v1.schema.json`);
    const delivery = { event, ...payloadOf<string>(event), authentication: { runtime_token: "t" } };
    expect(validate?.(delivery) ? [] : (validate?.errors ?? ["no schema"])).toEqual([]);
  });
});

describe("override", () => {
  it("merges objects, and replaces everything else", () => {
    const base = { a: { b: 1, c: [1, 2], d: { e: 1 } }, f: "text", g: null };
    const over = { a: { b: { x: 1 }, c: [3], d: { e: undefined } }, f: { y: 1 }, g: { z: undefined } };
    expect(override(base, over)).toEqual({ a: { b: { x: 1 }, c: [3], d: {} }, f: { y: 1 }, g: {} });
    expect(base).toEqual({ a: { b: 1, c: [1, 2], d: { e: 1 } }, f: "text", g: null });
  });

  it("never changes a prototype", () => {
    const merged = override(
      {},
      JSON.parse('{ "__proto__": { "polluted": true }, "constructor": { "prototype": {} } }'),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(merged)).toEqual(["__proto__", "constructor"]);
  });
});
