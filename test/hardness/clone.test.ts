import { execFileSync } from "node:child_process";
import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as add from "../../generator/commands/add.js";
import * as audit from "../../generator/commands/audit.js";
import type { Command } from "../../generator/commands/command.js";
import * as generate from "../../generator/commands/generate.js";
import * as renaming from "../../generator/commands/rename.js";
import { describeSystemError } from "../../generator/project/host.js";
import { createProject, readTree, removeProject } from "../support/project.js";
import { runCommand } from "../support/run-command.js";
import { runCli } from "../support/run-node.js";

// A project that somebody else wrote, and in which a user runs the commands.

const manifest = `model_version: "1.0"
extension:
  id: com.example.hostile
  name: Hostile
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks:
    - event: issue.created
`;

let folder: string;
let outside: string;
beforeEach(async () => {
  outside = await createProject({ "victim.ts": "the user's\n", "events/victim.gen.ts": "the user's\n" });
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
  expect((await runCommand(generate, [folder])).code).toBe(0);
});
afterEach(() => Promise.all([folder, outside].map(removeProject)));

const at = (path: string) => join(folder, path);
const quiet = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };
const git = (...args: readonly string[]) =>
  execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
    stdio: "pipe",
    env: quiet,
  });

/** The user's own programs, each of which leaves a mark if it is started. */
async function marked(): Promise<NodeJS.ProcessEnv> {
  const bin = join(outside, "bin");
  await mkdir(bin);
  for (const name of ["git", "sh", "touch", "ssh", "npm", "node", "less"]) {
    await writeFile(join(bin, name), `#!/bin/sh\necho ${name} >> ${join(outside, "ran")}\n`, { mode: 0o755 });
  }
  return { ...quiet, PATH: `${bin}${delimiter}${process.env.PATH}` };
}

const hostileSettings = (ran: string) => `[core]
\trepositoryformatversion = 0
\tfsmonitor = "echo monitor >> ${ran}; false"
[filter "x"]
\tclean = "echo clean >> ${ran}; cat"
\tprocess = "echo process >> ${ran}"
`;

const everyCommand: readonly (readonly [Pick<Command, "run">, ...(readonly string[])])[] = [
  [generate],
  [audit, "audit", "--fix"],
  [add, "add", "event", "acme.sync"],
  [renaming, "rename", "issue.created", "case.created"],
];

describe("a hostile clone", () => {
  it("has no program started by any command", async () => {
    const ran = join(outside, "ran");
    git("init");
    await writeFile(at(".gitattributes"), "* filter=x\n");
    git("add", "-A");
    git("commit", "-m", "all");
    await writeFile(at(".git/config"), hostileSettings(ran));
    const env = await marked();
    for (const [, ...args] of everyCommand) await runCli(args, folder, env);
    expect(await readdir(outside)).not.toContain("ran");
  });

  it("is renamed in with a patch, which undoes it, where a filter hides what git has", async () => {
    const ran = join(outside, "ran");
    git("init");
    await writeFile(at(".gitattributes"), "*.yaml filter=x\n");
    git("config", "filter.x.clean", "tr a-z A-Z");
    git("add", "-A");
    git("commit", "-m", "all");
    // As after a checkout on another machine, the index does not vouch for the file.
    await writeFile(at(".kiket/manifest.yaml"), manifest);
    await writeFile(at(".git/config"), hostileSettings(ran));
    const { ".git/config": _, ...before } = await readTree(folder);
    const { code, stdout } = await runCli(["rename", "issue.created", "case.created"], folder, await marked());
    expect(code).toBe(0);
    expect(stdout).toContain("git apply kiket-gen-undo.patch");
    expect(await readdir(outside)).not.toContain("ran");
    expect(await readdir(at("src/handlers"))).toEqual(["case.created.v1.ts"]);

    await writeFile(at(".git/config"), "[core]\n\trepositoryformatversion = 0\n");
    git("apply", "kiket-gen-undo.patch");
    await rm(at("kiket-gen-undo.patch"));
    expect((await runCli([], folder)).code).toBe(0);
    const { ".git/config": __, ...after } = await readTree(folder);
    expect(after).toEqual(before);
  });

  it.each([
    ["src", "."],
    ["src/generated", "."],
    ["src/generated/events", "events"],
    ["src/handlers", "."],
    ["src/generated/scopes.gen.ts", "victim.ts"],
    ["src/generated/kiket-gen.lock.json", "victim.ts"],
    [".kiket", "."],
    [".kiket/manifest.yaml", "manifest.yaml"],
  ])("writes and deletes nothing outside through the link %s", async (path, target) => {
    await writeFile(join(outside, "manifest.yaml"), manifest);
    await rename(at(path), at("moved"));
    await symlink(join(outside, target), at(path));
    const before = await readTree(outside);
    for (const [command, , ...args] of everyCommand) {
      const dir = command === add ? ["--dir", folder] : command === renaming ? [folder, "--force"] : [folder];
      await runCommand(command, [...args, ...dir]).catch((error) => expect(describeSystemError(error)).toBeDefined());
    }
    expect(await readTree(outside)).toEqual(before);
  });
});
