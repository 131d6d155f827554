import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import * as events from "../../../generator/commands/events.js";
import { createHost } from "../../../generator/project/host.js";
import { plain } from "../../../generator/terminal/report.js";
import { examples } from "../../../runtime/testing/examples.gen.js";
import { readEvents } from "../../schemas/read.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { runCli } from "../../support/run-node.js";

const widget = {
  description: "Sent when a widget\nwas made.",
  properties: { widget: { type: "object" } },
  examples: [{ event: "widget.made", widget: { id: 7 } }],
};

let folder: string;
let empty: string;
beforeAll(async () => {
  empty = await createProject({});
  folder = await createProject({
    "package.json": '{ "kiket-gen": { "events": "contracts" } }',
    "contracts/widget.made.v2.schema.json": JSON.stringify(widget),
    "contracts/issue.created.v1.schema.json": JSON.stringify({ ...widget, description: "Ours." }),
  });
});
afterAll(async () => {
  await removeProject(empty);
  await removeProject(folder);
});

const run = (...args: readonly string[]) => runCommand(events, args);

describe("kiket-gen events", () => {
  it("lists every documented event by the first part of its name, also outside a project", async () => {
    const { code, stdout, stderr } = await run("--dir", empty);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[lines.indexOf("approval") + 1]).toMatch(
      /^ {2}approval\.decided +v1 {2}guessed +Sent when an approver has granted or denied an approval\. /,
    );
    expect(lines.slice(lines.indexOf("short names") + 1)[0]).toMatch(
      /^ {2}after_transition +v1 {2}fixture +Short name of/,
    );
    const listed = lines.filter((line) => line.startsWith("  ")).map((line) => line.trim().split(" ")[0]);
    const schemas = [...readEvents().values()].filter((schema) => schema["x-kiket-generic"] !== true);
    const documented = schemas.flatMap((schema) => schema["x-kiket-event"] ?? []).map(String);
    expect(documented.length).toBeGreaterThan(128);
    expect([...listed].sort()).toEqual(documented.sort());
  });

  it("cuts each line to the width of the terminal, and none where there is no terminal", async () => {
    const width = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
    expect(width((await run("--dir", empty)).stdout)).toBeGreaterThan(150);
    let narrow = "";
    await events.run(["--dir", empty], {
      out: (text) => {
        narrow += text;
      },
      err: () => undefined,
      outStyle: plain,
      errStyle: plain,
      columns: 80,
      host: createHost,
      node: "20.19.0",
      now: () => new Date(0),
      interrupted: () => new Promise(() => {}),
    });
    expect(width(narrow)).toBe(80);
  });

  it("shows what is known of one, with the sample of the testing kit", async () => {
    const { code, stdout } = await run("case.commented", "--dir", empty);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^case\.commented {2}v1 {2}\w+: its members /);
    expect(stdout).toContain("\nTo receive it: kiket-gen add event case.commented\n");
    expect(stdout).toContain(
      "\n\nissue.commented is another name of this event: a handler of one of them gets both.\n\n",
    );
    expect((await run("sla.breach", "--dir", empty)).stdout).not.toContain("another name");
    const sample = JSON.parse(stdout.slice(stdout.indexOf("\n{"), stdout.indexOf("\n}") + 2));
    expect(sample.comment.body).toBe("The belt is on its way.");
    expect(sample).toEqual(examples["case.commented"]);
  });

  it("prints JSON with the samples of the testing kit", async () => {
    const { stdout } = await run("--json", "--dir", empty);
    const found: { name: string; confidence: string; sample: object }[] = JSON.parse(stdout).events;
    expect(found.find(({ name }) => name === "test.event")).toMatchObject({ version: "v1", confidence: "none" });
    for (const { name, sample } of found) expect([name, sample]).toEqual([name, examples[name]]);
  });

  it("lists those that begin with the same word", async () => {
    const { stdout } = await run("oauth", "--dir", empty);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.trim().split(" ")[0])).toEqual([
      ..."oauth oauth.authorize oauth.callback oauth.refresh oauth.revoke".split(" "),
    ]);
  });

  it("knows the project's own schemas, which replace shipped ones", async () => {
    const own = await run("widget.made", "--dir", folder);
    expect(own.stdout).toContain("\n\nSent when a widget was made.\n\n");
    expect(own.stdout).toContain("Described by contracts/widget.made.v2.schema.json.");
    expect(own.stdout).toContain('"id": 7');
    expect((await run("--dir", folder)).stdout).toContain("  documented  Ours.\n");
    await expect(run("widget.made", "--dir", folder, "--no-events")).rejects.toThrow(
      'no documented event "widget.made"',
    );
    expect((await run("issue.created", "--dir", folder, "--no-events")).stdout).toContain(
      "Sent when an issue was created.",
    );
  });

  it("says where the type of the project's own command is", async () => {
    const own = await createProject({ "src/generated/events/status.resolve.v1.gen.ts": "" });
    const type = "src/generated/events/status.resolve.v1.gen.ts has its type in this project";
    await expect(run("status.resolve", "--dir", own)).rejects.toThrow(`no documented event "status.resolve"; ${type}`);
    await expect(run("status", "--dir", own)).rejects.toThrow("kiket-gen events lists all");
    await removeProject(own);
  });

  it("lets no schema of the project write to the terminal, or read a file outside", async () => {
    const hostile = await createProject({
      "contracts/a.b.v1.schema.json": JSON.stringify({
        description: "A\u001b[2J\nb\u202e",
        examples: [{ a: "\u001b[31m" }],
      }),
    });
    const out = [
      await run("a.b", "--dir", hostile, "--events", "contracts"),
      await run("--dir", hostile, "--events", "contracts"),
    ];
    for (const { code, stdout } of out) {
      expect(code).toBe(0);
      expect(stdout).toContain("a.b");
      for (const character of ["\u001b", "\u202e"]) expect(stdout).not.toContain(character);
    }
    await writeFile(join(hostile, "package.json"), '{ "kiket-gen": { "events": "../.." } }');
    const outside = await run("--dir", hostile);
    expect([outside.code, outside.stderr]).toEqual([1, expect.stringContaining("package.json")]);
    await removeProject(hostile);
  });

  it("says what is wrong with a schema of the project, and fails", async () => {
    await writeFile(join(folder, "contracts/broken.v1.schema.json"), "{");
    const { code, stderr, stdout } = await run("--dir", folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining("contracts/broken.v1.schema.json:1:")]);
    expect(stdout).toContain("issue.created");
  });

  it.each([
    [["isue.created"], 'no documented event "isue.created"; did you mean issue.created'],
    [["issue.cr"], "did you mean issue.created?"],
    [["__proto__"], 'no documented event "__proto__"; kiket-gen events lists all'],
    [["command"], 'no documented event "command"'],
    [["a", "b"], 'expected one event, also got "b"'],
    [["--jsn"], "unknown option --jsn; did you mean --json?"],
    [["--dir", "nowhere"], 'no folder "nowhere"'],
  ])("refuses %j", async (args, message) => {
    const refused = run(...args);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it("is a command of the program, without colours in a pipe", async () => {
    const { code, stdout } = await runCli(["events", "sla"], empty);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "sla"]);
    expect((await runCli(["events", "nonsense"], empty)).code).toBe(2);
  });
});
