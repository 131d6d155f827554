import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { hasInvisible } from "../../../generator/base/invisible-characters.js";
import { generate, type Report } from "../../../generator/index.js";
import { compile } from "../../support/compile.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";
import { hostileNames, manifests } from "./manifests.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
  await mkdir(join(folder, ".kiket"));
});
afterEach(() => removeProject(folder));

const write = (text: string) => writeFile(join(folder, ".kiket/manifest.yaml"), text);

function isOurs(path: string): boolean {
  return path.startsWith("src/generated/") || path.startsWith("src/handlers/") || path === "src/main.ts";
}

describe("over random manifests", () => {
  it("a run writes only below its folders, a second one changes nothing, and a user's file never changes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(manifests, { minLength: 2, maxLength: 3 }), async (versions) => {
        const project = await createProject({
          "src/mine.ts": "// mine\n",
          "notes/generated/a.gen.ts": "// not yours\n",
        });
        try {
          let users: Record<string, string> = {};
          await mkdir(join(project, ".kiket"));
          for (const text of versions) {
            await writeFile(join(project, ".kiket/manifest.yaml"), text);
            const report = await generate({ dir: project });
            const tree = await readTree(project);
            const stray = Object.keys(tree).filter((path) => !isOurs(path) && !(path in users));
            expect(stray.sort()).toEqual(
              Object.keys(users).length > 0
                ? []
                : [".kiket/manifest.yaml", "notes/generated/a.gen.ts", "package.json", "src/mine.ts"],
            );
            for (const [path, before] of Object.entries(users)) {
              if (path !== ".kiket/manifest.yaml") expect(tree[path], path).toBe(before);
            }
            if (report.model !== undefined) {
              const again = await generate({ dir: project });
              expect(again.actions.filter(({ kind }) => kind !== "keep")).toEqual([]);
            }
            const generated = Object.entries(tree).filter(([path]) => isOurs(path));
            for (const [path, content] of generated) {
              expect([path, ...content.split("\n")].filter(hasInvisible), path).toEqual([]);
            }
            for (const path of Object.keys(tree)) {
              if (path.startsWith("src/handlers/") && users[path] === undefined) {
                await writeFile(join(project, path), `${tree[path]}// filled in\n`);
              }
            }
            const now = await readTree(project);
            users = Object.fromEntries(Object.entries(now).filter(([path]) => !path.startsWith("src/generated/")));
          }
        } finally {
          await removeProject(project);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("the output compiles", async () => {
    // Five projects in one folder are compiled at once.
    await fc.assert(
      fc.asyncProperty(fc.array(manifests, { minLength: 5, maxLength: 5 }), async (texts) => {
        const sources = texts.map((text, index) => [`src/${index}/.kiket/manifest.yaml`, text] as const);
        const projects = await createProject({ "src/none.ts": "export {};\n", ...Object.fromEntries(sources) });
        try {
          for (const index of texts.keys()) {
            const report = await generate({ dir: join(projects, `src/${index}`) });
            if (report.model === undefined) expect(report.diagnostics.length).toBeGreaterThan(0);
          }
          expect(await compile(projects)).toBe("");
        } finally {
          await removeProject(projects);
        }
      }),
      { numRuns: 4 },
    );
  });
});

type Extension = Readonly<Record<string, unknown>>;

const extensionEvent = (event: string) => ({ type: "extension_event", event });

/** Places where a manifest can contain a name of the user, for any number of names at once. */
const places: Readonly<Record<string, (names: readonly string[]) => Extension>> = {
  events: (names) => ({ hooks: names.map((event) => ({ event, description: event })) }),
  commands: (names) => ({
    contributes: { commands: names.map((event) => ({ command: event, title: event, handler: extensionEvent(event) })) },
  }),
  parameters: (names) => ({
    contributes: {
      workflow_actions: [
        {
          id: "a",
          name: "A",
          handler: extensionEvent("a.b"),
          parameters: names.map((key) => ({ key, type: "string", label: key })),
        },
      ],
    },
  }),
  permissions: (names) => ({ permissions: names }),
  settings: (names) => ({
    configuration: Object.fromEntries(
      names.map((key) => [key, { type: "string", default: key, description: key, label: key }]),
    ),
  }),
  secrets: (names) => ({
    configuration: Object.fromEntries(
      names.map((key) => [key, { type: "string", secret: true, required: true, description: key }]),
    ),
  }),
  options: (names) => ({
    setup: [
      {
        configure: {
          title: "t",
          fields: [{ key: "choice", type: "select", options: names.map((value) => ({ value, label: value })) }],
        },
      },
    ],
  }),
  modules: (names) => ({
    custom_data: { permissions: names.map((module) => ({ module, operations: ["read"] })) },
  }),
  "the id": ([id = "com.example.x"]) => ({ id, version: id, description: id }),
};

async function generateIn(project: string, over: Extension, mode: "write" | "check" = "write"): Promise<Report> {
  const extension = { id: "com.example.x", name: "X", delivery: "http", callback: { url: "u" }, ...over };
  await mkdir(join(project, ".kiket"), { recursive: true });
  await writeFile(join(project, ".kiket/manifest.yaml"), stringify({ model_version: "1.0", extension }));
  return generate({ dir: project, mode });
}

/** Names that can be used together, and the other names, for the next batch. */
async function batchOf(place: (names: readonly string[]) => Extension, names: readonly string[]): Promise<string[][]> {
  let chosen: string[] = [];
  const left: string[] = [];
  for (const name of names) {
    const { model } = await generateIn(folder, place([...chosen, name]), "check");
    if (model === undefined) left.push(name);
    else chosen = [...chosen, name];
  }
  return [chosen, left];
}

describe.each(Object.keys(places))("hostile names as %s", (what) => {
  const place = places[what] as (names: readonly string[]) => Extension;

  it("are rejected with a reason, or become harmless code in the two folders", async () => {
    let names: readonly string[] = what === "the id" ? ['*/ globalThis.injected = 1; /*"'] : hostileNames;
    while (names.length > 0) {
      const [chosen = [], left = []] = await batchOf(place, names);
      if (chosen.length === 0) {
        for (const name of left)
          expect((await generateIn(folder, place([name]), "check")).diagnostics.length).toBeGreaterThan(0);
        return;
      }
      const project = await createProject({});
      try {
        await generateIn(project, place(chosen));
        const stray = Object.keys(await readTree(project)).filter((path) => !isOurs(path));
        expect(stray).toEqual([".kiket/manifest.yaml", "package.json"]);
        expect(await compile(project, "7.0", true)).toBe("");
        const modules = Object.keys(await readTree(join(project, "dist/generated"))).filter((path) =>
          path.endsWith(".gen.js"),
        );
        const script = [
          ...modules.map(
            (path) => `await import(${JSON.stringify(pathToFileURL(join(project, "dist/generated", path)).href)});`,
          ),
          "process.exit('injected' in globalThis || ({}).injected !== undefined ? 3 : 0);",
        ];
        const { code, stderr } = await runNode(["--input-type=module", "-e", script.join("\n")], project);
        expect([code, stderr]).toEqual([0, ""]);
      } finally {
        await removeProject(project);
      }
      names = left;
    }
  }, 120_000);
});

describe("sizes", () => {
  it.each([
    ["10 MB of text", `name: ${"x".repeat(10_000_000)}\n`],
    ["10 MB of brackets", "[".repeat(10_000_000)],
    ["deep nesting", `${Array.from({ length: 5_000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")}`],
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
        .split("")
        .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghij"[index]}`).join(",")}]\n`)
        .join("")}`,
    ],
  ])("%s ends in a diagnostic", async (_what, text) => {
    await write(text);
    const report = await generate({ dir: folder });
    expect(report.model).toBeUndefined();
    expect(report.diagnostics.length).toBeGreaterThan(0);
    expect(Object.keys(await readTree(folder))).toEqual([".kiket/manifest.yaml", "package.json"]);
  });
});
