import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { createProject, removeProject } from "../../support/project.js";
import { manifest, told } from "./support.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
  await mkdir(join(folder, ".kiket"));
});
afterEach(() => removeProject(folder));

it("generating warns about a misspelled key and event, because nothing then happens, and about nothing else that is only a lint warning", async () => {
  const text = manifest("permisions: [issues:read]", "fruit: apple", "hooks: [{ event: isue.created }]");
  await writeFile(join(folder, ".kiket/manifest.yaml"), text);
  const report = await generate({ dir: folder, mode: "dry-run" });
  expect(told(report.diagnostics)).toEqual([
    "warning KG801 9:3 unknown key `permisions` in `extension`",
    "warning KG304 11:20 undocumented event `isue.created`",
  ]);
  expect(report.diagnostics[0]?.hint).toBe("did you mean `permissions`?");
  expect(report.model?.scopes).toEqual([]);
});
