import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { secretFiles } from "../../../runtime/secrets.js";
import { closeAfterwards } from "../../support/open-kiket.js";

async function openFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kiket-secret-files-"));
  closeAfterwards(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

async function load(folder: string, ...names: string[]): Promise<Record<string, readonly string[]>> {
  return Object.fromEntries(await secretFiles({ folder }).load(names, { signal: new AbortController().signal }));
}

/** As Kubernetes does: the files of a version are in a folder of their own, and one link is replaced. */
async function swap(folder: string, version: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, version));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, version, name), content);
  await symlink(version, join(folder, "..data_tmp"));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
}

test("Docker: a file is a secret, without its last newline; what is asked for and absent is absent", async () => {
  const folder = await openFolder({
    API_KEY: "one\n",
    CERTIFICATE: "a\nb\n\n",
    WINDOWS: "two\r\n",
    BLANK: "\n",
    OTHER: "x",
  });
  expect(await load(folder, "API_KEY", "CERTIFICATE", "WINDOWS", "BLANK", "ABSENT")).toEqual({
    API_KEY: ["one"],
    CERTIFICATE: ["a\nb\n"],
    WINDOWS: ["two"],
  });
});

test("two live values: the file with .previous is the older one, and counts only beside a newer", async () => {
  const folder = await openFolder({ A: "new", "A.previous": "old\n", "B.previous": "alone" });
  expect(await load(folder, "A", "B")).toEqual({ A: ["new", "old"] });
});

test("Kubernetes: all values are of one version, also while it is swapped", async () => {
  const folder = await openFolder();
  await swap(folder, "..2026_01_01", { A: "a0", B: "b0" });
  await symlink("..data/A", join(folder, "A"));
  expect(await load(folder, "A", "B")).toEqual({ A: ["a0"], B: ["b0"] });
  let swapping = true;
  const swaps = (async () => {
    for (let number = 1; number <= 40; number += 1) {
      await swap(folder, `..2026_01_02_${number}`, { A: `a${number}`, B: `b${number}` });
      await rm(join(folder, `..2026_01_02_${number - 1}`), { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    swapping = false;
  })();
  const seen: (readonly string[])[] = [];
  while (swapping) {
    // Too many swaps at once are an error, which is tried again.
    const values = await load(folder, "A", "B").catch(() => undefined);
    if (values !== undefined) seen.push([...(values.A ?? []), ...(values.B ?? [])]);
  }
  await swaps;
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.filter(([a = "", b = ""]) => a.slice(1) !== b.slice(1) || a === "")).toEqual([]);
});

test.each(["../outside", "..", ".", "..data", "a/b", "a\\b", "a\0b", "c:d", "", "x".repeat(300)])(
  "a name cannot lead out of the folder: %j",
  async (name) => {
    await expect(load(await openFolder({ A: "1" }), "A", name)).rejects.toThrow(
      "is not the name of a file with a secret",
    );
  },
);

test("links, folders, pipes and large files are refused by name, without a value", async () => {
  const outside = await openFolder({ secret: "hunter2-hunter2" });
  const folder = await openFolder({
    LARGE: "x".repeat(65_537),
    FITS: "x".repeat(65_536),
    BINARY: new Uint8Array([255]),
  });
  await symlink(join(outside, "secret"), join(folder, "LINK"));
  await mkdir(join(folder, "FOLDER"));
  execFileSync("mkfifo", [join(folder, "PIPE")]);
  const why = async (name: string) => (await load(folder, name).catch((error: Error) => error.message)) as string;
  expect(await why("LINK")).toBe("The file of secret LINK is a link, which is not followed: mount the file itself");
  expect(await why("FOLDER")).toBe("Secret FOLDER is not a regular file");
  expect(await why("PIPE")).toBe("Secret PIPE is not a regular file");
  expect(await why("LARGE")).toBe("The file of secret LARGE has more than 65536 bytes");
  expect(await why("BINARY")).toMatch(/^The file of secret BINARY is not text in UTF-8/);
  expect((await load(folder, "FITS")).FITS?.[0]).toHaveLength(65_536);
});

test.each([
  ["an absolute path", (outside: string) => outside],
  ["a path upwards", () => "../"],
  ["the folder above", () => ".."],
])("a version link of Kubernetes that leads out is refused: %s", async (_what, target) => {
  const outside = await openFolder({ A: "hunter2-hunter2" });
  const folder = await openFolder();
  await symlink(target(outside), join(folder, "..data"));
  await expect(load(folder, "A")).rejects.toThrow(`${folder}/..data leads out of its folder`);
});

test("a version that is itself a link to elsewhere is refused", async () => {
  const outside = await openFolder({ A: "hunter2-hunter2" });
  const folder = await openFolder();
  await symlink(outside, join(folder, "..version"));
  await symlink("..version", join(folder, "..data"));
  await expect(load(folder, "A")).rejects.toThrow("leads out of its folder");
});

test("without the folder, the message says what to do", async () => {
  await expect(load("/does/not/exist", "A")).rejects.toThrow(
    "There is no folder /does/not/exist that this process may read (ENOENT): mount the secrets there, or set the option folder",
  );
});
