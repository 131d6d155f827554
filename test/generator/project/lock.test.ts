import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { readLock } from "../../../generator/project/lock.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";

const path = "src/generated/kiket-gen.lock.json";
const whole = { facts: {}, files: {}, handlers: [] };

async function lockOf(text: string) {
  return (await readLock({ read: async () => text }, path)).lock;
}

const shapes: readonly (readonly [what: string, text: string])[] = [
  ["a conflict", "<<<<<<< ours\n{}"],
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["text", '"x"'],
  ["an empty map", "{}"],
  ["only facts", '{"facts":3}'],
  ["no handlers", JSON.stringify({ ...whole, handlers: undefined })],
  ["no files", JSON.stringify({ ...whole, files: undefined })],
  ["facts in a list", JSON.stringify({ ...whole, facts: [] })],
  ["a file without a hash", JSON.stringify({ ...whole, files: { "src/generated/a.gen.ts": null } })],
  ["a handler that is not a path", JSON.stringify({ ...whole, handlers: [7] })],
  ["schemas that are not paths", JSON.stringify({ ...whole, schemas: { events: 7 } })],
  ["a number for schemas", JSON.stringify({ ...whole, schemas: 7 })],
  ["places that are not paths", JSON.stringify({ ...whole, places: { handlers: 7 } })],
  ["an empty path", JSON.stringify({ ...whole, schemas: { openapi: "" } })],
];

describe("a lock file", () => {
  it.each(shapes)("that contains %s is not valid", async (_what, text) => {
    expect(await lockOf(text)).toBeUndefined();
  });

  it("ignores paths outside the folders of the output", async () => {
    const inside = ["src/generated/a.gen.ts", "src\\generated\\events\\b.gen.ts", "src/generated/x/../c.gen.ts"];
    const outside = [
      "src/generated/../x.ts",
      "src/generated/..\\..\\x.ts",
      "src\\generated\\..\\x.ts",
      "src/generated",
      "/etc/hosts",
      "C:/src/generated/a.ts",
      "src/generated/a\0.ts",
    ];
    const files = Object.fromEntries([...inside, ...outside].map((file) => [file, "hash"]));
    const handlers = [
      "src/handlers/a.ts",
      "src/../../b.ts",
      "src\\..\\..\\c.ts",
      "/d.ts",
      "C:/e.ts",
      ".",
      "src/on/f.ts",
    ];
    const schemas = { events: "..\\contracts", openapi: "api\\a.yaml" };
    const places = { handlers: "src\\on", manifest: "../manifest.yaml", out: "elsewhere" };
    expect(await lockOf(JSON.stringify({ facts: {}, files, handlers, schemas, places }))).toEqual({
      facts: {},
      files: {
        "src/generated/a.gen.ts": "hash",
        "src/generated/events/b.gen.ts": "hash",
        "src/generated/c.gen.ts": "hash",
      },
      handlers: ["src/handlers/a.ts", "src/on/f.ts"],
      schemas: { events: "..", openapi: "api/a.yaml" },
      places: { handlers: "src/on" },
    });
  });
});

describe("a run with a lock file that is not valid", () => {
  const manifest = "name: Bell\nversion: 0.3.0\nvendor: example.com\nevents: [issue.created]\n";
  let folder: string;
  afterEach(() => removeProject(folder));

  it.each(["<<<<<<< ours", "[]", '{"facts":3}', "{}"])(
    "says so, names no changes and deletes nothing: %s",
    async (text) => {
      folder = await createProject({ "extension.yaml": manifest });
      await mkdir(join(folder, "contracts"));
      await generate({ dir: folder });
      await writeFile(join(folder, path), text);
      const { diagnostics, changes, actions } = await generate({ dir: folder, mode: "check" });
      expect(diagnostics.map(({ code, at }) => [code, at.file])).toEqual([["KG505", path]]);
      expect([changes, actions.filter(({ kind }) => kind === "delete")]).toEqual([[], []]);
    },
  );

  it("reports it even if the schemas are given", async () => {
    folder = await createProject({ "extension.yaml": manifest });
    await generate({ dir: folder });
    const before = await readFile(join(folder, path), "utf8");
    await writeFile(join(folder, path), "{}");
    const { code, stderr } = await runCli(["--no-events", "--no-openapi"], folder);
    expect([code, stderr]).toEqual([
      0,
      `${path}:1:1  warning  KG505  the lock file cannot be read, so its content is ignored
   1 | {}
     | ^
    hint: kiket-gen writes a new one; delete generated files that are no longer needed yourself
`,
    ]);
    expect(await readFile(join(folder, path), "utf8")).toBe(before);
  });
});
