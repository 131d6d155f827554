import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as init from "../../generator/commands/init.js";
import { manifestPlaces } from "../../generator/project/manifest-places.js";
import { createProject, removeProject, root } from "../support/project.js";
import { runCommand } from "../support/run-command.js";
import type { Finished } from "../support/run-node.js";

let parent: string;
let project: string;
beforeEach(async () => {
  parent = await createProject({});
  project = join(parent, "bell");
  expect((await runCommand(init, [project])).code).toBe(0);
  await mkdir(join(parent, "node_modules/.bin"), { recursive: true });
  const program = join(parent, "node_modules/.bin/kiket-gen");
  await writeFile(program, `#!/bin/sh\nexec node '${join(root, "dist/generator/cli.cjs")}' "$@"\n`);
  await chmod(program, 0o755);
});
afterEach(() => removeProject(parent));

async function execute(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  const options = { cwd: parent, env: { ...process.env, ...env } };
  return promisify(execFile)(command, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

const edit = async (path: string, change: (text: string) => string) =>
  writeFile(join(project, path), change(await readFile(join(project, path), "utf8")));

/** Something that the generated files do not have. */
const drift = () => edit(".kiket/manifest.yaml", (text) => text.replace("GREETING:", "SALUTE:"));
/** What only lint finds, as a warning. */
const mistake = () => edit(".kiket/manifest.yaml", (text) => text.replace("issues:read", "issues:reed"));

describe("action.yml", () => {
  const inputs = { directory: "bell", checks: "check lint", strict: "false", "sarif-file": "" };

  async function runAction(given: Partial<typeof inputs> = {}): Promise<Finished & { readonly outputs: string }> {
    const { runs } = parse(await readFile(join(root, "action.yml"), "utf8"));
    const [step] = runs.steps;
    const values = { ...inputs, ...given };
    const env = Object.fromEntries(
      Object.entries<string>(step.env).map(([name, text]) => {
        const [, input] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text) ?? [];
        return [name, values[input as keyof typeof inputs]];
      }),
    );
    const file = join(parent, "outputs");
    await writeFile(file, "");
    // As GitHub starts a step with `shell: bash`.
    const args = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.run];
    const done = await execute("bash", args, { ...env, GITHUB_OUTPUT: file });
    return { ...done, outputs: await readFile(file, "utf8") };
  }

  it("is valid, and puts no input into its script", async () => {
    const text = await readFile(join(root, "action.yml"), "utf8");
    const checked = await execute(process.execPath, [
      join(root, "node_modules/@action-validator/cli/cli.mjs"),
      join(root, "action.yml"),
    ]);
    expect([checked.code, checked.stdout, checked.stderr]).toEqual([0, "", ""]);
    const action = parse(text);
    expect(
      Object.fromEntries(
        Object.entries<{ default: string }>(action.inputs).map(([name, { default: usual }]) => [name, usual]),
      ),
    ).toEqual({ ...inputs, directory: "." });
    for (const { run } of action.runs.steps) expect(run).not.toContain("${{");
  });

  it("passes for a project without problems, and writes SARIF with a run for each check", async () => {
    const done = await runAction({ "sarif-file": "found.sarif" });
    // A note, which is no problem.
    expect([done.code, done.stdout.match(/^::.*title=KG\d+::/gm), done.stderr]).toEqual([
      0,
      ["::notice file=bell/.kiket/manifest.yaml,line=16,col=14,title=KG830::"],
      "",
    ]);
    expect(done.outputs).toMatch(/^sarif-file<<(kiket-gen-\d+)\nfound\.sarif\n\1\n$/);
    const { version, runs } = JSON.parse(await readFile(join(parent, "found.sarif"), "utf8"));
    expect([
      version,
      runs.map((run: { automationDetails: object; results: { ruleId: string }[] }) => [
        run.automationDetails,
        run.results.map(({ ruleId }) => ruleId),
      ]),
    ]).toEqual([
      "2.1.0",
      [
        [{ id: "kiket-gen/check/" }, []],
        [{ id: "kiket-gen/lint/" }, ["KG830"]],
      ],
    ]);
  });

  it("fails with an annotation where generated files are out of date", async () => {
    await drift();
    const done = await runAction({ "sarif-file": "found.sarif" });
    expect(done.code).toBe(1);
    expect(done.stdout).toMatch(/^::error file=bell\/src\/generated\/[\w./]+,line=\d+,col=\d+,title=KG\d+::/m);
    const { runs } = JSON.parse(await readFile(join(parent, "found.sarif"), "utf8"));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toMatch(/^bell\/src\/generated\//);
    expect((await runAction({ checks: "lint" })).code).toBe(0);
  });

  it("fails with an annotation at a mistake in the manifest", async () => {
    await mistake();
    expect((await runAction({ checks: "lint" })).code).toBe(0);
    const done = await runAction({ checks: "lint", strict: "true" });
    expect(done.code).toBe(1);
    expect(done.stdout).toMatch(/^::warning file=bell\/\.kiket\/manifest\.yaml,line=\d+,/m);
  });

  it.each([
    [{ directory: "nowhere" }, "the input directory names no folder of the repository"],
    [{ directory: "$(touch ran)" }, "the input directory names no folder of the repository"],
    [{ checks: "" }, "the input checks names nothing: use check, lint or both"],
    [{ checks: "check; touch ran" }, "the input checks must have the words check and lint only"],
    [{ strict: "yes" }, "the input strict must be true or false"],
  ])("refuses %j", async (given, message) => {
    const done = await runAction(given);
    expect([done.code, done.stdout, done.outputs]).toEqual([2, `::error title=kiket-gen::${message}\n`, ""]);
    await expect(readFile(join(parent, "ran"))).rejects.toThrow("ENOENT");
  });
});

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
  readonly language: string;
  readonly pass_filenames: boolean;
}

