import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { auditProject } from "../../../generator/audit/audit-project.js";
import { createHost } from "../../../generator/project/host.js";
import { readProject } from "../../../generator/project/read-project.js";
import { ownDeclarations } from "../../../generator/usage/own-declarations.js";
import { root } from "../../support/project.js";

const files = {
  "extension.yaml": `model_version: "1.0"
extension:
  id: com.example.cloned
  name: Cloned
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read, users:read]
  hooks: [{ event: issue.created }]
  configuration:
    TOKEN: { type: string, secret: true }
    OLD_TOKEN: { type: string, secret: true }
`,
  "src/handlers/issue.created.v1.ts": `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (_payload, context) => {
  await context.api.GET("/api/v1/ext/issues", {});
  return allow({ message: context.secret("TOKEN") ?? "" });
});
`,
};

/** Audits a project in a folder far from any installed package. */
async function auditAlone(more: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-alone-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries({ ...files, ...more })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const host = createHost(folder);
  const { diagnostics } = await auditProject(host, await readProject(host, { dir: folder }));
  return diagnostics.map(({ code, message }) => `${code} ${message}`);
}

const expected = ["KG601 no handler uses the permission `users:read`", "KG603 no handler reads the secret `OLD_TOKEN`"];

it("serves a project that has no package installed", async () => {
  expect(await auditAlone({})).toEqual(expected);
});

it("is not replaced by what a project brings along", async () => {
  const other = "export declare const defineHandler: any; export type HandlerContext = any; export default any;\n";
  const manifest = (name: string) => JSON.stringify({ name, version: "9.9.9", exports: { "./*": "./index.d.ts" } });
  const fakes = ["kiket-gen", "openapi-fetch", "openapi-typescript-helpers"].flatMap((name) => [
    [`node_modules/${name}/package.json`, manifest(name)],
    [`node_modules/${name}/index.d.ts`, other],
  ]);
  const paths = {
    "kiket-gen/*": ["./fake.d.ts"],
    "kiket-gen/codegen": ["./fake.d.ts"],
    "openapi-fetch": ["./fake.d.ts"],
  };
  const tsconfig = JSON.stringify({ compilerOptions: { baseUrl: ".", paths, lib: ["dom"], noLib: false } });
  expect(await auditAlone({ ...Object.fromEntries(fakes), "fake.d.ts": other, "tsconfig.json": tsconfig })).toEqual(
    expected,
  );
});

it("names a file for each entry of the package and for what its declarations import", async () => {
  const { library, paths } = ownDeclarations();
  expect(library).toBe(join(root, "dist/runtime"));
  expect(Object.keys(paths)).toEqual([
    ...["kiket-gen", "kiket-gen/runtime", "kiket-gen/runtime/node", "kiket-gen/runtime/sqlite"],
    ...["kiket-gen/runtime/redis", "kiket-gen/runtime/bullmq", "kiket-gen/runtime/lambda", "kiket-gen/runtime/secrets"],
    ...["kiket-gen/runtime/prometheus", "kiket-gen/testing", "kiket-gen/dev"],
    ...["kiket-gen/codegen", "openapi-fetch", "openapi-typescript-helpers"],
  ]);
  for (const [file = ""] of Object.values(paths)) expect(await readFile(file, "utf8"), file).toContain("export");
});
