import { expect, it } from "vitest";
import { keyOf, readCached, writeCached } from "../../../generator/project/cache.js";
import type { Host } from "../../../generator/project/host.js";

function refuse(): never {
  throw Object.assign(new Error("EROFS"), { code: "EROFS", syscall: "open" });
}

function hostWith(over: Partial<Host>): { host: Host; files: Map<string, string> } {
  const files = new Map<string, string>();
  const host: Host = {
    read: async (path) => files.get(path),
    list: async () => [],
    exists: async () => true,
    replace: async (path, text) => void files.set(path, text),
    remove: async () => {},
    create: async () => false,
    ...over,
  };
  return { host, files };
}

const value = { texts: ["a", null], 7: { b: 1.5 } };

it("returns the value that was stored with the same key", async () => {
  const { host, files } = hostWith({});
  await writeCached(host, "kiket-gen-x", keyOf("a", "bc"), value);
  expect([...files.keys()]).toEqual(["node_modules/.cache/kiket-gen-x.json"]);
  expect(await readCached(host, "kiket-gen-x", keyOf("a", "bc"))).toEqual(value);
  expect(await readCached(host, "kiket-gen-x", keyOf("ab", "c"))).toBeUndefined();
  expect(await readCached(host, "kiket-gen-y", keyOf("a", "bc"))).toBeUndefined();
});

it("does not return a changed value", async () => {
  const { host, files } = hostWith({});
  await writeCached(host, "kiket-gen-x", "key", value);
  const [[path = "", text = ""] = []] = files;
  for (const damaged of [
    "",
    "null",
    "7",
    text.slice(1),
    text.replace("1.5", "2.5"),
    text.replace(/"value":.*/, '"value":null}'),
  ]) {
    files.set(path, damaged);
    expect(await readCached(host, "kiket-gen-x", "key"), damaged).toBeUndefined();
  }
});

it("stores nothing if no packages are installed", async () => {
  const { host, files } = hostWith({ exists: async (path) => path !== "node_modules" });
  await writeCached(host, "kiket-gen-x", "key", value);
  expect(files.size).toBe(0);
});

it.each<keyof Host>(["read", "exists", "replace"])("behaves like an empty cache if %s fails", async (method) => {
  const { host } = hostWith({ [method]: async () => refuse() });
  await writeCached(host, "kiket-gen-x", "key", value);
  expect(await readCached(host, "kiket-gen-x", "key")).toBeUndefined();
});
