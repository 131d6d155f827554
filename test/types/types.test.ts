import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import { compile, testedCompilers } from "../support/compile.js";
import { createProject, removeProject, root } from "../support/project.js";

/** A handler's body and what the compiler must say of it; `undefined` for what must be accepted. */
const cases: readonly (readonly [string, string, string | undefined])[] = [
  ["reads a payload member", "return payload.issue.title;", undefined],
  ["misspells a payload member", "return payload.isue;", "Property 'isue' does not exist"],
  ["misspells a nested member", "return payload.issue.titel;", "Property 'titel' does not exist"],
  [
    "reads the project beside the issue",
    "const id: number | string | undefined = payload.project_id; return id;",
    undefined,
  ],
  [
    "reads what only some deliveries have",
    "const { labels, issue_type, assignee_id, process_id, current_state_key } = payload.issue; return { labels, issue_type, assignee_id, process_id, current_state_key };",
    undefined,
  ],
  ["takes for present what only some deliveries have", "return payload.issue.labels.length;", "possibly 'undefined'"],
  [
    "reads an unrecorded member without a cast",
    'const weather = unrecorded(payload, "weather"); return typeof weather === "string" ? weather.length : unrecorded(payload.project, "mood");',
    undefined,
  ],
  ["takes an unrecorded member for text", 'return unrecorded(payload, "weather").length;', "'unknown'"],
  ["tells both names of its event apart", 'return context.event === "case.created";', undefined],
  ["asks for a name that the event does not have", 'return context.event === "case.closed";', "have no overlap"],
  ["asks for a declared scope", 'context.requireScopes("issues:read");', undefined],
  ["asks for an undeclared scope", 'context.requireScopes("issues:write");', `'"issues:write"' is not assignable`],
  ["reads a declared secret", 'return context.secret("API_TOKEN");', undefined],
  ["reads an undeclared secret", 'return context.secret("OTHER");', `'"OTHER"' is not assignable`],
  ["reads a setting as its type", "const n: number = context.settings.BURST; return n;", undefined],
  [
    "takes a number for text",
    "const s: string = context.settings.BURST; return s;",
    "'number' is not assignable to type 'string'",
  ],
  ["reads an undeclared setting", "return context.settings.NOPE;", "Property 'NOPE' does not exist"],
  [
    "takes a setting without default for present",
    "const s: string = context.settings.REGION; return s;",
    "'undefined' is not assignable",
  ],
  ["changes a setting", "context.settings.BURST = 3;", "read-only property"],
  [
    "lists records",
    'const [row] = await context.customData(1).leads.leads.list({ filters: { email: "a" } }); return row?.email;',
    undefined,
  ],
  ["creates a record", 'await context.customData(1).leads.leads.create({ email: "a" });', undefined],
  [
    "forgets a required column",
    "await context.customData(1).leads.leads.create({ note: null });",
    "Property 'email' is missing",
  ],
  [
    "sets a column of the server's",
    'await context.customData(1).leads.leads.create({ email: "a", created_at: "" });',
    "'created_at' does not exist",
  ],
  [
    "gives null to a column that has none",
    "await context.customData(1).leads.leads.update(1, { email: null });",
    "'null' is not assignable",
  ],
  [
    "deletes where that is not granted",
    "await context.customData(1).leads.leads.delete(1);",
    "add the operation delete of com.example.leads to custom_data.permissions in the manifest to call this",
  ],
  ["opens an undeclared module", "return context.customData(1).orders;", "Property 'orders' does not exist"],
  [
    "reaches a module without schema",
    'return (await context.customData(1).capacity("people").list()).length;',
    undefined,
  ],
  [
    "writes where only reading is granted",
    'await context.customData(1).capacity("people").create({});',
    "add the operation write of kiket.team.capacity to custom_data.permissions in the manifest to call this",
  ],
  ["logs an event", 'await context.endpoints.logEvent("seen", { id: payload.issue.id });', undefined],
  ["calls a recorded operation", 'await context.api.GET("/api/v1/ext/rate_limit");', undefined],
  ["calls an unknown operation", 'await context.api.GET("/api/v1/ext/nothing", {});', "is not assignable"],
  ["returns its payload", "return payload;", undefined],
  ["returns what is not known", "return payload as unknown;", undefined],
  ["returns any", "return JSON.parse('1');", undefined],
  [
    "returns a verdict, text or nothing",
    'if (payload.issue.id === 1) return allow(); return payload.issue.id === 2 ? "a" : undefined;',
    undefined,
  ],
  [
    "returns an interface that contains itself, with a member that may be missing",
    "interface Row { name: string; size?: number; rows: readonly Row[] } return { rows: [] as Row[] };",
    undefined,
  ],
  [
    "returns an instance with methods, dates, addresses and a class with toJSON",
    "class A { a = 1; b() { return 2; } } class B { #b = 1; toJSON() { return this.#b; } } return { a: [new A()], at: new Date(), at2: new URL('a:b'), b: new B() };",
    undefined,
  ],
  ["returns members named as those of an error", 'return { name: "a", message: "b", size: 1, then: 2 };', undefined],
  ["returns another content type", 'return raw("a;b", { contentType: "text/csv" });', undefined],
  ["passes the payload on", "const next = (given: typeof payload): unknown => given; return next(payload);", undefined],
  [
    "returns a Response",
    "return new Response();",
    'NotSendable<"a Response or Blob: return raw(body, { contentType })">',
  ],
  [
    "returns a Response or a verdict",
    "return payload.issue.id === 1 ? allow() : Response.json({});",
    'NotSendable<"a Response or Blob',
  ],
  [
    "returns a nested Map",
    "return { rows: [{ a: new Map<string, string>() }] };",
    'NotSendable<"a Map, Set, iterator, stream or typed array',
  ],
  ["returns a Set", "return new Set([1]);", 'NotSendable<"a Map, Set, iterator, stream or typed array'],
  ["returns bytes", "return new Uint8Array(1);", 'NotSendable<"a Map, Set, iterator, stream or typed array'],
  ["returns a nested promise", "return { later: Promise.resolve(1) };", 'NotSendable<"a promise: await it">'],
  ["returns a nested error", 'return { error: new TypeError("x") };', 'NotSendable<"an Error: use its message">'],
  ["returns a BigInt", "return [{ id: 1n }];", 'NotSendable<"a BigInt: use a number or text">'],
  ["returns a function", "return () => 1;", 'NotSendable<"a function">'],
];

