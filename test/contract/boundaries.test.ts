import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { readTree, root } from "../support/project.js";
import { ownPackage, rooms, type Side, sides } from "./rooms.js";

/** All that may stand beside the rooms: what the package offers. */
function entriesOf(side: Side): string[] {
  const offered = JSON.stringify([manifest.exports, manifest.bin]);
  return [...offered.matchAll(new RegExp(`dist/${side}/([a-z]+)\\.c?js"`, "g"))].map(([, name]) => `${name}.ts`);
}

/** Commands that run or send something: only these may use the runtime, by its package entries and when they are called. */
const running = /^generator\/commands\/(dev|trigger|replay|doctor|jobs)\.ts$/;

/** They may name its types anywhere, which leaves nothing in the built files. */
const namingTypes = /^generator\/(dev|doctor|commands)\//;

interface Import {
  readonly file: string;
  /** A path from the repository's root, or the name of a package. */
  readonly target: string;
  /** `import("…")` in an expression. */
  readonly lazy: boolean;
  /** `import type`, which leaves nothing in the built file. */
  readonly type: boolean;
}

let files: string[];
let sources: Record<string, string>;
let imports: Import[];

function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: string, lazy: boolean, type = false) => {
    const path = specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier;
    const target = specifier.startsWith(".") ? path.replace(/\.js(x?)$/, ".ts$1") : path;
    found.push({ file, target, lazy, type });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const type = ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      if (ts.isStringLiteral(node.moduleSpecifier)) add(node.moduleSpecifier.text, false, type);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      add(node.argument.literal.text, false);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) add(argument.text, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function sideOf(file: string): Side | undefined {
  return sides.find((side) => file.startsWith(`${side}/`));
}

/** The position of a file's room; entries come after every room. */
function floorOf(side: Side, file: string): number {
  const [, room = "", ...below] = file.split("/");
  if (below.length === 0) return rooms[side].length;
  return (rooms[side] as readonly string[]).indexOf(room);
}

beforeAll(async () => {
  const trees = await Promise.all(
    sides.map(async (side) =>
      Object.entries(await readTree(join(root, side)))
        .map(([path, text]) => [`${side}/${path}`, text] as const)
        .filter(([path]) => !path.startsWith(ownPackage)),
    ),
  );
  const all = Object.fromEntries(trees.flat());
  files = Object.keys(all).sort();
  sources = Object.fromEntries(Object.entries(all).filter(([path]) => /\.tsx?$/.test(path)));
  imports = Object.entries(sources).flatMap(([file, text]) => importsOf(file, text));
});

function importersOf(wanted: (target: string) => boolean): string[] {
  return [...new Set(imports.filter(({ target }) => wanted(target)).map(({ file }) => file))].sort();
}

/** Every set of files that import each other in a circle, types included (Tarjan's algorithm). */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    open.push(file);
    for (const next of edges.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || (edges.get(file) ?? []).includes(file)) found.push(circle.sort());
  };
  for (const file of edges.keys()) if (!index.has(file)) visit(file);
  return found;
}

describe("rooms", () => {
  it("are all there, and nothing else beside them but the public entries", () => {
    for (const side of sides) {
      const own = files.filter((file) => file.startsWith(`${side}/`)).map((file) => file.split("/").slice(1));
      const folders = new Set(own.filter((path) => path.length > 1).map(([room]) => room ?? ""));
      expect([...folders].sort(), side).toEqual([...rooms[side]].sort());
      const top = own.filter((path) => path.length === 1).map(([name]) => name ?? "");
      expect(top.sort(), side).toEqual(["README.md", ...entriesOf(side)].sort());
    }
  });

  it("import only rooms before them", () => {
    expect(imports.length).toBeGreaterThan(1000);
    const upward = imports.filter(({ file, target }) => {
      const side = sideOf(file);
      return side !== undefined && sideOf(target) === side && floorOf(side, target) > floorOf(side, file);
    });
    expect(upward).toEqual([]);
  });

  it("have no circle between files, types included", () => {
    const edges = new Map(Object.keys(sources).map((file): [string, string[]] => [file, []]));
    for (const { file, target } of imports) if (edges.has(target)) edges.get(file)?.push(target);
    expect(circles(edges)).toEqual([]);
  });

  it("hold no file over 300 lines, and no folder with more than 20 files", () => {
    const written = files.filter((file) => !/\.gen\.|README\.md$/.test(file));
    const long = Object.entries(sources).filter(
      ([file, text]) => written.includes(file) && text.trimEnd().split("\n").length > 300,
    );
    expect(long.map(([file]) => file)).toEqual([]);
    const counts = new Map<string, number>();
    for (const file of written) counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
  });
});

