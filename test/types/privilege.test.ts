import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import { compile, testedCompilers, tsc } from "../support/compile.js";
import { createProject, removeProject } from "../support/project.js";

const advice = (permission: string) => `NotPermitted<"add the permission ${permission} to the manifest to call this">`;

const tableAdvice = (operation: string) =>
  `NotPermitted<"add the operation ${operation} of kiket.team.capacity to custom_data.permissions in the manifest to call this">`;

const issue = '{ params: { path: { key: "PRS-1" } } }';

/** A handler's body and what the compiler must say of it; `undefined` for what must be accepted. */
const cases: readonly (readonly [string, string, string | undefined])[] = [
  ["reads with a declared permission", 'await context.api.GET("/api/v1/ext/issues");', undefined],
  [
    "keeps the types of what it reads",
    'const { data } = await context.api.GET("/api/v1/ext/rate_limit"); const n: number | undefined = data?.rate_limit.remaining; return n;',
    undefined,
  ],
  ["reads one, with parameters", `await context.api.GET("/api/v1/ext/issues/{key}", ${issue});`, undefined],
  ["forgets the parameters", 'await context.api.GET("/api/v1/ext/issues/{key}");', "Expected 2 arguments, but got 1"],
  [
    "misspells a parameter",
    'await context.api.GET("/api/v1/ext/issues/{key}", { params: { path: { kee: "PRS-1" } } });',
    "'kee' does not exist",
  ],
  [
    "writes without the permission",
    'await context.api.POST("/api/v1/ext/issues", { body: { issue: { title: "a" } } });',
    `is not assignable to parameter of type '${advice("issues:write")}'`,
  ],
  [
    "changes without the permission",
    `await context.api.PATCH("/api/v1/ext/issues/{key}", ${issue});`,
    `is not assignable to parameter of type '${advice("issues:write")}'`,
  ],
  [
    "reads another noun without the permission",
    'await context.api.GET("/api/v1/ext/projects/{slug}/boards", { params: { path: { slug: "a" } } });',
    `is not assignable to parameter of type '${advice("boards:read")}'`,
  ],
  [
    "asks in the other way without the permission",
    'await context.api.request("post", "/api/v1/ext/issues", { body: { issue: { title: "a" } } });',
    `is not assignable to parameter of type '${advice("issues:write")}'`,
  ],
  ["asks in the other way with it", 'await context.api.request("get", "/api/v1/ext/issues");', undefined],
  ["calls what the record knows no scope of", 'await context.api.GET("/api/v1/ext/rate_limit");', undefined],
  [
    "reads records, which an operation of a module grants",
    'await context.api.GET("/api/v1/ext/custom_data/{module_key}/{table}", { params: { path: { module_key: "m", table: "t" }, query: { project_id: 1 } } });',
    undefined,
  ],
  [
    "deletes records, which none grants",
    'await context.api.DELETE("/api/v1/ext/custom_data/{module_key}/{table}/{record_id}", { params: { path: { module_key: "m", table: "t", record_id: 1 }, query: { project_id: 1 } } });',
    `is not assignable to parameter of type '${advice("custom_data:write")}'`,
  ],
  ["calls no path at all", 'await context.api.GET("/nothing");', "is not assignable to parameter of type '\"/"],
  ["keeps the rest of the client", "context.api.use({ onRequest: () => undefined });", undefined],
  ["lists by wire names", 'await context.endpoints.customData(1).list("m", "t", { limit: 1 });', undefined],
  [
    "creates by wire names without the permission",
    'await context.endpoints.customData().create("m", "t", {});',
    `Type '${advice("custom_data:write")}' has no call signatures`,
  ],
  ["reads a table with the permission", 'await context.customData(1).capacity("t").list();', undefined],
  [
    "writes to a table without the permission",
    'await context.customData(1).capacity("t").create({});',
    `Type '${tableAdvice("write")}' has no call signatures`,
  ],
  [
    "deletes from a table without the permission",
    'const { delete: remove } = context.customData(1).capacity("t"); await remove(1);',
    `Type '${tableAdvice("delete")}' has no call signatures`,
  ],
  [
    "calls what no table has",
    'await context.customData(1).capacity("t").upsert({});',
    "Property 'upsert' does not exist",
  ],
  ["reads SLA events", "return (await context.endpoints.slaEvents(1).list({ limit: 1 }))[0]?.state;", undefined],
  [
    "reads issues with the permission",
    `const { issues, pagination } = await context.endpoints.issues.list({ projectKey: "WEB", perPage: 5 });
     const one = await context.endpoints.issues.get("WEB-1");
     const texts: (string | null | undefined)[] = [one?.assignee?.name, issues[0]?.labels?.[0], issues[0]?.issueType];
     const total: number | undefined = pagination.total;
     return [texts, total, one?.customFields?.["story_points"]];`,
    undefined,
  ],
  [
    "creates an issue without the permission",
    'await context.endpoints.issues.create({ title: "a" });',
    `Type '${advice("issues:write")}' has no call signatures`,
  ],
  [
    "moves an issue without the permission",
    'await context.endpoints.issues.transition("WEB-1", "approve");',
    `Type '${advice("issues:write")}' has no call signatures`,
  ],
  [
    "comments on an issue without the permission",
    'await context.endpoints.issues.comment("WEB-1", "Hi");',
    `Type '${advice("comments:write")}' has no call signatures`,
  ],
  ["reads comments", 'return (await context.endpoints.comments.list("WEB-1"))[0]?.author.name;', undefined],
  [
    "writes a comment without the permission",
    'await context.endpoints.comments.create("WEB-1", "a");',
    `Type '${advice("comments:write")}' has no call signatures`,
  ],
  ["reads secrets of the store", 'return context.endpoints.secrets.get("A") ?? context.secrets.get("A");', undefined],
  ["logs and notifies", 'await context.endpoints.logEvent("a"); await context.endpoints.notify("a", "b");', undefined],
  ["names its own context", "const own: Context = context; return own.event;", undefined],
];

