import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as generate from "../../../generator/commands/generate.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import type { Finished } from "../../support/run-node.js";

const manifest = "name: Bell\nversion: 0.3.0\nvendor: example.com\nscopes:\n  read: [issue]\nevents: [issue.created]\n";
const stub = "src/handlers/issue.created.v1.ts";

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
  await mkdir(join(folder, "node_modules"));
});
afterEach(() => removeProject(folder));

function run(...args: readonly string[]): Promise<Finished> {
  return runCommand(generate, [folder, ...args]);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(join(folder, to)), { recursive: true });
  await rename(join(folder, from), join(folder, to));
}

async function sources(): Promise<string[]> {
  return Object.keys(await readTree(join(folder, "src")));
}

async function lock(path = "src/generated/kiket-gen.lock.json"): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, path), "utf8"));
}

describe("a folder that an option named once", () => {
  it("is used by later runs without options", async () => {
    await run("--handlers", "src/app/handlers");
    expect((await lock()).places).toEqual({ handlers: "src/app/handlers" });
    const before = await sources();
    expect(before).toContain("app/handlers/issue.created.v1.ts");
    expect((await run()).stdout).toContain("nothing to do");
    await rm(join(folder, "node_modules"), { recursive: true });
    expect((await run()).stdout).toContain("11 files: 11 unchanged");
    expect(await sources()).toEqual(before);
  });

  it("is used for the manifest and the output as well", async () => {
    await write("lib/bell.yaml", manifest);
    await run("--out", "lib/types/gen", "--manifest", "lib/bell.yaml");
    expect((await lock("lib/types/gen/kiket-gen.lock.json")).places).toEqual({ manifest: "lib/bell.yaml" });
    for (const _again of [1, 2]) expect((await run()).stdout).toMatch(/^lib\/bell\.yaml {2}1 event/);
    expect(Object.keys(await readTree(join(folder, "lib"))).filter((path) => path.endsWith("scopes.gen.ts"))).toEqual([
      "types/gen/scopes.gen.ts",
    ]);
    expect(await sources()).toEqual(["handlers/issue.created.v1.ts"]);
  });

  it("is forgotten when the usual one is named", async () => {
    await run("--handlers", "src/on");
    await move("src/on/issue.created.v1.ts", stub);
    expect((await run("--handlers", "src/handlers")).code).toBe(0);
    expect((await lock()).places).toBeUndefined();
  });

  it("is not saved if package.json names it, which then decides alone", async () => {
    await write("package.json", '{ "type": "module", "kiket-gen": { "handlers": "src/on", "events": "contracts" } }');
    await write("contracts/issue.created.v1.schema.json", '{ "properties": { "widget": { "type": "string" } } }');
    expect((await run()).code).toBe(0);
    expect(await lock()).not.toHaveProperty("places");
    expect(await lock()).not.toHaveProperty("schemas");
    expect(await readFile(join(folder, "src/generated/events/issue.created.v1.gen.ts"), "utf8")).toContain("widget");
    expect((await run()).stdout).toContain("nothing to do");
    await write("package.json", '{ "type": "module", "kiket-gen": { "handlers": "src/on" } }');
    expect((await run("--check")).stdout).toContain("out of date  src/generated/events/issue.created.v1.gen.ts");
  });
});

