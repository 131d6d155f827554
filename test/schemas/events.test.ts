import { describe, expect, it } from "vitest";
import {
  isObject,
  type Json,
  type JsonObject,
  readEvents,
  resolve,
  strictAjv,
  subschemas,
  undescribed,
} from "./read.js";

const files = readEvents();
const shared = ["envelope.v1.schema.json", "shapes.v1.schema.json"];
const events = [...files].filter(([name]) => !shared.includes(name));
const generic = ["command", "external.webhook", "setup_test", "workflow_action"];

const ajv = strictAjv();
for (const schema of files.values()) ajv.addSchema(schema);

function strings(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  return isObject(value) ? Object.values(value).flatMap(strings) : [];
}

/** All members of objects, at any depth. */
function members(value: Json): (readonly [string, Json])[] {
  if (Array.isArray(value)) return value.flatMap(members);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [[key, item] as const, ...members(item)]);
}

describe("every event schema", () => {
  it("has examples, and each validates", () => {
    for (const [name, schema] of events) {
      const validate = ajv.getSchema(name);
      const examples = schema.examples as readonly JsonObject[];
      expect([name, examples.length > 0]).toEqual([name, true]);
      for (const delivery of examples) {
        validate?.(delivery);
        expect([name, validate?.errors]).toEqual([name, null]);
      }
    }
  });

  it("names itself consistently", () => {
    for (const [name, schema] of events) {
      const event = String(schema["x-kiket-event"]);
      expect({ name, ...schema }).toMatchObject({
        name: `${event}.v1.schema.json`,
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: name,
        title: `${event} v1`,
        "x-kiket-version": "v1",
        type: "object",
        allOf: [{ $ref: "envelope.v1.schema.json" }],
      });
      expect([name, schema["x-kiket-generic"] === true]).toEqual([name, generic.includes(event)]);
      expect([name, "x-kiket-event-pattern" in schema]).toEqual([name, generic.includes(event)]);
    }
  });

  it("has examples of its own event and version", () => {
    for (const [name, schema] of events) {
      for (const { event, event_version: version } of schema.examples as readonly JsonObject[]) {
        const expected = schema["x-kiket-generic"] === true ? event : schema["x-kiket-event"];
        expect([name, event, version]).toEqual([name, expected, "v1"]);
      }
    }
  });

  it("has examples of one project of one organization, with an issue of its own in each", () => {
    const examples = events.flatMap(([name, schema]) =>
      (schema.examples as readonly JsonObject[]).map((example) => ({ name, example, all: members(example) })),
    );
    const values = (key: string): Json[] => [
      ...new Set(examples.flatMap(({ all }) => all.filter(([name]) => name === key).map(([, value]) => value))),
    ];
    expect([values("project_id"), values("organization_id"), values("subdomain")]).toEqual([[1], [1], ["ferry"]]);
    const keys = values("key").map((key) => String(key).replace(/-\d+$/, ""));
    expect([...new Set(keys)]).toEqual(["DCK"]);
    const hosts = examples.flatMap(({ example }) => JSON.stringify(example).match(/[\w-]+\.kiket\.example/g) ?? []);
    expect([...new Set(hosts)]).toEqual(["ferry.kiket.example"]);
    const issues = examples.flatMap(({ name, example: { issue, case: renamed, issue_id } }) => {
      const subject = issue ?? renamed;
      const id = isObject(subject) ? subject.id : issue_id;
      return id === undefined ? [] : [{ name, id }];
    });
    expect(issues.length).toBeGreaterThan(60);
    const ids = new Map(issues.map(({ name, id }) => [id, name]));
    expect(issues.filter(({ name, id }) => ids.get(id) !== name)).toEqual([]);
  });

  it("keeps to the known categories and confidences", () => {
    const of = (key: string): unknown[] => [...new Set(events.map(([, schema]) => schema[key]))].sort();
    expect(of("x-kiket-confidence")).toEqual(["documented", "fixture", "guessed", "none", "read"]);
    expect(of("x-kiket-category")).toEqual([
      "action",
      "ai",
      "approval",
      "automation",
      "calendar",
      "case",
      "command",
      "comment",
      "external_webhook",
      "issue",
      "oauth",
      "platform",
      "schedule",
      "setup_test",
      "sla",
      "test",
      "workflow",
      "workflow_action",
    ]);
  });

  it("describes nothing but the envelope exactly where there is no evidence, and says so", () => {
    for (const [name, schema] of events) {
      const bare = Object.keys(schema.properties as JsonObject).length === 0;
      expect([name, bare]).toEqual([name, schema["x-kiket-confidence"] === "none"]);
      if (bare) expect(schema.description).toMatch(/Only the envelope is described\.$/);
    }
  });

  it("requires nothing of a guessed shape but the issue or case itself", () => {
    for (const [name, schema] of events.filter(([, { "x-kiket-confidence": how }]) => how === "guessed")) {
      expect([
        name,
        ...((schema.required ?? []) as string[]).filter((key) => key !== "issue" && key !== "case"),
      ]).toEqual([name]);
    }
  });

  it("differs from the others on a file system that is blind to case", () => {
    expect(new Set([...files.keys()].map((name) => name.toLowerCase())).size).toBe(files.size);
  });
});

