import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../generator/index.js";
import type { TestExtension, TestExtensionOptions } from "../../runtime/testing.js";
import { compile } from "../support/compile.js";
import { openPlatform } from "../support/open-kiket.js";
import { createProject, removeProject } from "../support/project.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.greeter
  name: Greeter
  version: 0.3.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks: [{ event: issue.created, description: Greets the author }]
  configuration:
    GREETING: { type: string, default: Hello, description: First words to an author }
    DAILY_LIMIT: { type: integer, default: 500 }
    API_KEY: { type: string, secret: true, required: true }
`;

const handler = `import { defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({ requiredScopes: ["issues:read"] }, (payload, context) => ({
  title: payload.issue.title,
  greeting: context.settings.GREETING,
  limit: context.settings.DAILY_LIMIT,
  key: context.secret("API_KEY") ?? null,
}));
`;
const handlerPath = "src/handlers/issue.created.v1.ts";

let folder: string;
let createTestExtension: (options: Omit<TestExtensionOptions, "handlers">) => Promise<TestExtension>;
beforeAll(async () => {
  folder = await createProject({ "extension.yaml": manifest, [handlerPath]: handler });
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);
  expect(await compile(folder, "7.0", true)).toBe("");
  ({ createTestExtension } = await import(pathToFileURL(join(folder, "dist/generated/testing.gen.js")).href));
});
afterAll(() => removeProject(folder));

describe("8: the manifest", () => {
  test.each(["extension.yaml", "manifest.yaml", ".kiket/manifest.yaml"])("8: %s is found", async (name) => {
    const project = await createProject({ [name]: manifest });
    try {
      const { model, diagnostics } = await generate({ dir: project, mode: "check" });
      expect([model?.manifest, model?.id, diagnostics]).toEqual([name, "com.example.greeter", []]);
    } finally {
      await removeProject(project);
    }
  });

  test.each([
    ["the defaults", {}, { greeting: "Hello", limit: 500, key: null }],
    [
      "the environment, before the defaults",
      { KIKET_SECRET_API_KEY: "k-env", DAILY_LIMIT: "40" },
      { greeting: "Hello", limit: 40, key: "k-env" },
    ],
  ])("8: settings and secrets have %s", async (_what, env, expected) => {
    const kiket = await createTestExtension({ env });
    const { body } = await kiket.deliver("issue.created", "v1", { issue: { title: "A" } });
    await kiket.close();
    expect(body).toEqual({ title: "A", ...expected });
  });
});

describe("6: the generated program", () => {
  test("6: it serves with an environment alone, and ends at SIGTERM", async () => {
    const platform = await openPlatform();
    const child = spawn(process.execPath, [join(folder, "dist/main.js")], {
      cwd: folder,
      env: { PORT: "0", KIKET_BASE_URL: platform.baseUrl, NODE_ENV: "production", KIKET_SECRET_API_KEY: "k-env" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const ended = once(child, "exit");
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const { url } = JSON.parse((await lines.next()).value) as { url: string };
      const payload = { issue: { id: 1, title: "Over HTTP" } };
      const { status, body } = await platform.deliver(url, { event: "issue.created", payload });
      expect([status, body]).toEqual([200, { title: "Over HTTP", greeting: "Hello", limit: 500, key: "k-env" }]);
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});

/** What an editor shows of the first place where `name` stands in the handler: its type, and its documentation. */
function shownAt(service: ts.LanguageService, name: string): readonly [string, string] {
  const info = service.getQuickInfoAtPosition(join(folder, handlerPath), handler.indexOf(name));
  return [ts.displayPartsToString(info?.displayParts), ts.displayPartsToString(info?.documentation)];
}

describe("16: typed and documented", () => {
  test("16: what the manifest does not declare does not compile", async () => {
    const mistakes: Readonly<Record<string, string>> = {
      "payload.issue.titel": "Property 'titel' does not exist",
      "context.settings.NOPE": "Property 'NOPE' does not exist",
      'context.secret("OTHER")': `'"OTHER"' is not assignable`,
      'context.requireScopes("issues:write")': `'"issues:write"' is not assignable`,
    };
    const files = Object.keys(mistakes).map((expression, index) => [`mistake-${index}.ts`, expression] as const);
    for (const [name, expression] of files) {
      const text = handler.replace("payload.issue.title", expression);
      await writeFile(join(folder, "src/handlers", name), text);
    }
    try {
      const said = await compile(folder);
      for (const [name, expression] of files) {
        const lines = said.split("\n").filter((line) => line.startsWith(`src/handlers/${name}`));
        expect(lines.join("\n"), expression).toContain(mistakes[expression]);
      }
    } finally {
      for (const [name] of files) await rm(join(folder, "src/handlers", name));
    }
  });

  test("16: an editor shows the type of everything, and what manifest and package say of it", () => {
    const options: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true, types: [] };
    const service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [join(folder, handlerPath)],
      getScriptVersion: () => "1",
      getScriptSnapshot: (path) => {
        const text = ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
    expect(shownAt(service, "GREETING")).toEqual([
      "(property) GREETING: string",
      'First words to an author. Default: `"Hello"`.',
    ]);
    expect(shownAt(service, "DAILY_LIMIT")).toEqual(["(property) DAILY_LIMIT: number", "Default: `500`."]);
    const [type, documentation] = shownAt(service, "secret(");
    expect(type).toContain('secret(key: "API_KEY"): string | undefined');
    expect(documentation).toContain("Looks in the delivery's secrets");
    expect(shownAt(service, "payload, context")[0]).toBe("(parameter) payload: IssueCreatedV1Payload");
    service.dispose();
  });
});
