import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import manifest from "../../../package.json" with { type: "json" };
import { testedCompilers, tsc } from "../../support/compile.js";
import { readTree, root } from "../../support/project.js";
import { entries, programOf } from "./declarations.js";
import { importsOf, type Module, probesOf, startFile, startsOf } from "./probes.js";

const extension = `model_version: "1.0"
extension:
  id: com.example.inferred
  name: Inferred
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks:
    - event: issue.created
    - event: workflow.sla_breach
  commands:
    - { key: leads.count, label: Count }
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
      - { name: note, type: json }
`;

/** Calls whose result depends on their arguments. */
const calls = `import { allow, createMemoryStore, defineHandler, directive, subject } from "kiket-gen/runtime";
import { createSqliteStore } from "kiket-gen/runtime/sqlite";
import { run, runAdapter, serve } from "kiket-gen/runtime/node";
import { createPlatform, createTestExtension as open, payloadOf as example } from "kiket-gen/testing";
import { generate } from "kiket-gen";
import type { Context } from "./generated/context.gen.js";
import { defineHandler as defineCreated } from "./generated/events/issue.created.v1.gen.js";
import { createExtension } from "./generated/extension.gen.js";
import { createTestExtension, payloadOf } from "./generated/testing.gen.js";

export const log = (c: Context) => c.log;
export const all = (c: Context) => ({ ...c });
export const api = (c: Context) => c.api;
export const limit = (c: Context) => c.api.GET("/api/v1/ext/rate_limit");
export const limited = async (c: Context) => (await limit(c)).data;
export const asked = (c: Context) => c.api.request("get", "/api/v1/ext/rate_limit");
export const logged = (c: Context) => c.api.POST("/api/v1/extensions/logs", { body: { message: "seen", metadata: {} } });
export const rows = (c: Context) => c.customData(1).leads.leads.list({ filters: { email: "a" } });
export const people = (c: Context) => c.customData().capacity("people");
export const created = defineCreated({ requiredScopes: [] }, (payload, { event }) => ({ ...allow(), payload, event }));
export const handler = defineHandler({ event: "a", version: "v1" }, (payload, { event }) => [payload, event] as const);
export const open1 = (c: Parameters<Parameters<typeof defineHandler>[1]>[1]) => c.api.GET("/api/v1/ext/rate_limit");
export const issue = subject(payloadOf("issue.created", "v1"));
export const comment = directive.addComment("Done");
export const memory = createMemoryStore();
export const lasting = createSqliteStore({ path: "store.db" });
export const served = serve(createExtension());
export const running = run(() => createExtension());
export const adapter = runAdapter;
export const report = generate({ mode: "check" });
export const kit = createTestExtension();
export const outcome = async () => (await kit).deliver("issue.created", "v1", { issue: { title: "A" } });
export const plain = open({ handlers: [created] });
export const plainOutcome = async () => (await plain).deliver("issue.assigned", "v1");
export const known = example("issue.created");
export const hook = example("external.webhook.form");
export const other = example("own.event");
export const platform = createPlatform({ seed: { secrets: {} } });
`;

/** What other packages' types the declarations use. */
const packages = ["openapi-fetch", "openapi-typescript-helpers"];

let folder: string;

/** A project with the packed package as strict package managers install it: what the package needs is below it only. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kiket-gen-inferred-"));
  const installed = join(folder, "node_modules", manifest.name);
  await mkdir(installed, { recursive: true });
  await cp(join(root, "package.json"), join(installed, "package.json"));
  for (const { types } of entries) await cp(types, types.replace(root, `${installed}/`));
  for (const name of packages) {
    await cp(join(root, "node_modules", name), join(installed, "node_modules", name), { recursive: true });
  }
  for (const [path, text] of Object.entries({
    "package.json": '{ "type": "module" }\n',
    "tsconfig.json": '{ "compilerOptions": { "module": "nodenext" } }\n',
    ".kiket/manifest.yaml": extension,
    ".kiket/modules/leads/schema.yml": schema,
    "src/calls.ts": calls,
  })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);

  const source = join(folder, "src");
  const generated = Object.keys(await readTree(join(source, "generated"))).filter((path) => path.endsWith(".ts"));
  const modules: readonly Module[] = [
    ...entries.map(({ specifier, types }) => ({ specifier, file: types.replace(root, `${installed}/`) })),
    ...generated.map((path) => ({
      specifier: `./generated/${path.replace(/\.ts$/, ".js")}`,
      file: join(source, "generated", path),
    })),
  ];
  const starts = startsOf(programOf(modules.map(({ file }) => file)), modules);
  const file = join(source, "starts.ts");
  await writeFile(file, startFile(modules, starts));
  const probes = probesOf(programOf([file]), file, starts);
  expect(probes.length).toBeGreaterThan(2000);
  await rm(file);
  await writeFile(join(source, "probes.ts"), `${importsOf(modules)}declare const nothing: never;\n${probes.join("")}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(testedCompilers)("TypeScript %s", (version) => {
  it("writes declarations for everything that a user can infer", async () => {
    const config = join(folder, `tsconfig.${version}.json`);
    const compilerOptions = {
      target: "ES2023",
      module: "NodeNext",
      strict: true,
      declaration: true,
      emitDeclarationOnly: true,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      rootDir: "src",
      outDir: `dist-${version}`,
    };
    await writeFile(config, JSON.stringify({ compilerOptions, include: ["src"] }));
    expect((await tsc(folder, ["-p", config], version)).stdout).toBe("");
    const written = await readTree(join(folder, `dist-${version}`));
    expect(written["calls.d.ts"]).toContain(
      'export declare const log: (c: Context) => import("kiket-gen/runtime").Logger;',
    );
    expect(Object.values(written).filter((text) => /node_modules/.test(text))).toEqual([]);
  });
});
