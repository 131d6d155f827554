import { chmod, link, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run as generateCommand } from "../../../generator/commands/generate.js";
import { run as init } from "../../../generator/commands/init.js";
import { generate } from "../../../generator/generate/generate.js";
import { essenceHash } from "../../../generator/output/lock.js";
import { createHost, type Host } from "../../../generator/project/host.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.linked
  name: Linked
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  hooks: [{ event: issue.created }]
`;

let folder: string;
let outside: string;
beforeEach(async () => {
  outside = await createProject({ "scopes.gen.ts": "export const secretLine = 1;\n", "a/b.gen.ts": "mine\n" });
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
});
afterEach(() => Promise.all([folder, outside].map(removeProject)));

const at = (path: string) => join(folder, path);
const run = (...args: readonly string[]) => runCommand({ run: generateCommand }, [...args, folder]);

/** Puts a link into the project. */
async function linkAt(path: string, target: string): Promise<void> {
  await mkdir(join(at(path), ".."), { recursive: true });
  await symlink(target, at(path));
}

/** A run in every mode is refused at this place, and changes nothing, neither in the project nor outside. */
async function expectRefused(place: string, reason: string, ...options: readonly string[]): Promise<void> {
  const before = [await readTree(folder), await readTree(outside)];
  for (const mode of [[], ["--check"], ["--dry-run"]]) {
    const { code, stdout, stderr } = await run(...mode, ...options);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toContain(`${place}:1:1  error  KG510  \`${place}\` ${reason}`);
    expect(stdout + stderr).not.toContain("secretLine");
  }
  expect([await readTree(folder), await readTree(outside)]).toEqual(before);
}

describe("a link out of the project is refused", () => {
  const out = "is a link that leads out of the project";

  it("as the folder of generated files", async () => {
    await linkAt("src/generated", outside);
    await expectRefused("src/generated", out);
  });

  it("above it, below it, and relative", async () => {
    await symlink(`../${outside.split("/").at(-1)}`, at("src"));
    await expectRefused("src", out);
    await rm(at("src"));
    await linkAt("src/generated/events", outside);
    await expectRefused("src/generated/events", out);
  });

  it("in place of a generated file, and of the lock file", async () => {
    await linkAt("src/generated/scopes.gen.ts", join(outside, "scopes.gen.ts"));
    await expectRefused("src/generated/scopes.gen.ts", out);
    await rm(at("src/generated/scopes.gen.ts"));
    await linkAt("src/generated/kiket-gen.lock.json", join(outside, "lock.json"));
    await expectRefused("src/generated/kiket-gen.lock.json", "is a link that leads to nothing");
  });

  it("as the folder of handlers, unless the handler is there", async () => {
    await linkAt("src/handlers", outside);
    await expectRefused("src/handlers", out);
    await writeFile(join(outside, "issue.created.v1.ts"), "export default 1;\n");
    expect((await run()).code).toBe(0);
    expect(Object.keys(await readTree(outside)).sort()).toEqual([
      "a/b.gen.ts",
      "issue.created.v1.ts",
      "package.json",
      "scopes.gen.ts",
    ]);
  });

  it("as a folder given with --out", async () => {
    await linkAt("lib", outside);
    await expectRefused("lib", out, "--out", "lib/gen");
  });

  it("that an edited lock file names: nothing there is read or deleted", async () => {
    expect((await run()).code).toBe(0);
    await symlink(outside, at("src/generated/old"));
    const lock = JSON.parse(await readFile(at("src/generated/kiket-gen.lock.json"), "utf8"));
    const stolen = {
      "src/generated/old/scopes.gen.ts": essenceHash("export const secretLine = 1;\n"),
      "src/generated/old/a/b.gen.ts": essenceHash("mine\n"),
    };
    const text = JSON.stringify({ ...lock, files: { ...lock.files, ...stolen } });
    await writeFile(at("src/generated/kiket-gen.lock.json"), text);
    await expectRefused("src/generated/old", out);
  });

  it("also where the last run was clean", async () => {
    await mkdir(at("node_modules"));
    expect((await run()).code).toBe(0);
    expect((await run()).stdout).toContain("nothing to do");
    await rm(outside, { recursive: true });
    await rename(at("src/generated"), outside);
    await symlink(outside, at("src/generated"));
    expect((await run()).stderr).toContain("KG510");
  });
});

describe("a link inside the project", () => {
  it("that leads to nothing or to itself is refused", async () => {
    await linkAt("src/generated", "nowhere");
    await expectRefused("src/generated", "is a link that leads to nothing");
    await rm(at("src/generated"));
    await symlink("generated", at("src/generated"));
    await expectRefused("src/generated", "is a link that leads to nothing");
    await rm(at("src/generated"));
    await linkAt("src/handlers/issue.created.v1.ts", "nowhere.ts");
    await expectRefused("src/handlers/issue.created.v1.ts", "is a link that leads to nothing");
  });

  it.each([".git", ".kiket", "node_modules", ".git/hooks"])("that leads into %s is refused", async (target) => {
    await mkdir(at(target), { recursive: true });
    await linkAt("src/generated", `../${target}`);
    await expectRefused("src/generated", `is a link that leads into ${target.split("/")[0]}`);
  });

  it("to a folder for code is followed, but not one in the place of a generated file", async () => {
    await mkdir(at("code"));
    await symlink("code", at("src"));
    expect((await run()).code).toBe(0);
    expect((await lstat(at("src"))).isSymbolicLink()).toBe(true);
    expect(await readdir(at("code"))).toEqual(["generated", "handlers", "main.ts"]);
    await rm(at("src"));
    await rename(at("code"), at("src"));
    await writeFile(at("src/own.ts"), "mine\n");
    await rm(at("src/generated/scopes.gen.ts"));
    await symlink("../own.ts", at("src/generated/scopes.gen.ts"));
    await expectRefused("src/generated/scopes.gen.ts", "is a link, and not the file that was generated");
  });

  it("that makes one folder of two is refused", async () => {
    await mkdir(at("src/generated"), { recursive: true });
    await symlink("generated", at("src/handlers"));
    await expectRefused("src/handlers", "joins the folders of --out and --handlers");
  });
});

