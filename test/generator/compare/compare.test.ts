import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createProject, removeProject, root } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";

let folder: string;
afterEach(() => removeProject(folder));

const run = (...args: readonly string[]) => runCli(["compare", ...args], folder);

const before = {
  properties: {
    widget: { $ref: "#/$defs/widget" },
    note: { type: "string" },
    weight: { type: "integer" },
    tags: { type: "array", items: { type: "string" } },
    gone: { type: "object", properties: { deep: { type: "string" } } },
  },
  required: ["widget", "note"],
  $defs: {
    widget: {
      type: "object",
      properties: {
        id: { type: ["integer", "string"] },
        colour: { enum: ["red", "blue"] },
        owner: { type: ["string", "null"] },
        parts: { type: "array", items: { $ref: "#/$defs/widget" } },
      },
      required: ["id"],
    },
  },
};

const after = {
  properties: {
    widget: { $ref: "#/$defs/thing" },
    note: { type: "string" },
    weight: { type: "number" },
    tags: { type: "array", items: { type: ["string", "null"] } },
    fresh: { type: "boolean" },
  },
  required: ["widget"],
  $defs: {
    thing: {
      type: "object",
      properties: {
        id: { type: "integer" },
        colour: { enum: ["blue", "green"] },
        owner: { type: "string" },
        parts: { type: "array", items: { $ref: "#/$defs/thing" } },
      },
      required: ["id", "owner"],
    },
  },
};

const lonely = { properties: { a: { type: "string" }, b: { $ref: "shapes.v1.schema.json#/$defs/person" } } };

const handler = `import { allow, defineHandler } from "../generated/events/widget.made.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async ({ widget, note }, context) => {
  if (widget.colour === "red") return allow({ message: note });
  const { gone } = { gone: widget["owner"] };
  await context.api.GET("/widgets/{id}", { params: { path: { id: 1 } } });
  return allow({ message: gone ?? "" });
});
`;

const files = {
  "old/widget.made.v1.schema.json": JSON.stringify(before),
  "old/widget.kept.v1.schema.json": JSON.stringify(lonely),
  "old/widget.lost.v1.schema.json": JSON.stringify(lonely),
  "old/widget.left.v1.schema.json": JSON.stringify({ properties: { z: { type: "string" } } }),
  "new/widget.made.1.schema.json": JSON.stringify(after),
  "new/widget.kept.v1.schema.json": JSON.stringify(lonely),
  "new/widget.found.v1.schema.json": JSON.stringify(lonely),
  "src/handlers/widget.made.v1.ts": handler,
  "src/handlers/widget.lost.v1.ts": "export default 1;\n",
};