describe(".pre-commit-hooks.yaml", () => {
  const read = async (): Promise<readonly Hook[]> =>
    parse(await readFile(join(root, ".pre-commit-hooks.yaml"), "utf8"));

  it("has a hook for each check, which the project's own kiket-gen runs", async () => {
    expect(
      (await read()).map(({ id, entry, language, pass_filenames }) => [id, entry, language, pass_filenames]),
    ).toEqual([
      ["kiket-gen-check", "npx --no-install kiket-gen --check", "system", false],
      ["kiket-gen-lint", "npx --no-install kiket-gen lint", "system", false],
    ]);
  });

  it("runs for each place of a manifest, for modules, and the check for generated files as well", async () => {
    const ofManifest = [...manifestPlaces, ".kiket/modules/crm/schema.yml", "apps/bell/.kiket/manifest.yaml"];
    const ofCheck = [
      "src/generated/context.gen.ts",
      "src/generated/kiket-gen.lock.json",
      "package.json",
      "contracts/a.v1.schema.json",
    ];
    const ofNone = ["README.md", "src/handlers/issue.created.v1.ts", "my-manifest.yaml", "kiket/manifest.yaml.bak"];
    const all = [...ofManifest, ...ofCheck, ...ofNone];
    const [check, lint] = (await read()).map(({ files }) => all.filter((path) => new RegExp(files).test(path)));
    expect(check).toEqual([...ofManifest, ...ofCheck]);
    expect(lint).toEqual(ofManifest);
  });

  it("passes and fails as the command does", async () => {
    const run = async (id: string) => {
      const [command = "", ...words] = (await read()).find((hook) => hook.id === id)?.entry.split(" ") ?? [];
      return (await execute(command, [...words, "bell"])).code;
    };
    expect([await run("kiket-gen-check"), await run("kiket-gen-lint")]).toEqual([0, 0]);
    await drift();
    expect([await run("kiket-gen-check"), await run("kiket-gen-lint")]).toEqual([1, 0]);
  });
});

describe("the entries for SchemaStore", () => {
  it("have the address of each schema in the repository that package.json names", async () => {
    const { catalogEntries } = await import("../../.ci/schemastore.mjs");
    const found = await catalogEntries({ repository: { url: "git+https://github.com/owner/name.git" } });
    const entries = "entries" in found ? found.entries : [];
    expect(entries.map(({ url, fileMatch }) => [url, fileMatch])).toEqual([
      [
        "https://raw.githubusercontent.com/owner/name/HEAD/schemas/extension.schema.json",
        ["**/.kiket/manifest.yaml", "**/.kiket/manifest.yml", "kiket-extension.yaml"],
      ],
      [
        "https://raw.githubusercontent.com/owner/name/HEAD/schemas/module.schema.json",
        ["**/.kiket/modules/*/schema.yaml", "**/.kiket/modules/*/schema.yml"],
      ],
      [
        "https://raw.githubusercontent.com/owner/name/HEAD/schemas/webhook.schema.json",
        ["kiket-webhook.yaml", "kiket-webhook.yml"],
      ],
    ]);
    for (const entry of entries) expect(Object.keys(entry)).toEqual(["name", "description", "fileMatch", "url"]);
    for (const { url } of entries) await readFile(join(root, "schemas", url.split("/").at(-1) ?? ""));
  });

  it.each([
    [{}, "package.json has no repository, and SchemaStore needs an address for each schema"],
    [
      { repository: "https://code.example/a" },
      "https://code.example/a is on neither github.com nor gitlab.com, and SchemaStore needs an address for each schema",
    ],
  ])("of %j are refused, and who can help is named", async (manifest, message) => {
    const { catalogEntries } = await import("../../.ci/schemastore.mjs");
    const found = await catalogEntries(manifest);
    expect("refusal" in found ? found.refusal.split("\n") : []).toEqual([
      message,
      '    hint: the owner of the package sets "repository" in package.json, such as "github:owner/name"',
    ]);
  });
});
