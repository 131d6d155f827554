import { describe, expect, it } from "vitest";
import { type Files, load } from "../../../generator/project/find-manifest.js";
import { told } from "../manifest/support.js";

function project(files: Readonly<Record<string, string>>): Files {
  return {
    read: async (path) => files[path],
    list: async (dir) => {
      const below = Object.keys(files).filter((path) => path.startsWith(`${dir}/`));
      return [...new Set(below.map((path) => path.slice(dir.length + 1).split("/")[0] as string))].reverse();
    },
  };
}

describe("load", () => {
  it.each([
    ".kiket/manifest.yaml",
    ".kiket/manifest.yml",
    "extension.yaml",
    "extension.yml",
    "manifest.yaml",
    "manifest.yml",
    "kiket-extension.yaml",
    "kiket-webhook.yaml",
    "kiket-webhook.yml",
    "manifest.json",
  ])("finds %s", async (path) => {
    expect(await load(project({ [path]: "a: 1" }))).toEqual({
      manifest: { path, text: "a: 1" },
      modules: [],
      moduleFolders: [],
      diagnostics: [],
    });
  });

  it("prefers the canonical manifest and says so", async () => {
    const { manifest, diagnostics } = await load(
      project({ "extension.yaml": "a", "manifest.yaml": "b", ".kiket/manifest.yaml": "c" }),
    );
    expect(manifest).toEqual({ path: ".kiket/manifest.yaml", text: "c" });
    expect(diagnostics).toEqual([
      {
        code: "KG101",
        severity: "note",
        message: ".kiket/manifest.yaml is used; ignored: extension.yaml, manifest.yaml",
        hint: "pass --manifest to use another one",
        at: { file: ".kiket/manifest.yaml", line: 1, column: 1 },
      },
    ]);
  });

  it("follows the order of discovery without a canonical manifest", async () => {
    const { manifest } = await load(project({ "manifest.json": "{}", "manifest.yml": "b", "extension.yml": "a" }));
    expect(manifest?.path).toBe("extension.yml");
  });

  it("reads the given manifest without a note about others", async () => {
    const files = project({ "extension.yaml": "a", ".kiket/manifest.yaml": "c" });
    expect(await load(files, "extension.yaml")).toEqual({
      manifest: { path: "extension.yaml", text: "a" },
      modules: [],
      moduleFolders: [],
      diagnostics: [],
    });
  });

  it("reports that the given manifest does not exist", async () => {
    const { manifest, diagnostics } = await load(project({ "extension.yaml": "a" }), "other.yaml");
    expect(manifest).toBeUndefined();
    expect(told(diagnostics)).toEqual(["other.yaml:1:1 KG103 cannot read the manifest other.yaml"]);
  });

  it("names the paths it tried if there is no manifest", async () => {
    const { manifest, diagnostics } = await load(project({ "README.md": "" }));
    expect(manifest).toBeUndefined();
    expect(told(diagnostics)).toEqual([".kiket/manifest.yaml:1:1 KG102 no manifest found"]);
    expect(diagnostics[0]?.hint).toContain("extension.yaml");
  });

  it.each([
    ["../.kiket/manifest.yaml", "sub", "."],
    ["../.kiket/manifest.yaml", ".", ".."],
    ["../../extension.yml", "/projects/a/b", "/projects"],
    ["../../../kiket-extension.yaml", "packages\\\\a", ".."],
  ])("names a manifest above the project: %s from %s", async (path, dir, folder) => {
    const { manifest, diagnostics } = await load(project({ [path]: "a: 1" }), undefined, dir);
    expect([manifest, told(diagnostics)]).toEqual([
      undefined,
      [`.kiket/manifest.yaml:1:1 KG102 no manifest found in this folder; found ${path}`],
    ]);
    expect(diagnostics[0]?.hint).toBe(`run the command in the folder of that project: ${folder}`);
  });

  it("does not take any file above the project for its manifest", async () => {
    const { diagnostics } = await load(project({ "../manifest.json": "{}", "../../manifest.yaml": "a: 1" }));
    expect(told(diagnostics)).toEqual([".kiket/manifest.yaml:1:1 KG102 no manifest found"]);
  });

  it("does not take .kiket for the project", async () => {
    const files = project({ "manifest.yaml": "a: 1", "../.kiket/manifest.yaml": "a: 1" });
    const { diagnostics } = await load(files, undefined, "/projects/.kiket");
    expect(told(diagnostics)).toEqual([
      ".kiket/manifest.yaml:1:1 KG102 no manifest found in this folder; found ../.kiket/manifest.yaml",
    ]);
  });

  it.each([
    ["extension.yaml", ".kiket"],
    [".kiket/manifest.yaml", ".kiket"],
    ["packages/mail/extension.yaml", "packages/mail/.kiket"],
    ["packages/mail/.kiket/manifest.yaml", "packages/mail/.kiket"],
    [".kiket/extensions/mail/manifest.yaml", ".kiket"],
  ])("reads the modules beside %s in order of path", async (manifest, folder) => {
    const { modules } = await load(
      project({
        [manifest]: "a",
        [`${folder}/modules/b/schema.yml`]: "1",
        [`${folder}/modules/a/schema.yaml`]: "2",
        [`${folder}/modules/B/schema.yml`]: "3",
        [`${folder}/modules/a/seeds/first.yml`]: "4",
        [`${folder}/modules/notes.md`]: "5",
      }),
      manifest,
    );
    expect(modules).toEqual([
      { path: `${folder}/modules/B/schema.yml`, text: "3" },
      { path: `${folder}/modules/a/schema.yaml`, text: "2" },
      { path: `${folder}/modules/b/schema.yml`, text: "1" },
    ]);
  });
});