describe("kiket-gen compare, of events", () => {
  it("lists breaking and compatible changes, and the handlers that they affect", async () => {
    folder = await createProject(files);
    const { code, stdout, stderr } = await run("old", "new");
    expect(stderr).toBe("");
    expect(stdout).toBe(`widget.found v1
  compatible  added

widget.left v1
  breaking    removed

widget.lost v1
  breaking    removed; widget.found v1 has the same members
              src/handlers/widget.lost.v1.ts

widget.made 1
  compatible  widget.id: was integer or string, is integer
              src/handlers/widget.made.v1.ts
  breaking    widget.colour: may now be "green"
              src/handlers/widget.made.v1.ts:4
  compatible  widget.colour: can no longer be "red"
              src/handlers/widget.made.v1.ts:4
  compatible  widget.owner: now always present
              src/handlers/widget.made.v1.ts:5
  compatible  widget.owner: was string or null, is string
              src/handlers/widget.made.v1.ts:5
  breaking    note: may now be absent
              src/handlers/widget.made.v1.ts:3
  breaking    weight: was integer, is number
              src/handlers/widget.made.v1.ts
  breaking    tags[]: was string, is string or null
              src/handlers/widget.made.v1.ts
  breaking    gone: removed
              src/handlers/widget.made.v1.ts:5
  compatible  fresh: added, may be absent
              src/handlers/widget.made.v1.ts

compared events: 7 breaking, 6 compatible
`);
    expect(code).toBe(1);
  });

  it("prints the same as JSON", async () => {
    folder = await createProject({
      "old/widget.made.v1.schema.json": JSON.stringify({ properties: { a: { type: "string" } } }),
      "new/widget.made.v1.schema.json": JSON.stringify({ properties: { a: { type: ["string", "null"] } } }),
      "src/handlers/widget.made.v1.ts": "const read = (payload: { a: string }) => payload.a;\n",
    });
    const { code, stdout } = await run("old", "new", "--format", "json");
    expect(JSON.parse(stdout)).toEqual({
      compared: ["events"],
      breaking: 1,
      compatible: 0,
      events: [
        {
          event: "widget.made",
          version: "v1",
          changes: [
            {
              kind: "type-widened",
              breaking: true,
              path: "a",
              message: "was string, is string or null",
              handlers: [{ file: "src/handlers/widget.made.v1.ts", lines: [1] }],
            },
          ],
        },
      ],
      operations: [],
    });
    expect(code).toBe(1);
  });

  it("compares the shipped schemas with those that replace some of them", async () => {
    const reader = {
      allOf: [{ $ref: "envelope.v1.schema.json" }],
      properties: {
        issue: { $ref: "shapes.v1.schema.json#/$defs/issue" },
        project: { $ref: "shapes.v1.schema.json#/$defs/project" },
        user: { $ref: "shapes.v1.schema.json#/$defs/actor" },
        transition: { $ref: "shapes.v1.schema.json#/$defs/transition" },
        template_hint: { type: "string" },
        extra: { type: "string" },
      },
      required: ["issue", "user"],
    };
    folder = await createProject({ "mine/issue.created.v1.schema.json": JSON.stringify(reader) });
    const { code, stdout, stderr } = await run("--events", "mine");
    expect(stderr).toBe("");
    expect(stdout).toBe(`issue.created v1
  compatible  user: now always present
  compatible  extra: added, may be absent

compared events: 0 breaking, 2 compatible
`);
    expect(code).toBe(0);
  });

  it("finds no difference between the shipped schemas and themselves", async () => {
    folder = await createProject({});
    const shipped = join(root, "schemas");
    const { code, stdout } = await run(shipped, shipped);
    expect([code, stdout]).toEqual([0, "compared events and operations: no difference\n"]);
  });

  it("ends if schemas refer to themselves in alternatives", async () => {
    const tree = (leaf: string) => ({
      properties: { root: { $ref: "#/$defs/tree" } },
      $defs: {
        tree: {
          anyOf: [
            { type: "object", properties: { left: { $ref: "#/$defs/tree" }, leaf: { type: leaf } } },
            { type: "object", properties: { left: { type: "null" } }, required: ["left"] },
          ],
        },
      },
    });
    folder = await createProject({
      "old/a.b.v1.schema.json": JSON.stringify(tree("string")),
      "new/a.b.v1.schema.json": JSON.stringify(tree("number")),
    });
    const { code, stdout } = await run("old", "new");
    expect(stdout).toContain("  breaking    root.leaf: was string, is number\n");
    expect(code).toBe(1);
  });
});

const api = (paths: string, components = "{}") =>
  `openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths:\n${paths}components: ${components}\n`;