describe("every schema file", () => {
  it("is open in every object", () => {
    for (const [name, schema] of files) {
      for (const [path, node] of subschemas(schema)) {
        const types = Array.isArray(node.type) ? node.type : [node.type];
        const open = node.additionalProperties === true || isObject(node.additionalProperties);
        if (types.includes("object") || "properties" in node) expect([name, path, open]).toEqual([name, path, true]);
        expect([name, path, "unevaluatedProperties" in node]).toEqual([name, path, false]);
      }
    }
  });

  it("resolves every reference, and no reference has neighbours", () => {
    for (const [name, schema] of files) {
      for (const [path, node] of subschemas(schema)) {
        if (typeof node.$ref !== "string") continue;
        expect([name, path, isObject(resolve(node.$ref, schema, files))]).toEqual([name, path, true]);
        expect([name, path, Object.keys(node)]).toEqual([name, path, ["$ref"]]);
      }
    }
  });

  it("describes itself and every member", () => {
    for (const [name, schema] of files) {
      expect([name, schema.description]).toEqual([name, expect.stringMatching(/\.$/)]);
      expect([name, undescribed(schema, files)]).toEqual([name, []]);
    }
  });

  it("takes integers and texts for every id", () => {
    let ids = 0;
    for (const [name, schema] of files) {
      for (const [path, node] of subschemas(schema)) {
        if (!/\/properties\/(id|issue_id|project_id|organization_id|comment_id|user_id)$/.test(path)) continue;
        expect([name, path, node.type]).toEqual([name, path, ["integer", "string"]]);
        ids += 1;
      }
    }
    expect(ids).toBeGreaterThan(20);
  });
});

describe("shapes", () => {
  const defs = files.get("shapes.v1.schema.json")?.$defs as Record<string, JsonObject>;

  it("are named as TypeScript interfaces, each once", () => {
    const titles = Object.values(defs).map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toEqual(expect.arrayContaining(["Issue", "Case", "Transition", "Project", "Actor", "Assignee"]));
  });

  it("give a case the members of an issue", () => {
    expect(defs.case?.properties).toEqual(defs.issue?.properties);
    expect(defs.case?.required).toEqual(defs.issue?.required);
  });
});

describe("the examples", () => {
  const texts = events.flatMap(([name, schema]) => strings(schema.examples ?? []).map((text) => [name, text] as const));

  it("hold no token that looks real", () => {
    const real =
      /eyJ[\w-]{8}|xox[abprs]-|\bAC[0-9a-f]{32}|\bsk[-_]|gh[pousr]_|AKIA|BEGIN [A-Z ]*KEY|[0-9a-f]{32}|[\w+/-]{48}/;
    expect(texts.filter(([, text]) => real.test(text))).toEqual([]);
  });

  it("carry one and the same made-up runtime token", () => {
    const tokens = events.flatMap(([, schema]) =>
      (schema.examples as readonly JsonObject[]).map(
        ({ authentication }) => (authentication as JsonObject).runtime_token,
      ),
    );
    expect([...new Set(tokens)]).toEqual(["example.runtime.token"]);
  });

  it("name no host but reserved ones", () => {
    const hosts = texts.flatMap(([, text]) =>
      [...text.matchAll(/(?:https?:\/\/|@)([\w.-]+\.[a-z]+)/g)].map((match) => match[1] ?? ""),
    );
    expect(hosts.length).toBeGreaterThan(0);
    expect(hosts.filter((host) => !host.endsWith(".example"))).toEqual([]);
  });
});
