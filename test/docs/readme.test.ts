import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import manifest from "../../package.json" with { type: "json" };
import { tsc } from "../support/compile.js";
import { createProject, linkPackage, removeProject, root } from "../support/project.js";
import { runNode } from "../support/run-node.js";
import { runVitest } from "../support/run-vitest.js";
import { hasExcerpt, openPage } from "./open-page.js";

const readme = await openPage("README.md");
const quickstart = await openPage("docs/start/quickstart.md");
const handlerPath = "src/handlers/issue.created.v1.ts";
const byHand = await openPage("docs/start/by-hand.md");

it("has at most 250 lines", () => {
  expect(readme.text.split("\n").length).toBeLessThanOrEqual(250);
});

describe("the project of the README", () => {
  let folder: string;
  beforeAll(async () => {
    // The compiler is set up as the page about a project by hand says.
    const tsconfig = /^```json\n([\s\S]*?)^```$/m.exec(byHand.text)?.[1] ?? "";
    folder = await createProject({
      ".kiket/manifest.yaml": readme.block(".kiket/manifest.yaml"),
      "tsconfig.json": tsconfig,
    });
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
    await writeFile(join(folder, handlerPath), readme.block(handlerPath));
  });
  afterAll(() => removeProject(folder));

  it("has the code that is generated", async () => {
    for (const path of ["src/generated/events/issue.created.v1.gen.ts", "src/generated/settings.gen.ts"]) {
      expect(await readFile(join(folder, path), "utf8")).toContain(readme.block(path));
    }
  });

  it("compiles, and its test passes", async () => {
    expect((await tsc(folder)).stdout).toBe("");
    const test = "test/greeter.test.ts";
    const text = readme.block(test);
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(10);
    await mkdir(join(folder, "test"));
    await writeFile(join(folder, test), text);
    expect(await runVitest(folder)).toEqual({ [test]: "1 of 1" });
  });

  it("fails to compile as the README shows", async () => {
    await writeFile(join(folder, handlerPath), readme.block(handlerPath).replace("GREETING", "GREETNG"));
    expect((await tsc(folder)).stdout).toBe(readme.block("misspelled"));
    await writeFile(join(folder, handlerPath), readme.block(handlerPath));
    const without = readme.block(".kiket/manifest.yaml").replace(", comments:write", "");
    await writeFile(join(folder, ".kiket/manifest.yaml"), without);
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
    expect((await tsc(folder)).stdout).toBe(readme.block("not permitted"));
  });
});

it("shows what npm start prints", async () => {
  const ours = ["examples/marketing-automation", "examples/evidence-adapter"];
  expect(manifest.scripts.start).toBe(`node build.mjs --if-changed && node examples/start.mjs ${ours.join(" ")}`);
  const folder = await createProject({});
  try {
    await linkPackage(folder);
    for (const path of [...ours, "examples/start.mjs"]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      const filter = (from: string) => !/node_modules|\/dist(\/|$)/.test(from.slice(root.length));
      await cp(join(root, path), join(folder, path), { recursive: true, filter });
    }
    const { code, stdout, stderr } = await runNode(["examples/start.mjs", ...ours], folder);
    expect([code, stderr]).toEqual([0, ""]);
    expect(hasExcerpt(stdout, readme.block("npm start"))).toBe(true);
    expect(stdout).toContain("docs/start/quickstart.md");
  } finally {
    await removeProject(folder);
  }
});

describe("the commands of the README", () => {
  it("are those of the quick start, which five-minutes.test.ts runs, and CI with a real install", async () => {
    const fromClone = ["npm ci", ...readme.commands("quickstart")];
    expect(fromClone.length).toBe(6);
    expect(quickstart.commands("from a clone")).toEqual(fromClone);
    const inSecond = [quickstart.command("trigger issue.created"), quickstart.command("npm test")];
    expect(readme.commands("second terminal")).toEqual(inSecond);
    expect(readme.commands("published")).toEqual(quickstart.commands("published"));
    expect(await readFile(join(root, ".ci/run"), "utf8")).toContain("\nnode test/package/quickstart.mjs\n");
  });

  it("are those of the tutorial, but for the name and what runs it", async () => {
    const { text } = await openPage("docs/tutorial/1-first-event.md");
    const fromClone = quickstart.commands("from a clone").filter((command) => command !== "npm run dev");
    expect(text).toContain(fromClone.map((command) => `    ${command.replace("my-extension", "on-call")}\n`).join(""));
  });

  it("for a clone are run by CI on a clean one", async () => {
    const ci = (await readFile(join(root, ".ci/run"), "utf8")).split("\n");
    expect(ci).toContain("npm ci --no-audit --no-fund");
    const commands = ["npm ci && npm start", "npm ci && npm test", "npm run build", "npm run check"];
    for (const command of commands.map((words) => readme.command(words))) {
      const last = command.replace("npm ci && ", "");
      // `npm ci` builds.
      if (last === "npm run build") expect(manifest.scripts.prepare).toBe(manifest.scripts.build);
      else expect(ci.some((line) => line.endsWith(last))).toBe(true);
    }
  });
});

it("uses every block and command of the README in a test above", () => {
  expect(readme.unused()).toEqual([]);
});