/** The names that a file declares and exports. */
function exportsOf(file: string, text: string): string[] {
  const isExported = (statement: ts.Statement) =>
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  return ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest)
    .statements.filter(isExported)
    .flatMap((statement): (ts.Node | undefined)[] =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map(({ name }) => name)
        : [(statement as ts.DeclarationStatement).name],
    )
    .flatMap((name) => (name !== undefined && ts.isIdentifier(name) ? [name.text] : []));
}

describe("exported names", () => {
  it.each(sides)("of %s have one meaning each; every command has its own `help` and `run`", (side) => {
    const owners = new Map<string, Set<string>>();
    const own = Object.entries(sources).filter(([file]) => file.startsWith(`${side}/`) && !file.includes(".gen."));
    for (const [file, text] of own) {
      for (const name of exportsOf(file, text)) owners.set(name, (owners.get(name) ?? new Set()).add(file));
    }
    expect(owners.size).toBeGreaterThan(100);
    const isCommand = (files: ReadonlySet<string>) =>
      [...files].every((file) => /^generator\/(commands\/|output\/render\/runtime-names)/.test(file));
    const shared = [...owners].filter(([, files]) => files.size > 1 && !isCommand(files));
    expect(shared.map(([name, files]) => [name, ...files])).toEqual([]);
  });
});

describe("the search for circles", () => {
  it("finds one, however long, and a file that imports itself", () => {
    const edges = new Map([
      ["a", ["b", "d"]],
      ["b", ["c"]],
      ["c", ["a"]],
      ["d", ["e"]],
      ["e", []],
      ["f", ["f"]],
    ]);
    expect(circles(edges)).toEqual([["a", "b", "c"], ["f"]]);
  });

  it("sees imports of types, of sides effects, in types and in expressions", () => {
    const text = `import type { A } from "./a.js";
      export * from "./b.js";
      import "./c.js";
      type D = import("./d.js").D;
      const e = () => import("../e/e.js");
      // import { f } from "./f.js";`;
    const targets = importsOf("generator/x/y.ts", text).map(({ target, lazy }) => [target, lazy]);
    expect(targets).toEqual([
      ["generator/x/a.ts", false],
      ["generator/x/b.ts", false],
      ["generator/x/c.ts", false],
      ["generator/x/d.ts", false],
      ["generator/e/e.ts", true],
    ]);
  });
});

describe("the two sides", () => {
  it("meet only where a command runs something, lazily, by the package's entries", () => {
    const crossing = imports.filter(({ file, target, lazy, type }) => {
      const side = sideOf(file);
      if (sideOf(target) !== undefined) return sideOf(target) !== side;
      if (!/^kiket-gen(\/|$)/.test(target)) return false;
      if (type && namingTypes.test(file)) return false;
      return !(lazy && running.test(file) && /^kiket-gen\/(runtime|testing|dev|codegen)/.test(target));
    });
    expect(crossing).toEqual([]);
  });
});

