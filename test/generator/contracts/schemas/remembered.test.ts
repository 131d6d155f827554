import { cp, mkdir, rename as move, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../../generator/base/usage-error.js";
import * as add from "../../../../generator/commands/add.js";
import * as audit from "../../../../generator/commands/audit.js";
import type { Command } from "../../../../generator/commands/command.js";
import * as generate from "../../../../generator/commands/generate.js";
import * as lint from "../../../../generator/commands/lint.js";
import * as rename from "../../../../generator/commands/rename.js";
import { compile } from "../../../support/compile.js";
import { createProject, readTree, removeProject } from "../../../support/project.js";
import { runCommand } from "../../../support/run-command.js";
import type { Finished } from "../../../support/run-node.js";
import { manifestOf, moneySchema, toldIn, widgetApi, widgetSchema } from "./own.js";

const lock = "src/generated/kiket-gen.lock.json";
const api = "src/generated/api.gen.ts";
const handler = `import { allow, defineHandler } from "../generated/events/widget.made.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (payload) =>
  allow({ message: String(payload.widget.id + (payload.price?.amount ?? 0)) }),
);
`;

let folder: string;
beforeEach(async () => {
  folder = await createProject({
    "extension.yaml": manifestOf(["widget.made"]),
    "README.md": "",
    "test/keep.txt": "",
    "contracts/widget.made.v1.schema.json": JSON.stringify(widgetSchema),
    "contracts/common/money.json": JSON.stringify(moneySchema),
    "api/widgets.yaml": widgetApi,
    "src/handlers/widget.made.v1.ts": handler,
  });
});
afterEach(() => removeProject(folder));

const commands: Readonly<Record<string, Command>> = { audit, lint, rename };

/** Runs a command line in this process. */
function kiket(...args: string[]): Promise<Finished> {
  const [first = "", ...rest] = args;
  if (first === "add") return runCommand(add, [...rest, "--dir", folder]);
  const command = commands[first];
  return command === undefined ? runCommand(generate, [...args, folder]) : runCommand(command, [...rest, folder]);
}
const at = (path: string) => join(folder, path);
const write = (path: string, text: string) => writeFile(at(path), text);
const generated = () => readTree(at("src/generated"));
const kept = async (): Promise<unknown> => JSON.parse(await readFile(at(lock), "utf8")).schemas;

describe("schemas of the project's own", () => {
  it("are kept in the lock file, and every later run uses them", async () => {
    expect((await kiket("--events", "./contracts/", "--openapi", at("api/widgets.yaml"))).code).toBe(0);
    expect(await kept()).toEqual({ events: "contracts", openapi: "api/widgets.yaml" });
    expect(await compile(folder)).toBe("");
    const before = await generated();

    expect((await kiket()).stdout).toContain("12 files: 12 unchanged\n");
    expect((await kiket("--check")).code).toBe(0);
    expect(await generated()).toEqual(before);

    expect((await kiket("add", "setting", "NEWONE", "--default", "x")).code).toBe(0);
    const after = await generated();
    expect(after["settings.gen.ts"]).toContain("NEWONE");
    for (const path of ["events/widget.made.v1.gen.ts", "api.gen.ts"]) expect(after[path]).toBe(before[path]);
    expect(await kept()).toEqual({ events: "contracts", openapi: "api/widgets.yaml" });
    expect(await compile(folder)).toBe("");
  });

  it("are read by lint, audit and rename as well", async () => {
    await kiket("--events", "contracts", "--openapi", "api/widgets.yaml", "--out", "lib/gen");
    expect((await kiket("lint", "--no-events")).stdout).toContain("KG807");
    expect((await kiket("lint")).stdout).not.toContain("KG807");
    await write("api/widgets.yaml", "not an OpenAPI document");
    expect((await kiket("lint", "--out", "lib/gen")).stdout).toContain("KG709");
    expect((await kiket("audit", "--out", "lib/gen")).stdout).toContain("KG709");
    const renamed = await kiket("rename", "widget.made", "widget.built", "--dry-run", "--out", "lib/gen");
    expect(renamed.stderr).toContain("KG709");
  });

  it("are not used with --no-events and --no-openapi, and removed from the lock file", async () => {
    await kiket("--events", "contracts", "--openapi", "api/widgets.yaml");
    const events = await kiket("--check", "--no-events");
    expect(events.code).toBe(1);
    expect(events.stdout).toContain("  out of date  src/generated/events/widget.made.v1.gen.ts\n");
    expect(events.stdout).toContain(`  out of date  ${lock}\n`);

    expect((await kiket("--no-openapi")).stdout).toContain(`  deleted  ${api}\n`);
    expect(await kept()).toEqual({ events: "contracts" });
    expect((await kiket("add", "setting", "NEWONE", "--default", "x", "--no-events")).code).toBe(0);
    expect(await kept()).toBeUndefined();
    expect((await kiket("--check")).code).toBe(0);
  });

  it("are replaced by those named with a flag, which are then kept", async () => {
    await kiket("--events", "contracts");
    await move(at("contracts"), at("schemas"));
    expect((await kiket("--check", "--events", "schemas")).code).toBe(1);
    expect(await kept()).toEqual({ events: "contracts" });
    expect((await kiket("--events", "schemas")).stdout).toContain(`  written  ${lock}\n11 files: 1 written, `);
    expect(await kept()).toEqual({ events: "schemas" });
    expect((await kiket("--check")).code).toBe(0);
  });

  it("that no longer exist stop a run, and the hint names the lock file", async () => {
    await kiket("--events", "contracts", "--openapi", "api/widgets.yaml");
    const before = await generated();
    await rm(at("contracts"), { recursive: true });
    await rm(at("api"), { recursive: true });
    const hint = (name: string) =>
      `    hint: the path is from ${lock}; pass another with --${name}, or pass --no-${name} to generate without it\n`;
    const expected = [
      `api/widgets.yaml:1:1  error  KG708  cannot read the OpenAPI document api/widgets.yaml\n${hint("openapi")}`,
      `contracts:1:1  error  KG708  the folder contracts does not exist\n${hint("events")}`,
      "2 errors; nothing was written\n",
    ].join("");
    for (const args of [[], ["--check"]])
      expect(await kiket(...args)).toEqual({ code: 1, stdout: "", stderr: expected });
    expect(await generated()).toEqual(before);
    expect((await kiket("lint")).code).toBe(1);
  });

  it("outside of the project are used if they are named, and are required if they are not", async () => {
    const project = at("inner");
    await mkdir(project);
    await write("inner/package.json", '{ "type": "module" }\n');
    await write("inner/extension.yaml", manifestOf(["widget.made"]));
    const inner = (...args: string[]) => runCommand(generate, [...args, project]);
    expect((await inner("--events", "../contracts")).code).toBe(0);
    expect(JSON.parse(await readFile(join(project, lock), "utf8")).schemas).toEqual({ events: ".." });
    expect((await inner("--check", "--events", at("contracts"))).code).toBe(0);
    const before = await readTree(project);
    const refused = await inner();
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(
      toldIn(refused.stderr),
    ).toBe(`${lock}:1:1  error  KG708  the files were generated from event schemas outside the project
    hint: pass the path again with --events, or pass --no-events to generate without it
`);
    expect(await readTree(project)).toEqual(before);
  });

  it.each(["/etc", "../contracts", "a/../../contracts", "C:\\schemas", "..\\contracts"])(
    "are never read at %j, even if a lock file contains it",
    async (events) => {
      await kiket();
      const text = JSON.parse(await readFile(at(lock), "utf8"));
      await write(lock, JSON.stringify({ ...text, schemas: { events } }));
      const { code, stderr } = await kiket();
      expect(code).toBe(1);
      expect(stderr).toContain(`${lock}:1:1  error  KG708  the files were generated from event schemas outside`);
    },
  );

  it("are refused if a link on the way to them leads out of the project, unless they are given", async () => {
    const project = at("inner");
    for (const name of ["node_modules", "real", "mixed"]) await mkdir(join(project, name), { recursive: true });
    await write("inner/package.json", '{ "type": "module", "workspaces": [] }\n');
    await write("inner/extension.yaml", manifestOf(["widget.made"]));
    const links = [
      ["../contracts", "linked"],
      ["../api", "specs"],
      ["real", "near"],
      ["../../contracts/widget.made.v1.schema.json", "mixed/widget.made.v1.schema.json"],
      ["../../contracts/common", "mixed/common"],
    ] as const;
    for (const [target, path] of links) await symlink(target, join(project, path));
    const inner = (...args: string[]) => runCommand(generate, [...args, project]);
    const told = (path: string, name: string) =>
      `${lock}:1:1  error  KG708  ${path} leads out of the project through a link, so it is not read\n    hint: pass the path again with --${name}, or pass --no-${name} to generate without it\n`;
    const both = told("linked", "events") + told("specs/widgets.yaml", "openapi");

    const given = ["--events", "linked", "--openapi", "specs/widgets.yaml"];
    expect((await inner(...given)).code).toBe(0);
    // The run is known to leave nothing to do now, for these arguments only.
    expect(await inner(...given)).toEqual({ code: 0, stdout: expect.stringContaining("nothing to do"), stderr: "" });
    const before = await readTree(join(project, "src"));
    for (const args of [[], ["--check"]]) {
      const { code, stdout, stderr } = await inner(...args);
      expect([code, stdout, toldIn(stderr)]).toEqual([1, "", both]);
    }
    expect(await readTree(join(project, "src"))).toEqual(before);

    expect((await inner("--events", "mixed", "--no-openapi")).code).toBe(0);
    expect(toldIn((await inner()).stderr)).toBe(told("mixed/common/money.json", "events"));
    expect((await inner("--no-events")).code).toBe(0);

    // A link may lead to another place in the project.
    await cp(at("contracts"), join(project, "real"), { recursive: true });
    expect((await inner("--events", "near")).code).toBe(0);
    expect((await inner("--check")).code).toBe(0);
    expect((await inner()).stdout).toContain("nothing to do");
  });

  it.each([{ schemas: 7 }, { schemas: { events: 7, openapi: null } }, { schemas: { events: "" } }, {}])(
    "are none if the lock file contains %j",
    async (said) => {
      await kiket();
      const text = JSON.parse(await readFile(at(lock), "utf8"));
      await write(lock, JSON.stringify({ ...text, ...said }));
      expect((await kiket()).code).toBe(0);
      expect(await kept()).toBeUndefined();
    },
  );

  it("cannot be read from a damaged lock file, which is reported", async () => {
    await kiket("--events", "contracts");
    const text = await readFile(at(lock), "utf8");
    await write(lock, `{\n<<<<<<< ours\n${text}`);
    const hint = "    hint: if the project has its own schemas, pass them again with --events and --openapi\n";
    expect(toldIn((await kiket("--check")).stderr)).toContain(
      `${lock}:2:1  error  KG505  the lock file contains an unresolved merge conflict, so its content is ignored\n${hint}`,
    );
    // A run changes nothing: with a new lock file, the schemas would be forgotten.
    expect((await kiket()).code).toBe(1);
    expect(await readFile(at(lock), "utf8")).toContain("<<<<<<< ours");
    expect(toldIn((await kiket("--events", "contracts", "--no-openapi")).stderr)).toBe(
      `${lock}:2:1  warning  KG505  the lock file contains an unresolved merge conflict, so its content is ignored
    hint: kiket-gen writes a new one; delete generated files that are no longer needed yourself
`,
    );
    expect(await kept()).toEqual({ events: "contracts" });
    expect((await kiket("--check")).stderr).toBe("");
  });

  it("stay if both sides of a merge conflict in the lock file have them, which is reported", async () => {
    await kiket("--events", "contracts");
    const text = await readFile(at(lock), "utf8");
    const facts = /^ *"facts": \{\n/m.exec(text)?.[0] ?? "";
    const conflict = `<<<<<<< ours\n"a": "1",\n=======\n"a": "2",\n>>>>>>> theirs\n`;
    await write(lock, text.replace(facts, `${facts}${conflict}`));
    const told = "warning  KG505  the lock file contains an unresolved merge conflict, so only its paths are used\n";
    expect((await kiket("audit")).stdout).toContain(told);
    const { code, stderr } = await kiket();
    expect([code, toldIn(stderr).includes(told)]).toEqual([0, true]);
    expect(await kept()).toEqual({ events: "contracts" });
    expect((await kiket("--check")).code).toBe(0);
  });

  it("are not forgotten if only one side of a merge conflict has them", async () => {
    await kiket("--events", "contracts");
    const text = await readFile(at(lock), "utf8");
    const { schemas: _, ...others } = JSON.parse(text);
    await write(lock, `<<<<<<< ours\n${text}=======\n${JSON.stringify(others)}\n>>>>>>> theirs\n`);
    const { code, stderr } = await kiket();
    expect([code, toldIn(stderr)]).toEqual([1, expect.stringContaining(`${lock}:1:1  error  KG505  `)]);
    expect(await readFile(at(lock), "utf8")).toContain("<<<<<<< ours");
    expect((await kiket("--events", "contracts", "--no-openapi")).code).toBe(0);
    expect(await kept()).toEqual({ events: "contracts" });
  });

  it("cannot be named and turned off at the same time", async () => {
    await expect(kiket("add", "setting", "NEWONE", "--events", "contracts", "--no-events")).rejects.toThrow(
      new UsageError("--events and --no-events cannot be used together"),
    );
    expect(await readFile(at("extension.yaml"), "utf8")).toBe(manifestOf(["widget.made"]));
  });

  it("are inputs of the cached run if they are kept", async () => {
    await mkdir(at("node_modules"));
    await kiket("--events", "contracts", "--openapi", "api/widgets.yaml");
    expect((await kiket()).stdout).toContain("nothing to do\n");
    expect((await kiket("--events", "contracts")).stdout).toContain("nothing to do\n");
    const { description: _, ...silent } = widgetSchema;
    await write("contracts/widget.made.v1.schema.json", JSON.stringify(silent));
    expect((await kiket("--check")).code).toBe(1);
    expect((await kiket()).stdout).toContain("  written  src/generated/events/widget.made.v1.gen.ts\n");
    expect((await kiket()).stdout).toContain("nothing to do\n");
    expect((await kiket("--no-openapi")).stdout).toContain(`  deleted  ${api}\n`);
  });
});
