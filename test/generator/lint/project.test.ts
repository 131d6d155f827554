import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, removeProject } from "../../support/project.js";
import { lintFolder, manifest, told } from "./support.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
});
afterEach(() => removeProject(folder));

const missingFiles = [
  "warning L13 README.md:1:1 there is no `README.md`",
  "warning L12 test:1:1 none of the folders `test`, `spec` and `tests` exists",
];

describe("lint", () => {
  it("reports L0 if there is no manifest", async () => {
    expect(told(await lintFolder(folder))).toEqual(["error L0 1:1 no manifest found"]);
  });

  it("reads the project from the disk", async () => {
    await mkdir(join(folder, ".kiket"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest());
    expect(told(await lintFolder(folder))).toEqual(missingFiles);
    await writeFile(join(folder, "README.md"), "");
    expect(told(await lintFolder(folder))).toEqual(missingFiles.slice(1));
  });

  it.each(["test", "spec", "tests"])("accepts the folder %s", async (name) => {
    await mkdir(join(folder, ".kiket"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest());
    await mkdir(join(folder, name));
    expect(told(await lintFolder(folder))).toEqual(missingFiles.slice(0, 1));
  });

  it("knows the events of the project's own schemas, and reports mistakes in them", async () => {
    await mkdir(join(folder, ".kiket"));
    await mkdir(join(folder, "own"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest("hooks: [{ event: moon.rose }]"));
    const codes = async (events?: string) => {
      const found = await lintFolder(folder, events === undefined ? {} : { events });
      return found.map(({ code }) => code).filter((code) => code.startsWith("KG"));
    };
    expect(await codes()).toEqual(["KG807"]);
    expect(await codes("own")).toEqual(["KG807", "KG708"]);
    const schema = { "x-kiket-event": "moon.rose", "x-kiket-version": "v1", type: "object", properties: {} };
    await writeFile(join(folder, "own/moon.rose.v1.schema.json"), JSON.stringify(schema));
    expect(await codes("own")).toEqual([]);
  });

  it("knows the permissions of an OpenAPI document of the project's own", async () => {
    await mkdir(join(folder, ".kiket"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest("permissions: [isues:read]"));
    const operation = { responses: { 204: { description: "Done" } }, "x-kiket-scopes": ["isues:read"] };
    const document = { openapi: "3.1.0", info: { title: "Own", version: "1" }, paths: { "/a": { get: operation } } };
    await writeFile(join(folder, "api.json"), JSON.stringify(document));
    const codes = async (places: { openapi?: string }) =>
      (await lintFolder(folder, places)).map(({ code }) => code).filter((code) => code.startsWith("KG"));
    expect(await codes({})).toEqual(["KG812"]);
    expect(await codes({ openapi: "api.json" })).toEqual([]);
    await writeFile(join(folder, "api.json"), JSON.stringify({ openapi: "3.1.0" }));
    expect(await codes({ openapi: "api.json" })).toEqual(["KG812", "KG709"]);
  });

  it("reports a schema of the project's own whose event is not in the manifest", async () => {
    await mkdir(join(folder, ".kiket"));
    await mkdir(join(folder, "own"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest("hooks: [{ event: moon.rose }]"));
    const schema = JSON.stringify({ type: "object", properties: {} });
    const names = ["moon.rise", "moon.rose.v2", "sun.set", "issue.created", "command", "external.webhook"];
    for (const name of names) {
      const version = name.endsWith(".v2") ? "" : ".v1";
      await writeFile(join(folder, `own/${name}${version}.schema.json`), schema);
    }
    const found = await lintFolder(folder, { events: "own" });
    expect(found.filter(({ code }) => code.startsWith("KG"))).toEqual([
      {
        code: "KG826",
        severity: "note",
        message: "the manifest has no event `moon.rise`, so this schema is not used",
        at: { file: "own/moon.rise.v1.schema.json", line: 1, column: 1 },
        hint: "did you mean `moon.rose`?",
      },
      {
        code: "KG826",
        severity: "note",
        message: "the manifest has no event `sun.set`, so this schema is not used",
        at: { file: "own/sun.set.v1.schema.json", line: 1, column: 1 },
      },
    ]);
  });

  it("looks for files beside the manifest that is passed", async () => {
    await mkdir(join(folder, "mail/.kiket"), { recursive: true });
    await writeFile(join(folder, "mail/.kiket/manifest.yaml"), manifest());
    await writeFile(join(folder, "README.md"), "");
    const found = await lintFolder(folder, { manifest: "mail/.kiket/manifest.yaml" });
    expect(found.map(({ code, at }) => `${code} ${at.file}`)).toEqual(["L13 mail/README.md", "L12 mail/test"]);
  });
});
