import { describe, expect, it } from "vitest";
import { eventFileName } from "../../../generator/base/naming.js";
import { generate } from "../../../generator/index.js";
import { refusedNames } from "../../../generator/output/file-names.js";
import { paths } from "../../../generator/output/plan.js";
import { createHost } from "../../../generator/project/host.js";
import { defaultLayout } from "../../../generator/project/layout.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";
import { manifestOf } from "../contracts/schemas/own.js";
import { event } from "../model/model.js";

function told(names: readonly string[], { windows = false, layout = defaultLayout, version = "v1" } = {}): string[] {
  const files = names
    .map((name) => event(name, { version }))
    .flatMap((of) => [
      { path: `${paths.event(layout, of)}.ts`, event: of },
      { path: `${paths.stub(layout, of)}.ts`, event: of },
    ]);
  return refusedNames(files, layout, windows).map(({ severity, code, message, hint }) => {
    return `${severity} ${code} ${message} (${hint})`;
  });
}

describe("file names", () => {
  it("that Windows reserves are a warning, and an error on Windows", () => {
    const rest =
      'KG302 event "con.created" needs the file con.created.v1.gen.ts, but Windows reserves the name con (rename the event in the manifest if it is your own)';
    expect(told(["issue.created", "con.created"])).toEqual([`warning ${rest}`]);
    expect(told(["con.created"], { windows: true })).toEqual([`error ${rest}`]);
    expect(told(["aux", "COM1", "console", "a.con"]).map((text) => text.slice(0, 13))).toEqual([
      "warning KG302",
      "warning KG302",
    ]);
  });

  it("can be 255 bytes long", () => {
    const longest = "x".repeat(255 - ".v1.gen.ts".length);
    expect(told([longest])).toEqual([]);
    expect(told([`${longest}y`])[0]).toMatch(
      /^error KG303 a name has 256 bytes, and file systems take 255: event "x+y"/,
    );
    expect(told(["é".repeat(60)])[0]).toContain("error KG303 a name has 310 bytes");
    expect(told(["a"], { version: `v${"1".repeat(250)}` })[0]).toContain("error KG303 a name has 260 bytes");
  });

  it("of folders are checked as well", () => {
    expect(told([], { layout: { out: "src/nul", handlers: `a/${"日".repeat(86)}` } })).toEqual([
      "warning KG302 the folder src/nul is needed, but Windows reserves the name nul (choose another folder with --out)",
      `error KG303 a name has 258 bytes, and file systems take 255: the folder a/${"日".repeat(86)} is needed (choose another folder with --handlers)`,
    ]);
  });

  it("differ for names that only Unicode normalisation makes equal, which macOS takes for one", () => {
    const [composed, decomposed] = ["é", "e\u0301"].map((name) => eventFileName(name, "v1").normalize("NFC"));
    expect([composed, decomposed]).toEqual(["_xe9_.v1", "e_x301_.v1"]);
  });
});

describe("a project with a name that cannot be written", () => {
  it("is not written at all", async () => {
    const folder = await createProject({ "extension.yaml": manifestOf(["issue.created", "x".repeat(300)]) });
    try {
      const before = await readTree(folder);
      const { code, stderr } = await runCli([], folder);
      expect(code).toBe(1);
      expect(stderr).toContain("extension.yaml:11:");
      expect(stderr).toContain("error  KG303  a name has 310 bytes");
      expect(stderr).toContain("1 error; nothing was written");
      expect(await readTree(folder)).toEqual(before);
    } finally {
      await removeProject(folder);
    }
  });

  it("is written with a warning, but not on Windows", async () => {
    const folder = await createProject({ "extension.yaml": manifestOf(["aux"]) });
    try {
      const before = await readTree(folder);
      const onWindows = await generate({ dir: folder, host: { ...createHost(folder), windows: true } });
      expect(onWindows.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([["error", "KG302"]]);
      expect(onWindows.model).toBeUndefined();
      expect(await readTree(folder)).toEqual(before);
      const elsewhere = await generate({ dir: folder, host: { ...createHost(folder), windows: false } });
      expect(elsewhere.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([["warning", "KG302"]]);
      expect(Object.keys(await readTree(folder))).toContain("src/handlers/aux.v1.ts");
    } finally {
      await removeProject(folder);
    }
  });
});
