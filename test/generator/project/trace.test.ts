import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHost, type Host } from "../../../generator/project/host.js";
import { isSameAnswer, type Trace, tracedHost } from "../../../generator/project/trace.js";
import { createProject, removeProject } from "../../support/project.js";

let folder: string;
let disk: Host;
beforeEach(async () => {
  folder = await createProject({ "a.yaml": "a", "gone.ts": "gone", "modules/x/schema.yaml": "x", "modules/b": "b" });
  disk = createHost(folder);
});
afterEach(() => removeProject(folder));

async function run(host: Host): Promise<void> {
  await host.read("a.yaml");
  await host.read("b.yaml");
  await host.list("modules");
  await host.list("events");
  await host.exists("a.yaml");
  await host.exists("stub.ts");
  await host.read("out.ts");
  await host.replace("out.ts", "new");
  await host.create("stub.ts", "stub");
  await host.read("gone.ts");
  await host.remove("gone.ts");
}

async function traceOfRun(): Promise<Trace> {
  const { host, trace } = tracedHost(disk);
  await run(host);
  return trace() as Trace;
}

it("notes what was read, and what is there after the run", async () => {
  expect(await traceOfRun()).toEqual({
    texts: { "a.yaml": "a", "out.ts": "new" },
    exists: { "a.yaml": true, "b.yaml": false, "stub.ts": true, "gone.ts": false },
    lists: { modules: ["b", "x"], events: [] },
  });
});

it("names what was asked for, for a watch", async () => {
  const { host, asked } = tracedHost(disk);
  await run(host);
  expect(asked()).toEqual(["a.yaml", "b.yaml", "modules", "events", "stub.ts", "out.ts", "gone.ts"]);
});

it("does not take a link that leads nowhere for a stub that was created", async () => {
  await symlink("nowhere", join(folder, "linked.ts"));
  const { host, trace } = tracedHost(disk);
  await host.exists("linked.ts");
  expect(await host.create("linked.ts", "stub")).toBe(false);
  expect(trace()?.exists).toEqual({ "linked.ts": false });
  expect(await isSameAnswer(disk, trace() as Trace)).toBe(true);
});

it("is the same while nothing changes", async () => {
  const trace = await traceOfRun();
  expect(await isSameAnswer(disk, trace)).toBe(true);
  await writeFile(join(folder, "stub.ts"), "edited by the user");
  await writeFile(join(folder, "unrelated.ts"), "");
  expect(await isSameAnswer(disk, trace)).toBe(true);
});

it.each<[string, () => Promise<unknown>]>([
  ["an input changes", () => writeFile(join(folder, "a.yaml"), "A")],
  ["an input is deleted", () => rm(join(folder, "a.yaml"))],
  ["a file appears that was looked for", () => writeFile(join(folder, "b.yaml"), "")],
  ["a folder gets another entry", () => mkdir(join(folder, "modules/y"))],
  ["a folder appears", () => mkdir(join(folder, "events")).then(() => writeFile(join(folder, "events/e"), ""))],
  ["an output changes", () => writeFile(join(folder, "out.ts"), "old")],
  ["a stub is deleted", () => rm(join(folder, "stub.ts"))],
  ["a deleted file is back", () => writeFile(join(folder, "gone.ts"), "gone")],
  ["a folder is in the place of a file", () => rm(join(folder, "out.ts")).then(() => mkdir(join(folder, "out.ts")))],
])("is not the same if %s", async (_what, change) => {
  const trace = await traceOfRun();
  await change();
  expect(await isSameAnswer(disk, trace)).toBe(false);
});

it("does not exist if an answer was an error, even if the run went on without it", async () => {
  const { host, trace } = tracedHost(disk);
  await expect(host.read("modules")).rejects.toMatchObject({ code: "EISDIR" });
  await run(host);
  expect(trace()).toBeUndefined();
});