function manifest(permissions: string): string {
  return `model_version: "1.0"
extension:
  id: com.example.privilege
  name: Privilege
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: ${permissions}
  hooks:
    - event: issue.created
  custom_data:
    permissions:
      - { module: kiket.team.capacity, operations: [read] }
`;
}

function handler(body: string): string {
  return `import type { Context } from "../generated/context.gen.js";
import { defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({}, async (_payload, context) => {
  void (context satisfies Context);
  ${body}
});
`;
}

let folder: string;
beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest("[issues:read]") });
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);
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
});

describe("permissions", () => {
  const write = 'await context.api.POST("/api/v1/ext/issues", { body: { issue: { title: "a" } } });';

  it.each([
    ["the manifest's own spelling, verb first", "[read:issues]", advice("write:issues")],
    ["a dot", "[issues.read]", advice("issues.write")],
    ["the canonical spelling where nothing is declared", "[]", advice("issues:write")],
  ])("are named in %s", async (_what, permissions, expected) => {
    const project = await createProject({ ".kiket/manifest.yaml": manifest(permissions) });
    try {
      await generate({ dir: project });
      await writeFile(join(project, "src/handlers/issue.created.v1.ts"), handler(write));
      expect(await compile(project)).toContain(expected);
    } finally {
      await removeProject(project);
    }
  });

  it.each(['["issues:write"]', '["issues.write"]', '["write:issues"]', '["write:issue"]', '["*"]'])(
    "allow the call when %s is declared",
    async (permissions) => {
      const project = await createProject({ ".kiket/manifest.yaml": manifest(permissions) });
      try {
        await generate({ dir: project });
        await writeFile(join(project, "src/handlers/issue.created.v1.ts"), handler(write));
        expect(await compile(project)).toBe("");
      } finally {
        await removeProject(project);
      }
    },
  );
});

describe("the compiler", () => {
  it.each(testedCompilers)(
    "%s works no harder for a client that refuses calls than for one that refuses none",
    async (version) => {
      const instantiations = async (permissions: string): Promise<number> => {
        const project = await createProject({ ".kiket/manifest.yaml": manifest(permissions) });
        try {
          await generate({ dir: project });
          const body = 'await context.api.GET("/api/v1/ext/issues"); await context.api.GET("/api/v1/ext/rate_limit");';
          await writeFile(join(project, "src/handlers/issue.created.v1.ts"), handler(body));
          expect(await compile(project, version)).toBe("");
          const { stdout } = await tsc(project, ["-p", `tsconfig.${version}.json`, "--extendedDiagnostics"], version);
          return Number(/Instantiations: +(\d+)/.exec(stdout)?.[1]);
        } finally {
          await removeProject(project);
        }
      };
      const [refusing, open] = [await instantiations("[issues:read]"), await instantiations('["*"]')];
      expect(open).toBeGreaterThan(0);
      expect(refusing).toBeLessThan(open * 1.5);
    },
  );
});

describe("an editor", () => {
  it("offers the paths that the permissions allow, and no other", async () => {
    const file = join(folder, "src/handlers/completion.ts");
    const text = handler('await context.api.GET("");');
    await writeFile(file, text);
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      skipLibCheck: true,
      types: [],
    };
    const service = ts.createLanguageService({
      getScriptFileNames: () => [file],
      getScriptVersion: () => "1",
      getScriptSnapshot: (name) => {
        const found = ts.sys.readFile(name);
        return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
      },
      getCurrentDirectory: () => folder,
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
    });
    const offered = service
      .getCompletionsAtPosition(file, text.indexOf('GET("') + 5, {})
      ?.entries.map(({ name }) => name);
    expect(offered).toContain("/api/v1/ext/rate_limit");
    expect(offered).toContain("/api/v1/ext/issues");
    expect(offered).not.toContain("/api/v1/ext/projects/{slug}/boards");
  });
});
