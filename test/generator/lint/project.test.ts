import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHost } from "../../../generator/host.js";
import { lint } from "../../../generator/lint/index.js";
import { createProject, removeProject } from "../../support/project.js";
import { manifest, told } from "./support.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
});
afterEach(() => removeProject(folder));

const bare = [
  "warning L13 README.md:1:1 there is no `README.md`",
  "warning L12 test:1:1 none of the folders `test`, `spec` and `tests` is there",
];

describe("lint", () => {
  it("says L0 where there is no manifest, and nothing is written", async () => {
    expect(told(await lint(createHost(folder)))).toEqual(["error L0 1:1 there is no manifest"]);
  });

  it("reads the project from the disk", async () => {
    await mkdir(join(folder, ".kiket"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest());
    expect(told(await lint(createHost(folder)))).toEqual(bare);
    await writeFile(join(folder, "README.md"), "");
    expect(told(await lint(createHost(folder)))).toEqual(bare.slice(1));
  });

  it.each(["test", "spec", "tests"])("is content with a folder %s", async (name) => {
    await mkdir(join(folder, ".kiket"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest());
    await mkdir(join(folder, name));
    expect(told(await lint(createHost(folder)))).toEqual(bare.slice(0, 1));
  });

  it("knows the events of schemas of one's own, and what is wrong with those", async () => {
    await mkdir(join(folder, ".kiket"));
    await mkdir(join(folder, "own"));
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest("hooks: [{ event: moon.rose }]"));
    const codes = async (events?: string) => {
      const found = await lint(createHost(folder), events === undefined ? {} : { events });
      return found.map(({ code }) => code).filter((code) => code.startsWith("KG"));
    };
    expect(await codes()).toEqual(["KG807"]);
    expect(await codes("own")).toEqual(["KG807", "KG708"]);
    const schema = { "x-kiket-event": "moon.rose", "x-kiket-version": "v1", type: "object", properties: {} };
    await writeFile(join(folder, "own/moon.rose.v1.schema.json"), JSON.stringify(schema));
    expect(await codes("own")).toEqual([]);
  });

  it("looks beside the manifest that is named", async () => {
    await mkdir(join(folder, "mail/.kiket"), { recursive: true });
    await writeFile(join(folder, "mail/.kiket/manifest.yaml"), manifest());
    await writeFile(join(folder, "README.md"), "");
    const found = await lint(createHost(folder), { manifest: "mail/.kiket/manifest.yaml" });
    expect(found.map(({ code, at }) => `${code} ${at.file}`)).toEqual(["L13 mail/README.md", "L12 mail/test"]);
  });
});
