import { chmod, lstat, mkdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as add from "../../../generator/commands/add.js";
import * as audit from "../../../generator/commands/audit.js";
import type { Command } from "../../../generator/commands/command.js";
import * as renaming from "../../../generator/commands/rename.js";
import { createHost, type Host } from "../../../generator/project/host.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { runCli } from "../../support/run-node.js";

const path = ".kiket/manifest.yaml";
const manifest = `model_version: "1.0"
extension:
  id: com.example.edited
  name: Edited
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks:
    - event: issue.created
`;
const handler = `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({}, async () => allow());
`;

let folder: string;
let outside: string;
beforeEach(async () => {
  outside = await createProject({ "manifest.yaml": manifest });
  folder = await createProject({ [path]: manifest, "src/handlers/issue.created.v1.ts": handler });
});
afterEach(() => Promise.all([folder, outside].map(removeProject)));

const at = (file: string) => join(folder, file);

/** Each command that edits the user's files, with what is then in the manifest. */
const commands: [string, Command, (dir: string) => string[], string][] = [
  ["add", add, (dir) => ["event", "issue.updated", "--dir", dir], "issue.updated"],
  ["audit --fix", audit, (dir) => [dir, "--fix"], "permissions: []"],
  ["rename", renaming, (dir) => ["issue.created", "case.created", dir, "--force"], "case.created"],
];

describe("edits at the same time", () => {
  it("of several processes are all kept, and generated", async () => {
    const events = ["acme.sync", "acme.close", "beta.start", "gamma.stop"];
    const runs = await Promise.all(events.map((event) => runCli(["add", "event", event, "--dir", folder], folder)));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const text = await readFile(at(path), "utf8");
    const extension = await readFile(at("src/generated/extension.gen.ts"), "utf8");
    for (const event of events) {
      expect(text).toContain(`event: ${event}`);
      expect(extension).toContain(event);
    }
    expect((await runCli(["--check"], folder)).code).toBe(0);
  });

  it.each(commands)("of an editor stop %s, and are kept", async (_name, command, args) => {
    const saved = manifest.replace("name: Edited", "name: Saved by the editor");
    const saving = (dir: string): Host => {
      const host = createHost(dir);
      // The editor saves after the command has read the manifest.
      const read = async (file: string) => {
        const text = await host.read(file);
        if (file === path) await writeFile(at(path), saved);
        return text;
      };
      return { ...host, read };
    };
    const { [path]: _, ...before } = await readTree(folder);
    const { code, stderr } = await runCommand(command, args(folder), saving);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `kiket-gen: ${path} was changed while this command ran; nothing was written; run it again\n`,
    });
    expect(await readTree(folder)).toEqual({ ...before, [path]: saved });
  });

  it("of an editor stop a renaming for each file that it changes", async () => {
    const edited = `${handler}// saved\n`;
    const saving = (dir: string): Host => {
      const host = createHost(dir);
      // Asked for after the sources were read.
      const read = async (file: string) => {
        if (file === "src/handlers/case.created.v1.ts") await writeFile(at("src/handlers/issue.created.v1.ts"), edited);
        return host.read(file);
      };
      return { ...host, read };
    };
    const { code } = await runCommand(renaming, ["issue.created", "case.created", folder, "--force"], saving);
    expect(code).toBe(1);
    expect(await readFile(at("src/handlers/issue.created.v1.ts"), "utf8")).toBe(edited);
    expect(await readFile(at(path), "utf8")).toBe(manifest);
  });
});

