import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHost, describeSystemError, isFolder } from "../../../generator/project/host.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kiket-gen-host-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("the disk", () => {
  it("reads files that exist, and returns nothing for others", async () => {
    const host = createHost(root);
    await writeFile(join(root, "a.yaml"), "id: x\n");
    expect(await host.read("a.yaml")).toBe("id: x\n");
    expect(await host.read("b.yaml")).toBeUndefined();
    expect(await host.read("a.yaml/inside")).toBeUndefined();
    expect(await host.list("nowhere")).toEqual([]);
    expect(await host.exists("a.yaml")).toBe(true);
    expect(await host.exists("b.yaml")).toBe(false);
    expect(await isFolder(root)).toBe(true);
    expect(await isFolder(join(root, "a.yaml"))).toBe(false);
  });

  it("throws other errors", async () => {
    await mkdir(join(root, "folder"));
    await expect(createHost(root).read("folder")).rejects.toMatchObject({ code: "EISDIR" });
  });

  it.skipIf(process.platform === "win32")("reads no device and no pipe, which may never end", async () => {
    await symlink("/dev/zero", join(root, "device"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    for (const path of ["device", "pipe"]) {
      const error = await createHost(root)
        .read(path)
        .catch((reason) => reason);
      expect(describeSystemError(error)).toBe(
        `${join(root, path)}: expected a file, found a device, a pipe or a socket`,
      );
    }
  });

  it.skipIf(process.platform === "win32").each(["tsconfig.json", "base.json"])(
    "does not read a %s that is no file to tell how the project is compiled",
    async (name) => {
      await writeFile(
        join(root, "tsconfig.json"),
        '{ "extends": "./base.json", "compilerOptions": { "strict": true } }',
      );
      await rm(join(root, name), { force: true });
      await symlink("/dev/zero", join(root, name));
      expect(await createHost(root).compilerSetup?.("src/main.ts")).toMatchObject({
        path: "tsconfig.json",
        options: {},
      });
    },
  );

  it("replaces a file atomically and leaves no temporary file", async () => {
    const host = createHost(root);
    await host.replace("src/generated/scopes.gen.ts", "one");
    await host.replace("src/generated/scopes.gen.ts", "two");
    expect(await readFile(join(root, "src/generated/scopes.gen.ts"), "utf8")).toBe("two");
    expect(await readdir(join(root, "src/generated"))).toEqual(["scopes.gen.ts"]);
  });

  it("writes into a folder that was deleted since the last file", async () => {
    const host = createHost(root);
    await host.replace("src/generated/a.ts", "a");
    await rm(join(root, "src"), { recursive: true });
    await host.replace("src/generated/b.ts", "b");
    expect(await readdir(join(root, "src/generated"))).toEqual(["b.ts"]);
  });

  it("creates a file once, and never changes one that exists", async () => {
    const host = createHost(root);
    expect(await host.create("src/handlers/a.ts", "stub")).toBe(true);
    await writeFile(join(root, "src/handlers/a.ts"), "the user's");
    expect(await host.create("src/handlers/a.ts", "stub")).toBe(false);
    expect(await readFile(join(root, "src/handlers/a.ts"), "utf8")).toBe("the user's");
    expect(await readdir(join(root, "src/handlers"))).toEqual(["a.ts"]);
  });

  it("does not write through a broken link at the path of a handler", async () => {
    const elsewhere = join(root, "elsewhere.ts");
    await mkdir(join(root, "src"));
    await symlink(elsewhere, join(root, "src/a.ts"));
    expect(await createHost(root).create("src/a.ts", "stub")).toBe(false);
    await expect(readFile(elsewhere)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("leaves no temporary file if writing fails", async () => {
    await mkdir(join(root, "src/a.ts"), { recursive: true });
    await expect(createHost(root).replace("src/a.ts", "text")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(join(root, "src"))).toEqual(["a.ts"]);
  });

  it("names the folder that was found instead of a file", async () => {
    await writeFile(join(root, "src"), "a file");
    await expect(createHost(root).replace("src/a.ts", "text")).rejects.toMatchObject({ code: "EEXIST" });
  });
});
