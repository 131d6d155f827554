import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readInputs, recall, remember } from "../../../generator/generate/run-cache.js";
import { generate } from "../../../generator/index.js";
import { defaultLayout } from "../../../generator/output/plan.js";
import { createHost } from "../../../generator/project/host.js";
import { createProject, removeProject } from "../../support/project.js";

const manifest = "name: Bell\nversion: 0.3.0\nvendor: example.com\nscopes:\n  read: [issue]\nevents: [issue.created]\n";

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
  await mkdir(join(folder, "node_modules"));
});
afterEach(() => removeProject(folder));

it("remembers a clean run", async () => {
  const host = createHost(folder);
  const inputs = await readInputs(host, defaultLayout, {});
  const { actions } = await generate({ dir: folder });
  await remember(host, inputs, actions, "said");
  expect(await recall(host, await readInputs(host, defaultLayout, {}))).toBe("said");
});

it("does not take a manifest that was changed during the run for generated", async () => {
  const host = createHost(folder);
  const inputs = await readInputs(host, defaultLayout, {});
  const { actions } = await generate({ dir: folder });
  await writeFile(join(folder, "extension.yaml"), manifest.replace("[issue]", "[comment]"));
  await remember(host, inputs, actions, "said");
  expect(await recall(host, await readInputs(host, defaultLayout, {}))).toBeUndefined();
});
