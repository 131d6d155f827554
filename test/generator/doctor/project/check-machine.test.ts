import { chmod, chown, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBootId } from "../../../../generator/dev/boot.js";
import type { Launch } from "../../../../generator/dev/launch.js";
import { openStateFolder } from "../../../../generator/dev/state-folder.js";
import { checkMachine } from "../../../../generator/doctor/project/check-machine.js";
import type { Subject } from "../../../../generator/doctor/project/subject.js";
import { defaultLayout } from "../../../../generator/project/layout.js";
import { removeProject } from "../../../support/project.js";
import { newProject, notRight, subjectOf } from "./subject.js";

let folder: string;
beforeEach(async () => {
  folder = await newProject("extension");
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);

/** Others may run `dev` on this machine: the usual ports are left out. */
async function found(more: Partial<Subject> = {}) {
  const findings = await checkMachine(subjectOf(folder, { environment: { PORT: "0" }, ...more }), defaultLayout, true);
  return findings.filter(({ id }) => id !== "port-inspector" && id !== "port-kiket");
}

const launch: Launch = {
  ...{ launchId: "0".repeat(32), token: "1".repeat(32), bootId: readBootId(), pid: 12_345, groups: [] },
  ...{ inspector: "http://127.0.0.1:4848", kiket: "http://127.0.0.1:4849" },
};

function writeLaunch(written: Launch): void {
  const state = openStateFolder(folder);
  if ("refusal" in state) throw new Error(state.refusal);
  state.writeLaunch(written);
}

it("finds nothing wrong with a new project, and leaves nothing behind", async () => {
  expect(notRight(await found())).toEqual([]);
  expect(await readdir(folder)).not.toContain(".kiket-gen");
  writeLaunch(launch);
  await found();
  expect((await readdir(at(".kiket-gen"))).sort()).toEqual([".gitignore", "launch.json"]);
});

describe("ports", () => {
  it("that somebody else has, or that PORT does not name", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
    try {
      expect(notRight(await found({ environment: { PORT: String(port) } }))).toEqual([
        {
          ...{ id: "port-extension", status: "warning", what: `somebody else listens on port ${port}` },
          ...{ where: `127.0.0.1:${port}`, fix: `end what listens there (lsof -i :${port} names it), or set PORT` },
        },
      ]);
      writeLaunch({ ...launch, extension: `http://127.0.0.1:${port}` });
      const running = await found({ environment: { PORT: String(port) }, isRunning: async (one) => one });
      expect(notRight(running)).toEqual([]);
      expect(running).toContainEqual(
        expect.objectContaining({
          id: "port-extension",
          what: `dev of this project runs on port ${port}, as process 12345`,
        }),
      );
    } finally {
      server.close();
    }
    await rm(at(".kiket-gen"), { recursive: true });
    await writeFile(at(".env"), "PORT=eight\n");
    expect(notRight(await found({ environment: {} }))).toEqual([
      { id: "port-extension", status: "wrong", what: 'PORT must be a port between 0 and 65535, not "eight"' },
    ]);
  });
});

describe("dev", () => {
  it("that runs is told, and one that was killed is a warning", async () => {
    writeLaunch(launch);
    expect(await found({ isRunning: async (one) => one })).toContainEqual(
      expect.objectContaining({
        ...{ id: "dev-running", status: "ok" },
        what: "dev runs here as process 12345: its inspector is at http://127.0.0.1:4848",
      }),
    );
    expect(notRight(await found())).toEqual([
      {
        ...{ id: "dev-running", status: "warning", what: "an earlier dev, process 12345, did not end as it should" },
        ...{ where: ".kiket-gen/launch.json", fix: "start kiket-gen dev: it ends what is left" },
      },
    ]);
  });
});

describe(".kiket-gen", () => {
  it("is wrong as a link or a file", async () => {
    await symlink(at("src"), at(".kiket-gen"));
    const fix = "delete it; dev makes a new folder";
    const what = { id: "state-folder", status: "wrong", where: ".kiket-gen", fix };
    expect(notRight(await found())).toEqual([{ ...what, what: ".kiket-gen is a link" }]);
    await rm(at(".kiket-gen"));
    await writeFile(at(".kiket-gen"), "");
    expect(notRight(await found())).toEqual([{ ...what, what: ".kiket-gen is not a folder" }]);
  });

  it.skipIf(process.getuid?.() !== 0)("is wrong where it belongs to another user", async () => {
    await mkdir(at(".kiket-gen"));
    await chown(at(".kiket-gen"), 12_345, 12_345);
    expect(notRight(await found())).toEqual([
      {
        ...{ id: "state-folder", status: "wrong", what: ".kiket-gen belongs to another user", where: ".kiket-gen" },
        fix: "delete it or make it yours (sudo chown), and run kiket-gen as one user only",
      },
    ]);
  });

  it.skipIf(process.platform === "win32")(
    "is a warning where others can look into it, or have written in it",
    async () => {
      await mkdir(at(".kiket-gen"));
      await chmod(at(".kiket-gen"), 0o755);
      expect(notRight(await found())).toEqual([
        {
          ...{ id: "state-folder", status: "warning", what: "other users can look into .kiket-gen" },
          ...{ where: ".kiket-gen, mode 0755", fix: "chmod 700 .kiket-gen; dev does so too when it starts" },
        },
      ]);
      await writeFile(at(".kiket-gen/kiket.json"), "{}");
      await chmod(at(".kiket-gen/kiket.json"), 0o644);
      expect(notRight(await found())).toMatchObject([
        {
          what: "dev ignores .kiket-gen/kiket.json",
          fix: "chmod 600 .kiket-gen/kiket.json, if it is yours; else delete it",
        },
      ]);
    },
  );
});

describe("the disk", () => {
  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "is wrong where it cannot be written to",
    async () => {
      await chmod(at("src/generated"), 0o500);
      expect(notRight(await found())).toMatchObject([
        { id: "disk", status: "wrong", what: "nothing can be written in src/generated: permission denied" },
      ]);
      await chmod(at("src/generated"), 0o700);
    },
  );
});