describe("kiket-gen compare, of operations", () => {
  it("lists what a caller notices, and where handlers call it", async () => {
    const old = api(
      `  /widgets/{id}:
    get:
      x-kiket-scopes: [widgets:read]
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: page, in: query, schema: { type: integer } }
        - { name: sort, in: query, schema: { enum: [up, down] } }
      responses:
        "200": { description: One, content: { application/json: { schema: { $ref: "#/components/schemas/W" } } } }
  /widgets:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } } }
      responses: { "201": { description: Made } }
    delete: { responses: { "204": { description: Gone } } }
`,
      "{ schemas: { W: { type: object, required: [id], properties: { id: { type: integer }, name: { type: string } } } } }",
    );
    const now = api(
      `  /widgets/{id}:
    get:
      x-kiket-scopes: [widgets.read, secrets:read]
      parameters:
        - { name: id, in: path, required: true, schema: { type: [integer, string] } }
        - { name: page, in: query, required: true, schema: { type: integer } }
        - { name: sort, in: query, schema: { enum: [up] } }
      responses:
        "200": { description: One, content: { application/json: { schema: { $ref: "#/components/schemas/W" } } } }
  /widgets:
    post:
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [b], properties: { a: { type: string }, b: { type: string }, c: { type: string } } } } } }
      responses: { "201": { description: Made } }
  /more:
    get: { responses: { "200": { description: More } } }
`,
      "{ schemas: { W: { type: object, properties: { id: { type: integer }, label: { type: string } } } } }",
    );
    folder = await createProject({ "old.yaml": old, "new.yaml": now, "src/handlers/widget.made.v1.ts": handler });
    const { code, stdout, stderr } = await run("old.yaml", "new.yaml");
    expect(stderr).toBe("");
    expect(stdout).toBe(`delete /widgets
  breaking    removed

get /more
  compatible  added

get /widgets/{id}
  breaking    now needs the permission secrets:read
              src/handlers/widget.made.v1.ts:6
  compatible  path.id: was integer, is integer or string
              src/handlers/widget.made.v1.ts:6
  breaking    query.page: now required
              src/handlers/widget.made.v1.ts:6
  breaking    query.sort: can no longer be "down"
              src/handlers/widget.made.v1.ts:6
  breaking    answer.id: may now be absent
              src/handlers/widget.made.v1.ts:6
  breaking    answer.name: removed
              src/handlers/widget.made.v1.ts:6
  compatible  answer.label: added, may be absent
              src/handlers/widget.made.v1.ts:6

post /widgets
  breaking    body: now required
  breaking    body.b: added, required
  compatible  body.c: added, optional

compared operations: 8 breaking, 4 compatible
`);
    expect(code).toBe(1);
  });

  it("finds the calls of every kind of source, but not in hidden folders and packages", async () => {
    const call = 'export const call = (api: any) => api.GET("/more");\n';
    const endings = [".ts", ".tsx", ".mts", ".cts"];
    const sources = endings.map((ending) => [`src/handlers/more/a${ending}`, call]);
    const others = ["more/a.js", ".old/a.ts", "node_modules/a/a.ts"].map((path) => [`src/handlers/${path}`, call]);
    folder = await createProject({
      "old.yaml": api('  /more:\n    get: { responses: { "200": { description: More } } }\n'),
      "new.yaml": api("  {}\n"),
      ...Object.fromEntries([...sources, ...others]),
    });
    const { stdout } = await run("old.yaml", "new.yaml", "--format", "json");
    const { operations } = JSON.parse(stdout);
    expect(operations[0].changes[0].handlers).toEqual(
      [".cts", ".mts", ".ts", ".tsx"].map((ending) => ({ file: `src/handlers/more/a${ending}`, lines: [1] })),
    );
  });

  it("compares the shipped document with one's own", async () => {
    folder = await createProject({});
    const { code, stdout } = await run("--openapi", join(root, "schemas/openapi.yaml"));
    expect([code, stdout]).toEqual([0, "compared operations: no difference\n"]);
  });

  it("compares two versions of the platform API's document", async () => {
    const old = await readFile(join(root, "schemas/platform.openapi.yaml"), "utf8");
    folder = await createProject({
      "old.yaml": old,
      "new.yaml": old.replace("/check-transition:", "/try-transition:"),
    });
    const { code, stdout } = await run("old.yaml", "new.yaml");
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining("get /api/v1/platform/cases/{case_id}/check-transition\n  breaking    removed\n"),
    ]);
  });
});

describe("kiket-gen compare, with wrong arguments", () => {
  it.each([
    [[], "expected two versions, <old> <new>, or --events or --openapi to compare with the shipped version"],
    [["old"], "expected two versions, <old> <new>, or --events or --openapi to compare with the shipped version"],
    [
      ["old", "new", "--events", "old"],
      "expected two versions, <old> <new>, or --events or --openapi to compare with the shipped version",
    ],
    [["old", "none"], 'no file or folder "none"'],
    [["--events", "none"], 'no folder "none"'],
    [["--openapi", "none"], 'no file "none"'],
    [["old", "new", "--format", "xml"], '--format takes text or json, not "xml"'],
    [["old", "src"], "nothing to compare: both versions need event schemas, or both need an OpenAPI document"],
  ])("%j ends with status 2", async (args, message) => {
    folder = await createProject(files);
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`kiket-gen: ${message}\nRun kiket-gen compare --help for the options.\n`);
  });

  it("reports an error in a schema at its place", async () => {
    folder = await createProject({ ...files, "new/widget.made.1.schema.json": "{" });
    const { code, stdout, stderr } = await run("old", "new");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "new/widget.made.1.schema.json:1:2  error  KG701  invalid JSON: expected a key in double quotes\n1 error; nothing was compared\n",
    );
  });
});
