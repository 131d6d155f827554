import * as fs from "node:fs";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import git from "isomorphic-git";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSecretPlaces } from "../../../../generator/doctor/project/check-secrets.js";
import type { Subject } from "../../../../generator/doctor/project/subject.js";
import { removeProject } from "../../../support/project.js";
import { newProject, notRight, subjectOf } from "./subject.js";

let folder: string;
beforeEach(async () => {
  folder = await newProject("extension");
  await rm(join(folder, ".git"), { recursive: true });
  await git.init({ fs, dir: folder });
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);

async function writeVariables(text: string, mode = 0o600): Promise<void> {
  await writeFile(at(".env"), text);
  await chmod(at(".env"), mode);
}

function secret(key: string, required = true) {
  const nowhere = { file: "", line: 1, column: 1 };
  return { key, required, label: undefined, description: undefined, at: nowhere };
}

const look = (keys: readonly string[] = [], more: Partial<Subject> = {}) =>
  checkSecretPlaces(
    subjectOf(folder, more),
    keys.map((key) => secret(key)),
  );

it("finds nothing wrong with a new project", async () => {
  expect(notRight(await look())).toEqual([]);
});

describe("secrets", () => {
  it("says where each value comes from, and never the value", async () => {
    await writeVariables("API_KEY=hidden-one\n");
    await mkdir(at(".kiket-gen"), { mode: 0o700 });
    const data = {
      secrets: { KEPT: "hidden-two" },
      progress: { secretStores: { a: [{ key: "STORED", value: "hidden-three" }] } },
    };
    await writeFile(at(".kiket-gen/kiket.json"), JSON.stringify({ version: 1, data }), { mode: 0o600 });
    const findings = await look(["SHELL_KEY", "API_KEY", "KEPT", "STORED"], {
      environment: { SHELL_KEY: "hidden-four" },
    });
    expect(findings[0]).toMatchObject({
      ...{ id: "secrets", status: "ok" },
      what: "each secret has a value for dev: SHELL_KEY (the environment), API_KEY (.env), KEPT (the local Kiket), STORED (the local Kiket)",
    });
    expect(JSON.stringify(findings)).not.toContain("hidden");
  });

  it("finds the variable of a secret that has the prefix", async () => {
    await writeVariables("KIKET_SECRET_API_TOKEN=hidden-one\n");
    const [found] = await look(["api.token", "OTHER"], { environment: { KIKET_SECRET_OTHER: "hidden-two" } });
    expect(found).toMatchObject({
      status: "ok",
      what: "each secret has a value for dev: api.token (.env), OTHER (the environment)",
    });
  });

  it("names those without a value, and where to write one", async () => {
    await writeVariables("API_KEY=\n");
    expect(notRight(await look(["API_KEY"]))).toEqual([
      {
        ...{
          id: "secrets",
          status: "warning",
          what: "required secrets have no value for dev: API_KEY",
          where: ".env",
        },
        fix: "write API_KEY=… in .env, or pass --secret-file to kiket-gen trigger",
      },
    ]);
  });
});

describe(".env", () => {
  it("is wrong where git does not ignore it, or has it", async () => {
    await writeVariables("A=1\n");
    await writeFile(at(".gitignore"), "node_modules/\n");
    expect(notRight(await look())).toEqual([
      {
        ...{ id: "env-ignored", status: "wrong", what: "git does not ignore .env", where: ".gitignore" },
        fix: "add the line .env to .gitignore",
      },
    ]);
    await git.add({ fs, dir: folder, filepath: ".env" });
    await writeFile(at(".gitignore"), ".env\n");
    expect(notRight(await look())).toMatchObject([
      { id: "env-ignored", status: "wrong", what: ".env is in the git repository", where: ".env" },
    ]);
  });

  it("is right where git ignores it, also by a file of the user's own, and where there is no repository", async () => {
    await writeVariables("A=1\n");
    expect(notRight(await look())).toEqual([]);
    await writeFile(at(".gitignore"), "");
    await mkdir(at("home/.config/git"), { recursive: true });
    await writeFile(at("home/.config/git/ignore"), ".env\n");
    expect(notRight(await look([], { environment: { HOME: at("home") } }))).toEqual([]);
    await git.setConfig({ fs, dir: folder, path: "core.excludesfile", value: "mine" });
    await writeFile(at("mine"), ".env\n");
    expect(notRight(await look())).toEqual([]);
  });

  it.each([
    ["in an index that only git can read", () => writeFile(at(".git/index"), "DIRC of another version")],
    ["in an index of two files", () => writeFile(at(".git/sharedindex.0"), "")],
  ])("does not count as ignored where git may have it, %s", async (_what, change) => {
    await writeVariables("A=1\n");
    await change();
    expect(notRight(await look())).toEqual([
      {
        ...{ id: "env-ignored", status: "not-testable", what: "whether git ignores .env could not be found out" },
        fix: "git ls-files .env names it if git has it, and git check-ignore .env if git ignores it",
      },
    ]);
  });

  it("is looked at under all its names, but for samples", async () => {
    await writeFile(at(".env.local"), "A=1\n", { mode: 0o600 });
    expect(notRight(await look())).toMatchObject([{ what: "git does not ignore .env.local" }]);
  });

  it.skipIf(process.platform === "win32")("is a warning where others can read it", async () => {
    await writeVariables("A=1\n", 0o644);
    expect(notRight(await look())).toEqual([
      {
        ...{ id: "env-private", status: "warning", what: "every user of this machine can read .env" },
        ...{ where: ".env, mode 0644", fix: "chmod 600 .env" },
      },
    ]);
  });

  it("does not count as a folder, or as a link that leads to nothing", async () => {
    await writeFile(at(".gitignore"), "");
    await mkdir(at(".env.d"));
    await symlink(at("gone"), at(".env.local"));
    expect(notRight(await look())).toEqual([]);
  });
});