describe("what is swapped after the check", () => {
  it("is found before the first byte is written", async () => {
    const disk = createHost(folder);
    const swapping: Host = {
      ...disk,
      create: async (path, text) => {
        await rename(at("src"), at("was"));
        await symlink(outside, at("src"));
        return disk.create(path, text);
      },
    };
    await mkdir(at("src"));
    const before = await readTree(outside);
    await expect(generate({ dir: folder, host: { ...swapping, replace: swapping.create as never } })).rejects.toThrow(
      "is a link that leads out of the project; nothing was written there",
    );
    expect(await readTree(outside)).toEqual(before);
  });

  it("at the very file is replaced, not followed", async () => {
    const victim = join(outside, "scopes.gen.ts");
    await linkAt("src/a.gen.ts", victim);
    await createHost(folder).replace("src/a.gen.ts", "new\n");
    expect((await lstat(at("src/a.gen.ts"))).isFile()).toBe(true);
    expect(await readFile(victim, "utf8")).toBe("export const secretLine = 1;\n");
    await linkAt("src/b.gen.ts", victim);
    await createHost(folder).remove("src/b.gen.ts");
    expect(await readFile(victim, "utf8")).toBe("export const secretLine = 1;\n");
  });

  it.each(["replace", "remove", "create"] as const)("stops %s in a linked folder", async (change) => {
    await linkAt("src/generated", outside);
    const host = createHost(folder);
    await expect(host[change]("src/generated/a/b.gen.ts", "x")).rejects.toThrow("leads out of the project");
    await expect(host[change](".git/hooks/pre-commit", "x")).rejects.toThrow("is inside .git");
    expect(await readFile(join(outside, "a/b.gen.ts"), "utf8")).toBe("mine\n");
  });
});

it("a hard link out of the project is replaced: the other file keeps its text, and the new one its mode", async () => {
  const victim = join(outside, "scopes.gen.ts");
  await mkdir(at("src/generated"), { recursive: true });
  await chmod(victim, 0o640);
  await link(victim, at("src/generated/scopes.gen.ts"));
  expect((await run()).code).toBe(0);
  expect(await readFile(victim, "utf8")).toBe("export const secretLine = 1;\n");
  expect((await lstat(at("src/generated/scopes.gen.ts"))).mode & 0o777).toBe(0o640);
});

describe("folders of the output", () => {
  const places = [
    ".git",
    ".kiket",
    "node_modules",
    ".GIT/hooks",
    "lib/node_modules/gen",
    "x/.kiket/gen",
    "Node_Modules",
    ".git./hooks",
    ".g\u200cit",
    "git~1",
    ".git::$INDEX_ALLOCATION",
    "src/../.git",
    "src\\..\\.git",
  ];
  it.each(["--out", "--handlers"])("are not taken from %s if they are those of other programs", async (option) => {
    const before = await readTree(folder);
    for (const place of places)
      await expect(run(option, place), place).rejects.toThrow(/must not be in \.git|\.kiket|node_modules/);
    for (const place of [".", "..", "./", "src/../..", outside]) {
      await expect(run(option, place), place).rejects.toThrow("must name a folder inside the project");
    }
    expect(await readTree(folder)).toEqual(before);
  });

  it("are not the one that contains the manifest", async () => {
    await mkdir(at("app/conf"), { recursive: true });
    await rename(at(".kiket/manifest.yaml"), at("app/conf/manifest.yaml"));
    for (const [option, place] of [
      ["--out", "app"],
      ["--out", "app/conf"],
      ["--handlers", "app/conf"],
    ] as const) {
      const message = `${option} must not be a folder that contains the manifest, app/conf/manifest.yaml`;
      await expect(run("--manifest", "app/conf/manifest.yaml", option, place)).rejects.toThrow(message);
    }
    expect((await run("--manifest", "app/conf/manifest.yaml", "--out", "app/gen")).code).toBe(0);
  });

  it("may have similar names", async () => {
    expect((await run("--out", "git/.github/kiket", "--handlers", "node_modules2")).code).toBe(0);
  });
});

describe("the project's folder itself", () => {
  it("may be a link: the user names it", async () => {
    await symlink(folder, join(outside, "project"));
    const { code } = await runCommand({ run: generateCommand }, [join(outside, "project")]);
    expect(code).toBe(0);
    expect(await readdir(at("src"))).toEqual(["generated", "handlers", "main.ts"]);
  });

  it("of init may be a link to an empty folder, but not to nothing", async () => {
    await mkdir(at("empty"));
    await symlink(at("empty"), join(outside, "new"));
    expect((await runCommand({ run: init }, [join(outside, "new")])).code).toBe(0);
    expect(await readdir(at("empty"))).toContain("package.json");
    await symlink(at("missing"), join(outside, "broken"));
    await expect(runCommand({ run: init }, [join(outside, "broken")])).rejects.toThrow(
      "is a link that leads to nothing",
    );
    expect(await readdir(folder)).not.toContain("missing");
  });
});
