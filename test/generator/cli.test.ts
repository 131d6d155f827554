import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, readTree, removeProject, root } from "../support/project.js";
import { runCli, runNode } from "../support/run-node.js";

const manifest = `name: Bell
version: 0.3.0
vendor: example.com
scopes:
  read: [issue]
events: [issue.created]
`;

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
});
afterEach(() => removeProject(folder));

describe("kiket-gen", () => {
  it("generates in the working directory, without colour when piped", async () => {
    expect(await runCli([], folder)).toEqual({
      code: 0,
      stderr: "",
      stdout: `extension.yaml  1 event, 1 permission, 0 settings, 0 secrets, 0 custom-data modules
  created  src/generated/context.gen.ts
  created  src/generated/custom-data.gen.ts
  created  src/generated/events/issue.created.v1.gen.ts
  created  src/generated/extension.gen.ts
  created  src/generated/scopes.gen.ts
  created  src/generated/settings.gen.ts
  created  src/generated/shapes.gen.ts
  created  src/generated/testing.gen.ts
  created  src/handlers/issue.created.v1.ts
  created  src/main.ts
  created  src/generated/kiket-gen.lock.json
11 files: 11 created
1 of 1 handler is not filled: src/handlers/issue.created.v1.ts (501 until it is filled)
`,
    });
    expect((await runCli([], folder)).stdout).toContain("11 files: 11 unchanged\n");
  });

  it.runIf(process.platform === "linux")("ends where no folder can be made, although the one above is there", () => {
    const cli = join(root, "dist/generator/cli.cjs");
    const options = { timeout: 30_000, killSignal: "SIGKILL", encoding: "utf8" } as const;
    const { status, stderr } = spawnSync(process.execPath, [cli, "init", "/proc/kiket-gen/x"], options);
    expect([status, stderr]).toEqual([1, "kiket-gen: /proc/kiket-gen: no such file or folder\n"]);
  });

  it("generates in the folder named", async () => {
    const done = await runCli([folder, "--out", "lib/gen", "--handlers", "lib/on"], "/");
    expect(done.code).toBe(0);
    expect(Object.keys(await readTree(join(folder, "lib")))).toContain("on/issue.created.v1.ts");
  });

  it("says with --check what is missing or out of date, and writes nothing", async () => {
    const before = await runCli(["--check"], folder);
    expect(before.code).toBe(1);
    expect(before.stdout).toContain("  missing      src/handlers/issue.created.v1.ts\n");
    expect(before.stderr).toBe("Run kiket-gen to bring the files up to date.\n");
    expect(Object.keys(await readTree(folder))).toEqual(["extension.yaml", "package.json"]);

    await runCli([], folder);
    expect((await runCli(["--check"], folder)).code).toBe(0);
    await writeFile(join(folder, "src/generated/scopes.gen.ts"), "edited");
    const after = await runCli(["--check"], folder);
    expect(after.code).toBe(1);
    expect(after.stdout).toContain(
      "  out of date  src/generated/scopes.gen.ts\n11 files: 1 out of date, 10 up to date\n",
    );
  });

  it("says with --dry-run what it would do", async () => {
    const done = await runCli(["--dry-run"], folder);
    expect(done.code).toBe(0);
    expect(done.stdout).toContain(
      "  would be created  src/generated/kiket-gen.lock.json\n11 files: 11 would be created\n",
    );
    expect(Object.keys(await readTree(folder))).toEqual(["extension.yaml", "package.json"]);
  });

  it("prints every mistake at its place with its code, and writes nothing", async () => {
    await writeFile(join(folder, "extension.yaml"), `${manifest}actions:\n  - { label: one }\n  - { label: two }\n`);
    const done = await runCli([], folder);
    expect(done.code).toBe(1);
    expect(done.stdout).toBe("");
    const lines = done.stderr
      .split("\n")
      .filter((line) => /^extension\.yaml:\d+:\d+ {2}error {2}KG\d{3} {2}\S/.test(line));
    expect(lines.map((line) => line.split("  ")[0])).toEqual(["extension.yaml:8:5", "extension.yaml:9:5"]);
    expect(done.stderr).toContain("2 errors; nothing was written\n");
    expect(Object.keys(await readTree(folder))).toEqual(["extension.yaml", "package.json"]);
  });

  it("says so where there is no manifest", async () => {
    await rm(join(folder, "extension.yaml"));
    const done = await runCli([], folder);
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("KG102  no manifest found");
  });

  it.each([
    [["--wrong"], "unknown option --wrong\n"],
    [["--chek"], "unknown option --chek; did you mean --check?\n"],
    [["--evnts=own"], "unknown option --evnts; did you mean --events?\n"],
    [["--no-event"], "unknown option --no-event; did you mean --no-events?\n"],
    [["--hel"], "unknown option --hel; did you mean --help?\n"],
    [["-check"], "unknown option -check; did you mean --check?\n"],
    [["-x"], "unknown option -x\n"],
    [["lint", "--formt", "json"], "unknown option --formt; did you mean --format?\n"],
    [["--check", "--", "--chek"], 'no folder "--chek"'],
    [["nowhere"], 'no folder "nowhere"'],
    [["a", "b"], 'expected one folder, also got "b"'],
    [["--check", "--dry-run"], "--check and --dry-run cannot be used together"],
    [["--watch", "--check"], "--watch cannot be combined with --check or --dry-run"],
    [["lint", "a", "b"], 'expected one folder, also got "b"'],
    [["audit", "--format", "sarif"], '--format takes text or json, not "sarif"'],
    [["lint", "--format", "xml"], '--format takes text, json, github or sarif, not "xml"'],
    [["lint", "--out", "."], '--out must name a folder inside the project, not "."'],
    [["--out", "../x"], '--out must name a folder inside the project, not "../x"'],
  ])("answers %j with how to use it", async (args, message) => {
    const done = await runCli(args, folder);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(`kiket-gen: ${message}`);
    expect(done.stderr).toMatch(/^Run kiket-gen (?:[a-z]+ )?--help for the options\.$/m);
    expect(done.stderr).not.toMatch(/\n\s+at /);
  });

  it("does not take a fault of its own for a wrong call", async () => {
    const fault = `import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      fs.statSync = () => { throw new RangeError("Maximum call stack size exceeded"); };
      syncBuiltinESMExports();`;
    const cli = join(root, "dist/generator/cli.cjs");
    const done = await runNode(["--import", `data:text/javascript,${encodeURIComponent(fault)}`, cli], folder);
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("RangeError: Maximum call stack size exceeded\n");
    expect(done.stderr).not.toContain("--help for the options");
  });

  it("names every place of a manifest in its help", async () => {
    const { stdout } = await runCli(["--help"], folder);
    expect(
      stdout,
    ).toContain(`  --manifest <file>     the manifest, relative to dir (default: the first of these that exists:
                        .kiket/manifest.yaml, .kiket/manifest.yml, extension.yaml, extension.yml,
                        manifest.yaml, manifest.yml, kiket-extension.yaml, kiket-webhook.yaml,
                        kiket-webhook.yml, manifest.json)
`);
  });

  it.each([["add"], ["audit"], ["lint"], ["rename"]])(
    "tells the options of a project in the help of %s",
    async (name) => {
      const { stdout } = await runCli([name, "--help"], folder);
      expect(stdout).toContain(
        "  --manifest, --out, --handlers, --events, --openapi, --no-events, --no-openapi\n                        as for kiket-gen without a command\n",
      );
    },
  );

  it.each([
    [["explan"], "explain"],
    [["explan", "KG101"], "explain"],
    [["Lint"], "lint"],
  ])("names the command that %j may have meant", async (args, command) => {
    const done = await runCli(args, folder);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(`; did you mean kiket-gen ${command}?\n`);
  });

  it.each([
    [["watc"], 'no folder "watc"; did you mean kiket-gen watch?\n'],
    [["gen"], 'no folder "gen"; did you mean kiket-gen generate?\n'],
    [["comp"], 'no folder "comp"; did you mean kiket-gen compare or kiket-gen completion?\n'],
    [["help", "lnt"], 'no command "lnt"; did you mean kiket-gen lint?\n'],
    [["--no-"], "unknown option --no-; did you mean --no-events or --no-openapi?\n"],
    [["--vers"], "unknown option --vers; did you mean --version?\n"],
    [["version", "extra"], 'unexpected argument "extra"\n'],
    [["help", "lint", "add"], 'expected one command, also got "add"\n'],
    [["check", "--watch"], "--watch cannot be combined with --check or --dry-run\n"],
    [["completion"], "expected bash, zsh or fish\n"],
    [["completion", "tcsh"], "expected bash, zsh or fish\n"],
    [["--format", "json"], "--format can only be used with --check\n"],
  ])("offers for %j all that is near, and runs none of it", async (args, message) => {
    const done = await runCli(args, folder);
    const command = args[0] === "completion" ? "kiket-gen completion" : "kiket-gen";
    expect([done.code, done.stdout, done.stderr]).toEqual([
      2,
      "",
      `kiket-gen: ${message}Run ${command} --help for the options.\n`,
    ]);
    expect(Object.keys(await readTree(folder))).toEqual(["extension.yaml", "package.json"]);
  });

  it("knows the words that people try", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    for (const word of ["version", "-v", "-V"]) {
      expect(await runCli([word], folder), word).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    }
    const help = await runCli(["--help"], folder);
    for (const args of [["help"], ["-h"], ["generate", "--help"], ["help", "check"]])
      expect(await runCli(args, folder)).toEqual(help);
    expect(await runCli(["help", "lint"], folder)).toEqual(await runCli(["lint", "--help"], folder));
    expect((await runCli(["check"], folder)).code).toBe(1);
    expect(Object.keys(await readTree(folder))).toEqual(["extension.yaml", "package.json"]);
    expect((await runCli(["generate", "--handlers", "src/on"], folder)).stdout).toContain(
      "  created  src/on/issue.created.v1.ts\n",
    );
    expect((await runCli(["check", "."], folder)).code).toBe(0);
  });

  it("says with --check --format what is not up to date, for tools", async () => {
    await runCli([], folder);
    await writeFile(join(folder, "src/generated/scopes.gen.ts"), "edited");
    await rm(join(folder, "src/main.ts"));
    const json = await runCli(["--check", "--format", "json"], folder);
    expect([json.code, json.stderr]).toEqual([1, ""]);
    const { diagnostics, errors } = JSON.parse(json.stdout);
    expect([errors, diagnostics[0]]).toEqual([
      2,
      {
        code: "KG515",
        severity: "error",
        message: "src/generated/scopes.gen.ts is out of date",
        hint: "run kiket-gen and commit the result",
        file: "src/generated/scopes.gen.ts",
        line: 1,
        column: 1,
      },
    ]);
    expect((await runCli(["check", "--format=github"], folder)).stdout).toContain(
      "::error file=src/main.ts,line=1,col=1,title=KG515::src/main.ts is missing%0Arun kiket-gen and commit the result\n",
    );
    const sarif = JSON.parse((await runCli(["--check", "--format", "sarif"], folder)).stdout);
    const levels = sarif.runs[0].results.map(({ ruleId, level }: Record<string, string>) => `${ruleId} ${level}`);
    expect(levels.sort()).toEqual(["KG507 note", "KG515 error", "KG515 error"]);
    await runCli([], folder);
    const clean = await runCli(["--check", "--format", "json"], folder);
    const counts = { errors: 0, warnings: 0, notes: 1 };
    const stub = {
      code: "KG507",
      severity: "note",
      message: "this stub is not filled",
      hint: "write what the handler does, in place of the stub",
      file: "src/handlers/issue.created.v1.ts",
      line: 1,
      column: 1,
    };
    expect([clean.code, JSON.parse(clean.stdout)]).toEqual([0, { diagnostics: [stub], ...counts }]);
    const required = await runCli(["--check", "--require-handlers", "--format", "json"], folder);
    expect([required.code, JSON.parse(required.stdout)]).toEqual([
      1,
      { diagnostics: [{ ...stub, severity: "error" }], ...counts, errors: 1, notes: 0 },
    ]);
  });

  it("prints colours where FORCE_COLOR asks for them", async () => {
    const coloured = await runCli(["explain", "KG101"], folder, { FORCE_COLOR: "1" });
    expect(coloured.stdout.startsWith("\u001b[1mKG101\u001b[22m")).toBe(true);
    expect((await runCli(["explain", "KG101"], folder, { FORCE_COLOR: "0" })).stdout).toMatch(/^KG101/);
  });

  it("takes a folder's name for nothing else", async () => {
    await mkdir(join(folder, "ad"));
    expect((await runCli(["ad", "b"], folder)).stderr).not.toContain("did you mean");
  });

  it("explains itself", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await runCli(["--version"], folder)).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await runCli(["--help"], folder);
    expect(help.code).toBe(0);
    for (const flag of ["--manifest", "--out", "--handlers", "--check", "--dry-run"])
      expect(help.stdout).toContain(flag);
  });

  it("takes a manifest by its absolute path", async () => {
    const done = await runCli(["--manifest", join(folder, "extension.yaml"), folder], "/");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toContain("extension.yaml  1 event, ");
    const missing = await runCli(["lint", "--manifest", join(folder, "none.yaml"), folder], "/");
    expect(missing.stdout).toContain("none.yaml:1:1  error  KG103  cannot read the manifest none.yaml\n");
  });

  it("says in one line what the file system refuses", async () => {
    await writeFile(join(folder, "src"), "a file");
    const done = await runCli([], folder);
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/^kiket-gen: .*: expected a folder, found a file\n$/);
  });

  it.each([[["--manifest", "."]], [["--openapi", "node_modules"]], [["lint", "--manifest", "node_modules"]]])(
    "names the folder that stands in place of a file: %j",
    async (args) => {
      await mkdir(join(folder, "node_modules"));
      const done = await runCli(args, folder);
      expect([done.code, done.stdout]).toEqual([1, ""]);
      expect(done.stderr).toBe(`kiket-gen: ${args.at(-1)}: expected a file, found a folder\n`);
    },
  );
});