const manifest = `model_version: "1.0"
extension:
  id: com.example.types
  name: Types
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks:
    - event: issue.created
    - event: issue.assigned
  configuration:
    BURST: { type: integer, default: "20" }
    REGION: { type: string }
    API_TOKEN: { type: string, secret: true, required: true }
  custom_data:
    permissions:
      - { module: com.example.leads, operations: [read, write] }
      - { module: kiket.team.capacity, operations: [read] }
`;

const schema = `module: com.example.leads
version: "1.0"
tables:
  leads:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: email, type: string, null: false }
      - { name: note, type: text }
      - { name: created_at, type: timestamp, null: false }
`;

function handler(body: string): string {
  return `import { raw, unrecorded } from "kiket-gen/runtime";
import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({}, async (payload, context) => {
  void payload;
  void context;
  void [allow, raw, unrecorded];
  ${body}
});
`;
}

let folder: string;
beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest, ".kiket/modules/leads/schema.yml": schema });
  const report = await generate({ dir: folder });
  expect(report.diagnostics).toEqual([]);
});
afterAll(() => removeProject(folder));

describe.each(testedCompilers)("TypeScript %s", (version) => {
  let complaints: string;
  beforeAll(async () => {
    for (const [index, [, body]] of cases.entries()) {
      await writeFile(join(folder, `src/handlers/case-${index}.ts`), handler(body));
    }
    complaints = await compile(folder, version);
  });

  it.each(cases.map(([what, , expected], index) => [what, expected, index] as const))(
    "%s",
    (_what, expected, index) => {
      const own = complaints.split(/\n(?=\S)/).filter((line) => line.includes(`case-${index}.ts`));
      if (expected === undefined) expect(own).toEqual([]);
      else expect(own.join("\n")).toContain(expected);
    },
  );

  it("complains of nothing else", () => {
    const elsewhere = complaints.split(/\n(?=\S)/).filter((line) => line !== "" && !line.includes("case-"));
    expect(elsewhere).toEqual([]);
  });
});

describe("the wiring", () => {
  it("does not compile without a handler, or with another event's", async () => {
    const project = await createProject({
      ".kiket/manifest.yaml": manifest,
      ".kiket/modules/leads/schema.yml": schema,
    });
    try {
      await generate({ dir: project });
      const created = join(project, "src/handlers/issue.created.v1.ts");
      await writeFile(created, (await readFile(created, "utf8")).replaceAll("issue.created", "issue.assigned"));
      expect(await compile(project)).toContain(`'"issue.assigned"' is not assignable to type '"issue.created"'`);
      await writeFile(created, "export {};\n");
      expect(await compile(project)).toContain("has no default export");
    } finally {
      await removeProject(project);
    }
  });

  it("leaves the examples' generated files as they are committed", async () => {
    for (const name of ["marketing-automation", "issue-greeter", "on-call"]) {
      const report = await generate({ dir: join(root, "examples", name), mode: "check" });
      expect(report.actions.filter(({ kind }) => kind !== "keep")).toEqual([]);
    }
  });
});
