import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBootId } from "../../../generator/dev/boot.js";
import type { Launch } from "../../../generator/dev/launch.js";
import { findStateFolder, openStateFolder, type StateFolder } from "../../../generator/dev/state-folder.js";

let project: string;
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), "kiket-gen-state-")));
});
afterEach(() => rm(project, { recursive: true, force: true }));

const at = (...parts: string[]) => join(project, ".kiket-gen", ...parts);
const modeOf = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);

function open(): StateFolder {
  const folder = openStateFolder(project);
  if ("refusal" in folder) throw new Error(folder.refusal);
  return folder;
}

const launch: Launch = {
  launchId: "0123456789abcdef0123456789abcdef",
  token: "fedcba9876543210fedcba9876543210",
  bootId: readBootId(),
  pid: 4242,
  groups: [4243, 4244],
  inspector: "http://127.0.0.1:4848",
  kiket: "http://127.0.0.1:4849",
  extension: "http://127.0.0.1:8000",
};

async function put(text: string, mode = 0o600): Promise<void> {
  await rm(at("launch.json"), { recursive: true, force: true });
  await writeFile(at("launch.json"), text);
  await chmod(at("launch.json"), mode);
}

/** What the folder says of its launch, and the line that it says to a user. */
function read(): [Launch | undefined, string[]] {
  const lines: string[] = [];
  const found = findStateFolder(project)?.readLaunch((line) => lines.push(line));
  return [found, lines];
}

const isRoot = process.geteuid?.() === 0;

describe("the state folder", () => {
  it("is closed to others, and git leaves it out", async () => {
    expect(open().path).toBe(at());
    expect(await modeOf(at())).toBe("700");
    expect(await readFile(at(".gitignore"), "utf8")).toBe("*\n");
    expect(await readdir(project)).toEqual([".kiket-gen"]);
  });

  it("is closed again if it was open", async () => {
    await mkdir(at());
    await chmod(at(), 0o777);
    expect(open().warning).toBeUndefined();
    expect(await modeOf(at())).toBe("700");
  });

  it("is neither made nor changed by who only looks", async () => {
    expect(findStateFolder(project)).toBeUndefined();
    expect(await readdir(project)).toEqual([]);
    await mkdir(at());
    await chmod(at(), 0o755);
    expect(findStateFolder(project)?.path).toBe(at());
    expect(await modeOf(at())).toBe("755");
    expect(await readdir(at())).toEqual([]);
  });

  it("is refused if it is a link or a file, and what the link leads to stays as it is", async () => {
    await mkdir(join(project, "elsewhere"));
    await symlink("elsewhere", at());
    expect(openStateFolder(project)).toEqual({
      refusal: ".kiket-gen is a link, but kiket-gen keeps its local state in a folder of that name",
      hint: "delete it, and run the command again: a new folder is made",
    });
    expect(findStateFolder(project)).toBeUndefined();
    expect(await readdir(join(project, "elsewhere"))).toEqual([]);
    await rm(at());
    await writeFile(at(), "mine");
    expect(openStateFolder(project)).toMatchObject({ refusal: expect.stringContaining("is not a folder") });
    expect(await readFile(at(), "utf8")).toBe("mine");
  });

  it.runIf(isRoot)("is refused if it belongs to another user", async () => {
    await mkdir(at());
    await chown(at(), 4321, 4321);
    expect(openStateFolder(project)).toMatchObject({
      refusal: ".kiket-gen belongs to another user (user id 4321)",
      hint: expect.stringContaining("delete it"),
    });
    expect(findStateFolder(project)).toBeUndefined();
  });

  it("is not used any more if a link took its place", async () => {
    const folder = open();
    folder.writeLaunch(launch);
    await rm(at(), { recursive: true });
    await mkdir(join(project, "elsewhere"));
    await writeFile(join(project, "elsewhere/launch.json"), JSON.stringify(launch), { mode: 0o600 });
    await symlink("elsewhere", at());
    expect(folder.readLaunch()).toBeUndefined();
    expect(() => folder.writeLaunch({ ...launch, pid: 1 })).toThrow("link");
    folder.removeLaunch(launch.launchId);
    expect(await readFile(join(project, "elsewhere/launch.json"), "utf8")).toBe(JSON.stringify(launch));
  });

  it("is made again if somebody deletes it", async () => {
    const { storage } = open();
    await rm(at(), { recursive: true });
    await storage.write("kiket.json", "{}");
    expect(await modeOf(at())).toBe("700");
    expect(await readFile(at(".gitignore"), "utf8")).toBe("*\n");
  });
});

