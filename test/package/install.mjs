// Packs the package, installs the tarball into an empty project, and does there what a user does.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { aims, measureInstall } from "./size.mjs";
import { check, expectExit, npmInstall, root, withTarball } from "./tarball.mjs";

const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/** Few packages, small, with licences, and without scripts that run at an install. */
async function checkAlone(folder, tarball) {
  const { installed, packages, megabytes } = await measureInstall(folder, tarball);
  const names = installed.map(({ path }) => path).join(", ");
  check(packages <= aims.packages, `${packages} packages, not at most ${aims.packages}: ${names}`);
  check(megabytes <= aims.megabytes, `${megabytes.toFixed(1)} MB on disk, not at most ${aims.megabytes}`);

  const own = join(folder, "node_modules/kiket-gen");
  const { scripts = {} } = JSON.parse(await readFile(join(own, "package.json"), "utf8"));
  const atInstall = ["preinstall", "install", "postinstall"].filter((name) => name in scripts);
  check(atInstall.length === 0, `scripts that run at an install: ${atInstall}`);
  // npm counts `prepare` of a tarball, but runs it in a repository only: here it would fail without build.mjs.
  const scripted = installed.filter(({ path, hasInstallScript }) => hasInstallScript && !path.endsWith("/kiket-gen"));
  check(scripted.length === 0, `packages with install scripts: ${scripted.map(({ path }) => path)}`);

  const licences = await readFile(join(own, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const bundled = [
    "@codemirror/view",
    "@lezer/common",
    "diff",
    "preact",
    "json-schema-to-typescript",
    "lodash",
    "openapi-typescript",
    "ts-morph",
    "yaml",
  ];
  const missing = [...bundled, "typescript"].filter((name) => !new RegExp(`^${name} \\d.*\\)$`, "m").test(licences));
  check(missing.length === 0, `no licence of ${missing}`);
  for (const text of ["Apache License", "TypeScript ThirdPartyNotices", "UNICODE, INC. LICENSE AGREEMENT"])
    check(licences.includes(text), `the licences lack "${text}"`);
  console.log(`${packages} packages, ${megabytes.toFixed(1)} MB: ${names}`);
}

const manifest = `model_version: "1.0"
extension:
  id: com.example.installed
  name: Installed
  version: 0.1.0
  delivery: http
  callback:
    url: \${EXTENSION_BASE_URL}
  permissions: [issues:read]
  hooks:
    - event: issue.created
    - event: workflow.sla_breach
  configuration:
    GREETING: { type: string, default: Hello }
    TOKEN: { type: string, secret: true, required: true }
`;

/** What a user does who has TypeScript and vitest as well. */
async function checkProject(project, tarball) {
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  const packages = ["typescript", "@types/node", "vitest"].map((name) => `${name}@${devDependencies[name]}`);
  await npmInstall(project, tarball, ...packages);
  await mkdir(join(project, ".kiket"));
  await writeFile(join(project, ".kiket/manifest.yaml"), manifest);
  await mkdir(join(project, "src"));
  const inferred =
    'import type { Context } from "./generated/context.gen.js";\nexport const log = (c: Context) => c.log;\n';
  await writeFile(join(project, "src/inferred.ts"), inferred);
  const compilerOptions = { module: "NodeNext", target: "ES2023", strict: true, declaration: true, types: ["node"] };
  await writeFile(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, noUnusedLocals: true, noEmit: true }, include: ["src"] }),
  );

  await expectExit(1, "npx", ["--no-install", "kiket-gen", "--check"], project);
  await expectExit(0, "npx", ["--no-install", "kiket-gen"], project);
  await expectExit(0, "npx", ["--no-install", "tsc", "--noEmit"], project);
  await expectExit(0, "npx", ["--no-install", "kiket-gen", "--check"], project);
  const entries = [
    "kiket-gen",
    "kiket-gen/runtime",
    "kiket-gen/runtime/node",
    "kiket-gen/testing",
    "kiket-gen/codegen",
  ];
  const script = entries.map((entry) => `await import(${JSON.stringify(entry)});`).join("");
  await expectExit(0, process.execPath, ["--input-type=module", "-e", script], project);
  await expectExit(2, "npx", ["--no-install", "kiket-gen", "--wrong"], project);

  // Found from below, the installed package serves a project that init starts as well.
  for (const template of ["extension", "adapter", "webhook"]) {
    await expectExit(0, "npx", ["--no-install", "kiket-gen", "init", template, "--template", template], project);
    await expectExit(0, "npx", ["--no-install", "kiket-gen", template, "--check"], project);
    await expectExit(0, "npx", ["--no-install", "tsc", "--noEmit", "-p", template], project);
    await expectExit(0, "npx", ["--no-install", "vitest", "run"], join(project, template));
  }
  await expectExit(2, "npx", ["--no-install", "kiket-gen", "init", "other", "--template", "hook"], project);
  await expectExit(2, "npx", ["--no-install", "kiket-gen", "initt", "other"], project);
}

/** A program with the generator in it, bundled by its user: the schema compilers come along. */
async function checkBundled(project) {
  await mkdir(join(project, "contracts"));
  await writeFile(
    join(project, "contracts/issue.created.v1.schema.json"),
    '{ "properties": { "own": { "const": 1 } } }',
  );
  await writeFile(
    join(project, "api.yaml"),
    'openapi: 3.1.0\ninfo: { title: Own, version: "1" }\npaths: { /own: { get: { responses: { "200": { description: Own } } } } }\n',
  );
  const contents = `import { generate } from "kiket-gen";
    const { diagnostics } = await generate({ events: "contracts", openapi: "api.yaml" });
    if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));`;
  const options = { bundle: true, platform: "node", format: "esm", outfile: join(project, "bundled.mjs") };
  await build({ ...options, stdin: { contents, resolveDir: project }, logLevel: "error" });
  await expectExit(0, process.execPath, ["bundled.mjs"], project);
  for (const [path, text] of [
    ["events/issue.created.v1.gen.ts", "  own?: 1;\n"],
    ["api.gen.ts", '    "/own": {\n'],
  ]) {
    const generated = await readFile(join(project, "src/generated", path), "utf8");
    check(generated.includes(text), `${path} lacks ${text}`);
  }
}

await withTarball(async (folder, tarball) => {
  await checkAlone(join(folder, "alone"), tarball);
  await checkProject(join(folder, "project"), tarball);
  await checkBundled(join(folder, "project"));
});
console.log("packed, installed, generated, compiled, started anew, tested and bundled");