describe("what a clean run remembers", () => {
  beforeEach(() => mkdir(join(folder, "node_modules")));

  it("spares the next run, until a source or a file changes", async () => {
    await runCli([], folder);
    expect((await runCli([], folder)).stdout).toBe(
      "extension.yaml  1 event, 1 permission, 0 settings, 0 secrets, 0 custom-data modules\nnothing to do\n1 of 1 handler is not filled: src/handlers/issue.created.v1.ts (501 until it is filled)\n",
    );
    await rm(join(folder, "src/handlers/issue.created.v1.ts"));
    expect((await runCli([], folder)).stdout).toContain("  created  src/handlers/issue.created.v1.ts\n");
    await writeFile(join(folder, "src/generated/scopes.gen.ts"), "edited");
    expect((await runCli(["--check"], folder)).code).toBe(1);
    expect((await runCli([], folder)).stdout).toContain("  written  src/generated/scopes.gen.ts\n");
    await writeFile(join(folder, "extension.yaml"), manifest.replace("[issue]", "[issue, comment]"));
    expect((await runCli(["--check"], folder)).code).toBe(1);
    expect((await runCli([], folder)).stdout).toContain("  written  src/generated/scopes.gen.ts\n");
  });

  it("is not believed for other folders, nor when it is damaged", async () => {
    await runCli([], folder);
    expect((await runCli(["--out", "lib/gen"], folder)).stdout).toContain("lib/gen/scopes.gen.ts");
    const [name = ""] = await readdir(join(folder, "node_modules/.cache/kiket-gen"));
    await writeFile(join(folder, "node_modules/.cache/kiket-gen", name), '{"inputs":');
    expect((await runCli([], folder)).stdout).toContain("unchanged");
  });
});