describe("kept data", () => {
  it("is what was written, in a file that only the user can read", async () => {
    const { storage } = open();
    expect(await storage.read("kiket.json")).toBeUndefined();
    await storage.write("kiket.json", '{"a":"ü"}');
    expect(await storage.read("kiket.json")).toBe('{"a":"ü"}');
    expect(await modeOf(at("kiket.json"))).toBe("600");
    await storage.remove("kiket.json");
    await storage.remove("kiket.json");
    expect(await readdir(at())).toEqual([".gitignore"]);
  });

  it("replaces what others may read, and a link, not what the link leads to", async () => {
    const { storage } = open();
    await writeFile(join(project, "mine"), "mine");
    await symlink("../mine", at("kiket.json"));
    expect(await storage.read("kiket.json")).toBeUndefined();
    await storage.write("kiket.json", "{}");
    expect(await readFile(join(project, "mine"), "utf8")).toBe("mine");
    await chmod(at("kiket.json"), 0o644);
    expect(await storage.read("kiket.json")).toBeUndefined();
    await storage.write("kiket.json", "{}");
    expect(await modeOf(at("kiket.json"))).toBe("600");
  });

  it("is not written where a folder has its name, which is said, until it is removed", async () => {
    const { storage } = open();
    await mkdir(join(at("kiket.json"), "inner"), { recursive: true });
    await expect(storage.write("kiket.json", "{}")).rejects.toThrow(".kiket-gen/kiket.json is a folder; delete it");
    expect((await readdir(at())).sort()).toEqual([".gitignore", "kiket.json"]);
    await storage.remove("kiket.json");
    await storage.write("kiket.json", "{}");
    expect(await storage.read("kiket.json")).toBe("{}");
  });

  it("is removed as a link, and not what the link leads to", async () => {
    const { storage } = open();
    await mkdir(join(project, "mine"));
    await writeFile(join(project, "mine/file"), "mine");
    await symlink("../mine", at("kiket.json"));
    await storage.remove("kiket.json");
    expect(await readdir(at())).toEqual([".gitignore"]);
    expect(await readFile(join(project, "mine/file"), "utf8")).toBe("mine");
  });

  it.each(["../x.json", "launch.json", ".gitignore", "a/b.json", "kiket", "Kiket.json", "", "kiket.json\0"])(
    "has no name such as %j",
    async (name) => {
      const { storage } = open();
      await expect(storage.read(name)).rejects.toThrow(TypeError);
      await expect(storage.write(name, "x")).rejects.toThrow(TypeError);
      await expect(storage.remove(name)).rejects.toThrow(TypeError);
      expect(await readdir(project)).toEqual([".kiket-gen"]);
    },
  );

  it("has a limit", async () => {
    const { storage } = open();
    await expect(storage.write("kiket.json", "x".repeat(64 * 1024 * 1024 + 1))).rejects.toThrow(RangeError);
    await writeFile(at("kiket.json"), Buffer.alloc(64 * 1024 * 1024 + 1), { mode: 0o600 });
    expect(await storage.read("kiket.json")).toBeUndefined();
  });

  it("leaves nothing of a process that was killed while it wrote", async () => {
    await mkdir(at());
    await writeFile(at(".kiket-gen-4194304-abc.tmp"), "half");
    open();
    expect(await readdir(at())).toEqual([".gitignore"]);
  });
});

describe("the launch", () => {
  it("is read as it was written, by any command", () => {
    open().writeLaunch(launch);
    expect(read()).toEqual([launch, []]);
  });

  it("is in a file that only the user can read, and says no extension elsewhere", async () => {
    open().writeLaunch({ ...launch, extension: "http://192.168.1.5:8000" });
    expect(await modeOf(at("launch.json"))).toBe("600");
    const { extension, ...rest } = launch;
    expect(read()).toEqual([rest, []]);
  });

  it("is removed only by its own command", () => {
    const folder = open();
    folder.writeLaunch(launch);
    folder.removeLaunch("00000000000000000000000000000000");
    expect(folder.readLaunch()).toEqual(launch);
    folder.removeLaunch(launch.launchId);
    expect(folder.readLaunch()).toBeUndefined();
    expect(read()).toEqual([undefined, []]);
  });

  it("does not count in a file that others may read or write, and says so", async () => {
    open();
    for (const mode of [0o644, 0o640, 0o666, 0o700, 0o604]) {
      await put(JSON.stringify(launch), mode);
      expect(read(), mode.toString(8)).toEqual([
        undefined,
        [".kiket-gen/launch.json is ignored: it is not a file that only you can read and write (mode 0600)"],
      ]);
    }
  });

  it.runIf(isRoot)("does not count in a file of another user", async () => {
    open();
    await put(JSON.stringify(launch));
    await chown(at("launch.json"), 4321, 4321);
    expect(read()[0]).toBeUndefined();
  });

  it("does not count in a link, a hard link, a folder, a pipe or a huge file", async () => {
    open();
    await put(JSON.stringify(launch));
    await link(at("launch.json"), join(project, "second"));
    expect(read()).toEqual([undefined, [".kiket-gen/launch.json is ignored: it is not a plain file"]]);
    await rm(at("launch.json"));
    await rm(join(project, "second"));
    await writeFile(join(project, "launch.json"), JSON.stringify(launch), { mode: 0o600 });
    await symlink("../launch.json", at("launch.json"));
    expect(read()).toEqual([undefined, [".kiket-gen/launch.json is ignored: it is a link"]]);
    await rm(at("launch.json"));
    await mkdir(at("launch.json"));
    expect(read()[0]).toBeUndefined();
    await rm(at("launch.json"), { recursive: true });
    execFileSync("mkfifo", ["-m", "600", at("launch.json")]);
    expect(read()).toEqual([undefined, [".kiket-gen/launch.json is ignored: it is not a plain file"]]);
    await put(JSON.stringify({ ...launch, more: "x".repeat(20_000) }));
    expect(read()).toEqual([undefined, [".kiket-gen/launch.json is ignored: it is too large"]]);
  });

  it("does not count on another boot, and no word is said", async () => {
    open();
    for (const bootId of ["", "5193b6c6-0000-4000-8000-000000000000", "at 0"]) {
      await put(JSON.stringify({ ...launch, bootId }));
      expect(read(), bootId).toEqual([undefined, []]);
    }
  });
});
