import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as add from "../../../../generator/commands/add.js";
import * as audit from "../../../../generator/commands/audit.js";
import type { Command } from "../../../../generator/commands/command.js";
import * as generate from "../../../../generator/commands/generate.js";
import * as lint from "../../../../generator/commands/lint.js";
import * as rename from "../../../../generator/commands/rename.js";
import { createProject, readTree, removeProject } from "../../../support/project.js";
import { runCommand } from "../../../support/run-command.js";
import { runCli } from "../../../support/run-node.js";

const manifest = "name: Bell\nversion: 0.3.0\nvendor: example.com\nscopes:\n  read: [issue]\nevents: [issue.created]\n";

let folder: string;
beforeEach(async () => {
  folder = await createProject({
    "bell.yaml": manifest,
    "package.json": '{\n  "type": "module",\n  "kiket-gen": { "manifest": "bell.yaml", "handlers": "src/on" }\n}\n',
  });
});
afterEach(() => removeProject(folder));

describe("--show-config", () => {
  it("names each path, and what it comes from", async () => {
    await mkdir(join(folder, "contracts"));
    await writeFile(join(folder, "contracts/issue.created.v1.schema.json"), "{}");
    await runCommand(generate, [folder, "--events", "contracts"]);
    expect(await runCommand(generate, [folder, "--show-config", "--no-openapi"])).toEqual({
      code: 0,
      stderr: "",
      stdout: `out       src/generated  (default)
handlers  src/on  (package.json, package.json:3:55)
manifest  bell.yaml  (package.json, package.json:3:30)
events    contracts  (lock file, src/generated/kiket-gen.lock.json:1:1)
openapi   none  (option --no-openapi)
`,
    });
    const { stdout } = await runCommand(generate, [folder, "--show-config", "--json", "--out", "src/types"]);
    expect(JSON.parse(stdout)).toEqual({
      out: { path: "src/types", origin: "option" },
      handlers: { path: "src/on", origin: "package.json", at: "package.json:3:55" },
      manifest: { path: "bell.yaml", origin: "package.json", at: "package.json:3:30" },
      events: { path: "contracts", origin: "lock", at: "src/generated/kiket-gen.lock.json:1:1" },
      openapi: { path: null, origin: "default" },
    });
  });

  it("writes nothing, and fails for wrong settings", async () => {
    await writeFile(join(folder, "package.json"), '{ "kiket-gen": { "outt": "src/gen", "manifest": "bell.yaml" } }');
    const done = await runCommand(generate, [folder, "--show-config"]);
    expect([done.code, done.stderr]).toEqual([1, expect.stringContaining("did you mean `out`?")]);
    expect(done.stdout).toContain("out       src/generated  (default)\n");
    expect(Object.keys(await readTree(folder))).toEqual(["bell.yaml", "package.json"]);
  });

  it.each([
    [["--json"], "--json can only be used with --show-config"],
    [["--show-config", "--check"], "--show-config cannot be combined with --check, --dry-run or --watch"],
  ])("refuses %j", async (args, message) => {
    await expect(runCommand(generate, [folder, ...args])).rejects.toThrow(message);
  });
});

describe("package.json decides for", () => {
  async function run(command: Pick<Command, "run">, ...args: readonly string[]) {
    const { code, stdout, stderr } = await runCommand(command, args);
    return `${code} ${stdout}${stderr}`;
  }

  it("every command", async () => {
    await run(generate, folder);
    expect(await run(lint, folder)).toContain("bell.yaml:");
    expect(await run(audit, folder)).toContain("bell.yaml:");
    expect(await run(add, "event", "issue.closed", "--dir", folder)).toContain(
      "  created  src/on/issue.closed.v1.ts\n",
    );
    expect(await run(rename, "issue.closed", "issue.reopened", folder, "--force")).toContain(
      "src/on/issue.closed.v1.ts -> src/on/issue.reopened.v1.ts\n",
    );
    expect(Object.keys(await readTree(join(folder, "src"))).filter((path) => !path.startsWith("generated/"))).toEqual([
      "main.ts",
      "on/issue.created.v1.ts",
      "on/issue.reopened.v1.ts",
    ]);
  });

  it("kiket-gen compare", async () => {
    await run(generate, folder);
    for (const [side, type] of Object.entries({ one: "string", two: "number" })) {
      await mkdir(join(folder, side, "events"), { recursive: true });
      const schema = JSON.stringify({ properties: { widget: { type } }, required: ["widget"] });
      await writeFile(join(folder, side, "events/issue.created.v1.schema.json"), schema);
    }
    const { code, stdout } = await runCli(["compare", "one", "two"], folder);
    expect([code, stdout]).toEqual([1, expect.stringContaining("src/on/issue.created.v1.ts")]);
  });
});
