import { chown, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findCacheFolder } from "../../../generator/project/cache-folder.js";
import { readTree } from "../../support/project.js";

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "kiket-gen-cache-")));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const at = (...parts: string[]) => join(root, ...parts);
const find = (dir: string) => findCacheFolder(dir, true)?.path;

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(path.endsWith("/") ? at(path) : dirname(at(path)), { recursive: true });
    if (!path.endsWith("/")) await writeFile(at(path), "");
  }
}

describe("the folder of the cache", () => {
  it("is beside the project's own packages, whatever is above it", async () => {
    await put("ws/.git/", "ws/node_modules/", "ws/p/node_modules/");
    expect(find(at("ws/p"))).toBe(at("ws/p/node_modules/.cache/kiket-gen"));
    expect(findCacheFolder(at("ws/p"), false)?.path).toBe(at("ws/p/node_modules/.cache/kiket-gen"));
  });

  it.each([
    [".git/"],
    [".git"],
    ["pnpm-workspace.yaml"],
    ["package-lock.json"],
    ["npm-shrinkwrap.json"],
    ["yarn.lock"],
    ["pnpm-lock.yaml"],
    ["bun.lock"],
    ["bun.lockb"],
  ])("is beside the packages of the workspace, whose root has %s", async (mark) => {
    await put("node_modules/", `ws/${mark}`, "ws/node_modules/", "ws/packages/p/");
    expect(find(at("ws/packages/p"))).toBe(at("ws/node_modules/.cache/kiket-gen"));
  });

  it("is beside the packages of the workspace, whose root declares workspaces", async () => {
    await put("node_modules/", "ws/node_modules/", "ws/packages/p/package.json");
    await writeFile(at("ws/package.json"), '{ "workspaces": ["packages/*"] }');
    await writeFile(at("ws/packages/p/package.json"), '{ "name": "workspaces" }');
    expect(find(at("ws/packages/p"))).toBe(at("ws/node_modules/.cache/kiket-gen"));
  });

  it("is with Yarn's own files where Yarn installs no node_modules", async () => {
    await put("ws/.pnp.cjs", "ws/.yarn/", "ws/p/");
    expect(find(at("ws/p"))).toBe(at("ws/.yarn/.cache/kiket-gen"));
    expect(find(at("ws"))).toBe(at("ws/.yarn/.cache/kiket-gen"));
  });

  it.each<[string, readonly string[]]>([
    ["above the root of the workspace", ["node_modules/", "ws/.git/", "ws/p/"]],
    ["above a project that is a root itself", ["node_modules/", ".git/", "ws/p/yarn.lock"]],
    ["above a project in no workspace", ["node_modules/", "ws/p/package.json"]],
    ["in Yarn's files if Yarn installs node_modules", ["ws/yarn.lock", "ws/.yarn/", "ws/p/"]],
    ["anywhere if nothing is installed", ["ws/.git/", "ws/p/"]],
    ["in a file in place of the packages", ["ws/.git/", "ws/p/node_modules"]],
    ["in a file in place of .cache", ["ws/.git/", "ws/p/node_modules/.cache"]],
    ["in a file in its place", ["ws/.git/", "ws/p/node_modules/.cache/kiket-gen"]],
  ])("is not %s", async (_where, paths) => {
    await put(...paths);
    const before = Object.keys(await readTree(root));
    expect(find(at("ws/p"))).toBeUndefined();
    expect(Object.keys(await readTree(root))).toEqual(before);
    await expect(stat(at("node_modules/.cache"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each(["node_modules", "node_modules/.cache", "node_modules/.cache/kiket-gen"])(
    "is not behind a link at %s, even inside the project",
    async (path) => {
      await put("ws/p/elsewhere/.cache/kiket-gen/", `ws/p/${dirname(path)}/`);
      await symlink(at("ws/p/elsewhere"), at("ws/p", path), "junction");
      expect(find(at("ws/p"))).toBeUndefined();
      expect(await readTree(at("ws/p/elsewhere"))).toEqual({});
    },
  );

  it("is not behind a link that leads nowhere or to itself", async () => {
    await put("ws/p/node_modules/", "ws/q/node_modules/");
    await symlink(at("nowhere"), at("ws/p/node_modules/.cache"), "junction");
    await symlink(".cache", at("ws/q/node_modules/.cache"), "junction");
    expect(find(at("ws/p"))).toBeUndefined();
    expect(find(at("ws/q"))).toBeUndefined();
  });

  it("is that of the real folder if the project is reached through a link", async () => {
    await put("ws/.git/", "ws/node_modules/", "elsewhere/p/node_modules/");
    await symlink(at("elsewhere/p"), at("ws/p"), "junction");
    const found = findCacheFolder(at("ws/p"), true);
    expect(found).toMatchObject({ project: at("elsewhere/p"), path: at("elsewhere/p/node_modules/.cache/kiket-gen") });
  });

  it("has an identity that a new folder at the same path does not have", async () => {
    await put("p/node_modules/");
    const first = findCacheFolder(at("p"), true);
    expect(findCacheFolder(at("p"), false)).toEqual(first);
    await rm(at("p/node_modules/.cache"), { recursive: true });
    await put("p/node_modules/.cache/other/");
    expect(findCacheFolder(at("p"), true)?.identity).not.toBe(first?.identity);
  });

  it("does not exist for a project that does not exist", () => {
    expect(find(at("nowhere"))).toBeUndefined();
  });
});

// Only the superuser can give a folder away.
describe.skipIf(process.geteuid?.() !== 0)("a folder of another user", () => {
  it.each(["ws/p", "ws/p/node_modules", "ws/p/node_modules/.cache", "ws/p/node_modules/.cache/kiket-gen"])(
    "is not used: %s",
    async (path) => {
      await put("ws/p/node_modules/.cache/kiket-gen/");
      await chown(at(path), 12345, 12345);
      expect(find(at("ws/p"))).toBeUndefined();
    },
  );

  it("ends the way up", async () => {
    await put("ws/.git/", "ws/node_modules/", "ws/packages/p/");
    await chown(at("ws/packages"), 12345, 12345);
    expect(find(at("ws/packages/p"))).toBeUndefined();
    await chown(at("ws/packages"), 0, 0);
    await chown(at("ws"), 12345, 12345);
    expect(find(at("ws/packages/p"))).toBeUndefined();
  });
});
