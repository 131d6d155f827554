// Packs the package, installs the tarball into an empty project, and does there what a user does.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

async function expectExit(code, command, args, cwd) {
  const outcome = await run(command, args, { cwd }).then(
    (done) => ({ ...done, code: 0 }),
    (error) => error,
  );
  if (outcome.code !== code) {
    throw new Error(
      `${command} ${args.join(" ")}: exit ${outcome.code}, not ${code}\n${outcome.stdout}${outcome.stderr}`,
    );
  }
  return outcome;
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

const project = await mkdtemp(join(tmpdir(), "kiket-gen-install-"));
try {
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], { cwd: root });
  const [{ filename }] = Object.values(JSON.parse(packed.stdout));
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  const packages = ["typescript", "@types/node", "vitest"].map((name) => `${name}@${devDependencies[name]}`);
  await run("npm", ["install", "--no-audit", "--no-fund", `./${filename}`, ...packages], { cwd: project });
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
  const started = join(project, "started");
  await expectExit(0, "npx", ["--no-install", "kiket-gen", "init", "started"], project);
  await expectExit(0, "npx", ["--no-install", "kiket-gen", "started", "--check"], project);
  await expectExit(0, "npx", ["--no-install", "tsc", "--noEmit", "-p", "started"], project);
  await expectExit(0, "npx", ["--no-install", "vitest", "run"], started);
  await expectExit(2, "npx", ["--no-install", "kiket-gen", "initt", "other"], project);
  console.log("packed, installed, generated, compiled, started anew and tested");
} finally {
  await rm(project, { recursive: true, force: true });
}
