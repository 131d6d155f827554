import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readTree, root } from "../support/project.js";

interface Import {
  readonly file: string;
  readonly target: string;
}

let imports: Import[];
let sources: Record<string, string>;

/** A relative specifier as a path from the repository's root; a package by its own name. */
function targetOf(file: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier;
}

beforeAll(async () => {
  const trees = await Promise.all(
    ["generator", "runtime"].map(async (room) =>
      Object.entries(await readTree(join(root, room))).map(([path, text]) => [`${room}/${path}`, text] as const),
    ),
  );
  sources = Object.fromEntries(trees.flat().filter(([path]) => path.endsWith(".ts") && !path.includes(".gen.")));
  imports = Object.entries(sources).flatMap(([file, text]) =>
    [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/gms)].map((match) => ({
      file,
      target: targetOf(file, match[1] ?? match[2] ?? ""),
    })),
  );
});

function importersOf(wanted: (target: string) => boolean): string[] {
  return [...new Set(imports.filter(({ target }) => wanted(target)).map(({ file }) => file))].sort();
}

describe("who may import whom", () => {
  it("reads the sources", () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it("keeps the generator and the runtime apart", () => {
    const crossing = imports.filter(
      ({ file, target }) =>
        (file.startsWith("generator/") && (target.startsWith("runtime/") || target.startsWith("kiket-gen"))) ||
        (file.startsWith("runtime/") && (target.startsWith("generator/") || target.startsWith("kiket-gen"))),
    );
    expect(crossing).toEqual([]);
  });

  it("lets the local Kiket and the test kit use the runtime, never the reverse", () => {
    const reverse = imports.filter(
      ({ file, target }) =>
        /^runtime\/(platform|testing)\//.test(target) &&
        !/^runtime\/(platform|testing)\//.test(file) &&
        file !== "runtime/testing.ts",
    );
    expect(reverse).toEqual([]);
  });

  it.each([
    ["the file system", /^node:fs/, ["generator/project/host.ts", "runtime/testing/recording-file.ts"]],
    ["h3", /^(h3|srvx)(\/|$)/, ["runtime/node.ts", "runtime/server/extension.ts"]],
  ] as const)("gives %s one owner", (_what, pattern, owners) => {
    expect(
      importersOf((target) => pattern.test(target)).filter((file) => !file.startsWith("runtime/platform/")),
    ).toEqual(owners);
  });

  it("verifies signatures in one place", () => {
    const users = importersOf((target) => target === "jose").filter((file) => !file.startsWith("runtime/platform/"));
    expect(users).toEqual(["runtime/verify/runtime-token.ts", "runtime/verify/signing-keys.ts"]);
  });

  it("reads the user's sources with ts-morph in few places, which nothing imports but when asked", () => {
    const rooms = /^generator\/((usage|rename)\/|compare\/mentions\.ts$)/;
    expect(importersOf((target) => target === "ts-morph").filter((file) => !rooms.test(file))).toEqual([]);
    const eager = Object.entries(sources).filter(
      ([file, text]) =>
        file !== "generator/usage/read-usage.ts" &&
        !file.startsWith("generator/usage/") &&
        file !== "generator/rename/rename-sources.ts" &&
        /^import (?!type)[^;]*from "\.{1,2}\/(usage|rename|usage\/\w+)\.js";/m.test(text),
    );
    expect(eager.map(([file]) => file)).toEqual([]);
  });

  it("reads YAML in the generator only", () => {
    expect(importersOf((target) => target === "yaml").filter((file) => file.startsWith("runtime/"))).toEqual([]);
  });

  it("uses the process and the console in their owners only", () => {
    const owners = ["generator/cli.ts", "runtime/base/process.ts"];
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"[^"\n]*"/gm, "");
    const users = Object.entries(sources)
      .filter(([, text]) => /\bprocess\.(?!pid\b|kill\b|js\b)|\bconsole\./.test(code(text)))
      .map(([file]) => file);
    expect(users.filter((file) => !owners.includes(file))).toEqual([]);
  });
});

describe("what generated tests may name", () => {
  it("is exported by the entry for tests, values at run time", async () => {
    const entry = await readFile(join(root, "runtime/testing.ts"), "utf8");
    const runtime: Record<string, unknown> = await import("../../runtime/testing.js");
    const { testing } = await import("../../generator/output/render/runtime-names.js");
    const exported = new Set([...entry.matchAll(/\b[A-Za-z]\w*\b/g)].map(([word]) => word));
    expect(Object.values(testing).filter(({ name }) => !exported.has(name))).toEqual([]);
    for (const { name, kind } of Object.values(testing)) {
      if (kind === "value") expect(runtime[name], name).toBeTypeOf("function");
    }
  });
});

describe("what generated code may name", () => {
  it("is exported by the runtime's entry for it", async () => {
    const entry = await readFile(join(root, "runtime/codegen.ts"), "utf8");
    const { codegen, reexported } = await import("../../generator/output/render/runtime-names.js");
    const names = [...Object.values(codegen).map(({ name }) => name), ...reexported];
    const exported = new Set([...entry.matchAll(/\b[A-Za-z]\w*\b/g)].map(([word]) => word));
    expect(names.filter((name) => !exported.has(name))).toEqual([]);
  });

  it("includes the values, at run time", async () => {
    const runtime: Record<string, unknown> = await import("../../runtime/codegen.js");
    const { codegen, reexported } = await import("../../generator/output/render/runtime-names.js");
    const values = Object.values(codegen)
      .filter(({ kind }) => kind === "value")
      .map(({ name }) => name);
    for (const name of [...values, ...reexported]) expect(runtime[name], name).toBeTypeOf("function");
  });
});
