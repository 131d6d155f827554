import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import type { Command } from "../../../generator/commands/command.js";
import * as explain from "../../../generator/commands/explain.js";
import * as lint from "../../../generator/commands/lint.js";
import { catalogue } from "../../../generator/lint/catalogue.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { manifest } from "../lint/support.js";

async function run(command: Command, ...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await runCommand(command, args);
  return { code, out: stdout, err: stderr };
}

let folder: string;
async function write(text: string): Promise<void> {
  await writeFile(join(folder, ".kiket/manifest.yaml"), text);
}
beforeEach(async () => {
  folder = await createProject({ "README.md": "" });
  await mkdir(join(folder, ".kiket"));
  await mkdir(join(folder, "test"));
});
afterEach(() => removeProject(folder));

describe("kiket-gen lint", () => {
  it("is done where there is nothing to say", async () => {
    await write(manifest());
    expect(await run(lint, folder)).toEqual({ code: 0, out: "no problems found\n", err: "" });
    expect((await run(lint, folder, "--strict")).code).toBe(0);
  });

  it("takes the project's options, like every command", async () => {
    await write(manifest());
    expect((await run(lint, folder, "--out", "src/handlers", "--handlers", "src/on")).code).toBe(0);
  });

  it("fails on errors, with the source line and a caret", async () => {
    await write(manifest("hooks: [{ event: comment.added, template: gone }]"));
    const { code, out } = await run(lint, folder);
    expect(code).toBe(1);
    expect(out).toBe(`.kiket/manifest.yaml:9:45  error  KG805  the configuration has no template \`gone\`
   9 |   hooks: [{ event: comment.added, template: gone }]
     |                                             ^
    hint: declare it under \`configuration\` with \`type: template\`
1 error
`);
  });

  it("fails on warnings with --strict only", async () => {
    await write(manifest("fruit: apple"));
    expect((await run(lint, folder)).code).toBe(0);
    expect((await run(lint, folder, "--strict")).code).toBe(1);
  });

  it("never fails on notes", async () => {
    await write(manifest("hooks: [{ event: moon.rose }]"));
    const { code, out } = await run(lint, folder, "--strict");
    expect([code, out.split("\n").at(-2)]).toEqual([0, "1 note"]);
  });

  it("lints the manifest named", async () => {
    await writeFile(join(folder, "other.yaml"), "id: a\nsettings: []\nfruit: 1\n");
    expect((await run(lint, folder, "--manifest", "other.yaml")).out).toContain("other.yaml:3:1  warning  KG802");
    const absent = await run(lint, folder, "--manifest", "none.yaml");
    expect([absent.code, absent.out]).toEqual([1, expect.stringContaining("KG103")]);
  });

  it.each(["json", "github", "sarif"])("prints nothing but %s where asked", async (format) => {
    await write(manifest("fruit: apple"));
    const { out, err } = await run(lint, folder, "--format", format);
    expect(err).toBe("");
    if (format === "github") expect(out).toMatch(/^::warning file=\S+manifest\.yaml,line=9,col=3,title=KG802::.*\n$/);
    else expect(Object.keys(JSON.parse(out))).toContain(format === "json" ? "diagnostics" : "runs");
  });

  it.each([
    [["--format", "xml"], '--format takes text, json, github or sarif, not "xml"'],
    [["--format", "constructor"], 'not "constructor"'],
    [["nowhere"], 'no folder "nowhere"'],
    [["a", "b"], 'expected one folder, also got "b"'],
    [["--fix"], "unknown option --fix"],
  ])("refuses %j", async (args, message) => {
    const refused = run(lint, ...args);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });
});

describe("kiket-gen explain", () => {
  it("says why it matters and how to fix it", async () => {
    const { code, out } = await run(explain, "L5");
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toBe("L5  warning  unusual id");
    expect(out.replaceAll("\n", " ")).toContain(catalogue.get("L5")?.explanation);
  });

  it("takes several codes, in any case", async () => {
    const { out } = await run(explain, "kg206", "s1");
    expect(out).toContain("KG206  error  default does not match its type\n");
    expect(out).toContain("\n\nS1  error  unknown setup step\n");
  });

  it("lists all codes in order without one", async () => {
    const lines = (await run(explain)).out.trimEnd().split("\n");
    const listed = lines.map((line) => line.split(" ")[0] ?? "");
    expect([...listed].sort()).toEqual([...catalogue.keys()].sort());
    expect(listed.indexOf("L2")).toBeLessThan(listed.indexOf("L10"));
    expect(listed.indexOf("KG801")).toBeLessThan(listed.indexOf("L0"));
    expect(lines).toContain("KG101  note     several manifests");
  });

  it.each([
    ["KG1001", 'no code "KG1001"; did you mean `KG101`?'],
    ["S99", 'no code "S99"; did you mean `S9`?'],
    ["nonsense", 'no code "NONSENSE"; kiket-gen explain lists all codes'],
    ["__proto__", 'no code "__PROTO__"'],
    ["constructor", 'no code "CONSTRUCTOR"; kiket-gen explain lists all codes'],
    ["issue.created", 'no code or topic "issue.created"; for an event: kiket-gen events issue.created'],
    ["setings", 'no topic "setings"; did you mean `settings`?'],
    ["Hook", 'no topic "Hook"; did you mean `hooks`?'],
  ])("refuses %s", async (name, message) => {
    const refused = run(explain, name);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });
});