describe("a manifest that is a link", () => {
  it.each(commands)("stays one, and its file keeps the mode, after %s", async (_name, command, args, found) => {
    await mkdir(at("config"));
    await rename(at(path), at("config/m.yaml"));
    await chmod(at("config/m.yaml"), 0o640);
    await symlink("../config/m.yaml", at(path));
    expect((await runCommand(command, args(folder))).code).toBe(0);
    expect((await lstat(at(path))).isSymbolicLink()).toBe(true);
    expect((await stat(at("config/m.yaml"))).mode & 0o777).toBe(0o640);
    expect(await readFile(at("config/m.yaml"), "utf8")).toContain(found);
  });

  it.each(commands)("out of the project is not edited by %s", async (_name, command, args) => {
    const links = [
      () => symlink(join(outside, "manifest.yaml"), at(path)),
      async () => {
        await rename(at(".kiket"), at("was"));
        await symlink(outside, at(".kiket"));
      },
    ];
    await rename(at(path), at("m.yaml"));
    for (const make of links) {
      await make();
      const before = [await readTree(folder), await readTree(outside)];
      const { code, stdout, stderr } = await runCommand(command, args(folder));
      expect({ code, out: stdout + stderr }).toMatchObject({ code: 1 });
      expect(stderr).toMatch(/`\.kiket(\/manifest\.yaml)?` is a link that leads out of the project/);
      expect([await readTree(folder), await readTree(outside)]).toEqual(before);
    }
  });
});

it.each([commands[0], commands[2]].flatMap((entry) => (entry === undefined ? [] : [entry])))(
  "%s changes nothing if the generated files would leave the project",
  async (_name, command, args) => {
    await symlink(outside, at("src/generated"));
    const before = [await readTree(folder), await readTree(outside)];
    const { code, stderr } = await runCommand(command, args(folder));
    expect(code).toBe(1);
    expect(stderr).toContain("KG510  `src/generated` is a link that leads out of the project");
    expect([await readTree(folder), await readTree(outside)]).toEqual(before);
  },
);

describe("rename, with handlers that are links", () => {
  it("edits a source once that a link shows twice, and keeps the link", async () => {
    await writeFile(
      at("src/shared.ts"),
      'import type { IssueCreatedV1Payload } from "./generated/events/issue.created.v1.gen.js";\nexport type P = IssueCreatedV1Payload;\n',
    );
    await symlink("shared.ts", at("src/again.ts"));
    expect((await runCommand(renaming, ["issue.created", "case.created", folder, "--force"])).code).toBe(0);
    expect((await lstat(at("src/again.ts"))).isSymbolicLink()).toBe(true);
    expect(await readFile(at("src/shared.ts"), "utf8")).toContain("export type P = CaseCreatedV1Payload;");
  });

  it("refuses to move one, and sources outside the project", async () => {
    await rename(at("src/handlers/issue.created.v1.ts"), at("src/real.ts"));
    await symlink("../real.ts", at("src/handlers/issue.created.v1.ts"));
    const before = await readTree(folder);
    const moved = await runCommand(renaming, ["issue.created", "case.created", folder, "--force"]);
    expect(moved.stderr).toContain("KG621  `src/handlers/issue.created.v1.ts` is a link");
    expect(await readTree(folder)).toEqual(before);

    await writeFile(join(outside, "issue.created.v1.ts"), handler);
    await rename(at("src/handlers"), at("was"));
    await symlink(outside, at("src/handlers"));
    const out = await runCommand(renaming, ["issue.created", "case.created", folder, "--force"]);
    expect(out.stderr).toContain("`src/handlers` is a link that leads out of the project");
    expect(await readFile(join(outside, "issue.created.v1.ts"), "utf8")).toBe(handler);
  });

  it("keeps a byte order mark, and refuses what is not UTF-8", async () => {
    await writeFile(at("src/handlers/issue.created.v1.ts"), `\ufeff${handler}`);
    expect((await runCommand(renaming, ["issue.created", "case.created", folder, "--force"])).code).toBe(0);
    const renamed = await readFile(at("src/handlers/case.created.v1.ts"), "utf8");
    expect(renamed).toBe(`\ufeff${handler.replace("issue.created", "case.created")}`);
    await writeFile(
      at("src/handlers/case.created.v1.ts"),
      Buffer.from(`\ufeff${handler.replace("issue.created", "case.created")}`, "utf16le"),
    );
    const refused = await runCommand(renaming, ["case.created", "issue.created", folder, "--force"]);
    expect(refused.stderr).toContain(
      "src/handlers/case.created.v1.ts:1:1  error  KG110  the file is UTF-16, not UTF-8",
    );
  });
});