describe("the page of the inspector", () => {
  const isOfPage = (file: string) => file.startsWith("runtime/platform/inspector/page/");

  it("takes types only from outside of it, what Vite bundles, and what needs nothing itself: it runs in a browser", () => {
    const outward = imports.filter(({ file, target }) => isOfPage(file) && !isOfPage(target));
    const bundled =
      /^(?:preact|preact\/hooks|jsonc-parser|@codemirror\/[a-z-]+|@lezer\/highlight|uplot(?:\/dist\/uPlot\.min\.css)?)$/;
    const importsOf = (source: string) => imports.filter(({ file }) => file === source);
    const alone = (target: string): boolean => target in sources && importsOf(target).every((one) => alone(one.target));
    expect(outward.filter(({ target, type }) => !type && !bundled.test(target) && !alone(target))).toEqual([]);
    expect(outward).not.toEqual([]);
  });

  it("is imported by nothing: the runtime has its built files", () => {
    expect(importersOf(isOfPage).filter((file) => !isOfPage(file))).toEqual([]);
  });

  it("shows every text as text: nothing in it is read as HTML, run as code, or loaded from elsewhere", () => {
    const own = Object.entries(sources).filter(([file]) => isOfPage(file));
    const risky =
      /innerHTML|outerHTML|insertAdjacent|document\.write|srcdoc|\beval\b|new Function|createContextualFragment|\bsrc=|https?:\/\//;
    expect(own.filter(([, text]) => risky.test(text)).map(([file]) => file)).toEqual([]);
    expect(own.length).toBeGreaterThan(20);
  });
});

describe("single owners", () => {
  it.each([
    [
      "the file system",
      /^node:fs/,
      [
        /^generator\/(project|dev|doctor)\//,
        "runtime/testing/recording-file.ts",
        "runtime/recordings/recording-folder.ts",
        "runtime/vaults/secret-files.ts",
        /^runtime\/stores\//,
      ],
    ],
    ["h3", /^(h3|srvx)(\/|$)/, ["runtime/node.ts", /^runtime\/(server|platform)\//]],
    ["jose", /^jose$/, [/^runtime\/platform\//]],
    [
      "ts-morph",
      /^ts-morph$/,
      [
        /^generator\/(usage|rename|dev)\//,
        "generator/compare/mentions.ts",
        /^generator\/contracts\/openapi\/(openapi|recursive)-types\.ts$/,
      ],
    ],
    ["YAML", /^yaml$/, [/^generator\/(yaml|rename)\//]],
  ] as const)("%s", (_what, pattern, owners) => {
    const users = importersOf((target) => pattern.test(target));
    const isOwner = (file: string) =>
      owners.some((owner) => (typeof owner === "string" ? owner === file : owner.test(file)));
    expect(users.filter((file) => !isOwner(file))).toEqual([]);
    expect(users).not.toEqual([]);
  });

  it("other programs, which only `dev` starts, because a project could choose them, and the one that starts itself once more", () => {
    const importers = (name: string) => importersOf((target) => target === name || target === `node:${name}`);
    expect(importers("child_process").filter((file) => !file.startsWith("generator/dev/process/"))).toEqual([]);
    expect(importers("cluster")).toEqual(["runtime/server/cluster/node-cluster.ts"]);
  });

  it("the process and the console", () => {
    // The warden and what is loaded into an extension are programs of their own.
    const owners = [
      "generator/cli.ts",
      "generator/dev/process/warden.ts",
      "generator/dev/process/preload.ts",
      "runtime/base/process.ts",
    ];
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"[^"\n]*"/gm, "");
    const users = Object.entries(sources)
      .filter(([, text]) => /\bprocess\.(?!pid\b|kill\b|geteuid\b|js\b)|\bconsole\./.test(code(text)))
      .map(([file]) => file);
    expect(users.filter((file) => !owners.includes(file))).toEqual([]);
  });

  it("ts-morph, which nothing loads but when asked", () => {
    const heavy = new Set(importersOf((target) => target === "ts-morph"));
    const typesOnly = (file: string, target: string) => {
      const name = posix.basename(target).replace(/\.ts$/, ".js");
      return !new RegExp(`^(import|export) (?!type\\b)[^;]*/${name.replaceAll(".", "\\.")}"`, "m").test(
        sources[file] ?? "",
      );
    };
    const eager = imports.filter(
      ({ file, target, lazy }) =>
        heavy.has(target) &&
        // Who loads it is asked the same.
        !heavy.has(file) &&
        !lazy &&
        !/^generator\/(usage|audit|rename|compare)\//.test(file) &&
        !typesOnly(file, target),
    );
    expect(eager).toEqual([]);
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