describe("a handler in another place", () => {
  const here = (path: string) =>
    `${path}:1:1  error  KG513  the handler of issue.created v1 is here, so no empty one is created at `;

  it.each<[what: string, path: string, text: string]>([
    [
      "that was moved",
      "src/app/created.ts",
      'import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";\nexport default defineHandler(() => allow());\n',
    ],
    [
      "that was moved into a folder below",
      "src/handlers/issues/issue.created.v1.ts",
      "import {\n  type Payload,\n  defineHandler as define,\n} from '../../generated/events/issue.created.v1.gen.ts'\nconst on = define(() => undefined);\nexport { on as default };\n",
    ],
    [
      "that imports by an alias",
      "lib/on.mts",
      'import * as created from "#generated/events/issue.created.v1.gen";\nexport default created.defineHandler(() => undefined);\n',
    ],
  ])("is named, and no stub is created: %s", async (_what, path, text) => {
    await run();
    await rm(join(folder, stub));
    await write(path, text);
    const done = await run();
    expect(done.code).toBe(1);
    expect(done.stderr).toContain(`${here(path)}${stub}\n`);
    expect(done.stderr).toContain("1 error; nothing was written\n");
    expect((await run("--check")).code).toBe(1);
    expect(await sources()).not.toContain("handlers/issue.created.v1.ts");
    await rm(join(folder, path));
    expect((await run()).stdout).toContain(`  created  ${stub}\n`);
  });

  it.each<[what: string, path: string, text: string]>([
    [
      "a comment",
      "src/note.ts",
      '// import { defineHandler } from "./generated/events/issue.created.v1.gen.js";\nexport default 1;\n',
    ],
    [
      "a type",
      "src/type.ts",
      'import type { defineHandler } from "./generated/events/issue.created.v1.gen.js";\nexport default {} as typeof defineHandler;\n',
    ],
    [
      "another event",
      "src/other.ts",
      'import { defineHandler } from "./generated/events/issue.created.v2.gen.js";\nexport default defineHandler(() => 1);\n',
    ],
    [
      "a helper without a handler",
      "src/wrap.ts",
      'import { defineHandler } from "./generated/events/issue.created.v1.gen.js";\nexport const wrap = defineHandler;\n',
    ],
    [
      "a test",
      "src/a.test.ts",
      'import { defineHandler } from "./generated/events/issue.created.v1.gen.js";\nexport default defineHandler(() => 1);\n',
    ],
    [
      "a nested package",
      "packages/a/on.ts",
      'import { defineHandler } from "./generated/events/issue.created.v1.gen.js";\nexport default defineHandler(() => 1);\n',
    ],
    [
      "compiled code",
      "dist/on.ts",
      'import { defineHandler } from "./generated/events/issue.created.v1.gen.js";\nexport default defineHandler(() => 1);\n',
    ],
  ])("is not %s", async (_what, path, text) => {
    await write("packages/a/package.json", "{}");
    await write(path, text);
    expect((await run()).stdout).toContain(`  created  ${stub}\n`);
  });

  it("is one that the lock file knows, when the folder changes", async () => {
    await run();
    await write(stub, "export default 1;\n");
    const { code, stderr } = await run("--handlers", "src/on");
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${here(stub)}src/on/issue.created.v1.ts\n`)]);
    await move(stub, "src/on/issue.created.v1.ts");
    expect((await run("--handlers", "src/on")).code).toBe(0);
    expect((await run()).code).toBe(0);
    expect((await sources()).filter((path) => path.includes("issue.created.v1.ts"))).toEqual([
      "on/issue.created.v1.ts",
    ]);
  });
});

describe("the program that serves the extension", () => {
  it("is not created again where another file does its work", async () => {
    await run();
    await rm(join(folder, "src/main.ts"));
    await write(
      "src/server.ts",
      'import { createExtension } from "./generated/extension.gen.js";\ncreateExtension();\n',
    );
    expect((await run()).stdout).toContain("10 files: 10 unchanged");
    expect((await run("--check")).code).toBe(0);
    await rm(join(folder, "src/server.ts"));
    expect((await run()).stdout).toContain("  created  src/main.ts\n");
  });
});

describe("an output that moves", () => {
  it("leaves nothing in the old folder, and names what imports from there", async () => {
    await run();
    const { code, stdout, stderr } = await run("--out", "src/app/types");
    expect(code).toBe(0);
    expect(stdout).toContain("  deleted  src/generated/kiket-gen.lock.json\n");
    expect(stderr).toContain(
      "src/handlers/issue.created.v1.ts:1:48  warning  KG514  this imports from src/generated, but the generated files are now in src/app/types\n",
    );
    expect(stderr).toContain("src/main.ts:2:34  warning  KG514");
    expect((await sources()).filter((path) => path.startsWith("generated/"))).toEqual([]);
    expect((await sources()).filter((path) => path.endsWith("main.ts"))).toEqual(["main.ts"]);
    const before = await sources();
    expect((await run()).stdout).toContain("unchanged");
    expect((await run("--check")).code).toBe(0);
    expect(await sources()).toEqual(before);
  });

  it("keeps an edited file, and says so once", async () => {
    await run();
    await write("src/generated/scopes.gen.ts", "export const mine = 1;\n");
    expect((await run("--out", "src/types")).stderr).toContain("src/generated/scopes.gen.ts:1:1  warning  KG502");
    expect(await readFile(join(folder, "src/generated/scopes.gen.ts"), "utf8")).toBe("export const mine = 1;\n");
    expect(await run("--check")).toMatchObject({ code: 0, stderr: "" });
  });

  it("moves back", async () => {
    await run();
    const before = await readTree(join(folder, "src"));
    await run("--out", "src/types");
    expect((await run("--out", "src/generated")).code).toBe(0);
    expect(await readTree(join(folder, "src"))).toEqual(before);
  });

  it("does not move while package.json and an option would leave two", async () => {
    await run();
    await write("lib/kiket-gen.lock.json", await readFile(join(folder, "src/generated/kiket-gen.lock.json"), "utf8"));
    const done = await run("--out", "lib");
    expect([done.code, done.stderr]).toEqual([1, expect.stringContaining("lib/kiket-gen.lock.json:1:1  error  KG512")]);
  });
});
