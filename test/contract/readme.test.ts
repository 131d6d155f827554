import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defineHandler, unrecorded } from "../../runtime/index.js";
import { createTestExtension } from "../../runtime/testing.js";
import { testedCompilers, tsc } from "../support/compile.js";
import { createProject, readTree, removeProject, root } from "../support/project.js";
import { runCli } from "../support/run-node.js";
import { runVitest } from "../support/run-vitest.js";

const pageOf = (name: string) => readFile(join(root, "docs", `${name}.md`), "utf8");
const configuration = await pageOf("reference/configuration");
const byHand = await pageOf("start/by-hand");
const devLoop = await pageOf("start/dev-loop");
const commands = await pageOf("reference/commands");
const context = await pageOf("reference/context");
const sdks = await pageOf("concepts/official-sdks");

/** First cells of the first table of a page. */
function firstCells(page: string): string[] {
  const section = page.slice(0, page.indexOf("\n\n", page.indexOf("\n|")) + 1 || undefined);
  const rows = section.split("\n").filter((line) => line.startsWith("|") && !/^[|\s:-]+$/.test(line));
  return rows.slice(1).map((row) => row.split("|")[1]?.trim() ?? "");
}

/** Names between back quotes, without call parentheses. */
function namesIn(cells: readonly string[]): string[] {
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name ?? ""));
}

/** Names of an interface's members. */
async function membersOf(file: string, name: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  const start = text.search(new RegExp(`interface ${name}\\b[^{]*\\{`));
  const body = text.slice(start, text.indexOf("\n}", start));
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member]) => member ?? "");
}

describe("the tables of the documentation", () => {
  it("name every member of a handler's context", async () => {
    const members = await membersOf("runtime/handler/context.ts", "HandlerContext");
    expect(members.length).toBeGreaterThan(10);
    expect(namesIn(firstCells(context)).sort()).toEqual(members.sort());
  });

  it("name every file that is generated", async () => {
    const { plan } = await import("../../generator/output/plan.js");
    const { event, model } = await import("../generator/model/model.js");
    const { defaultLayout, lockName } = await import("../../generator/project/layout.js");
    const { catalog } = await import("../../generator/contracts/catalog.gen.js");
    const command = event("<event>", { version: "<version>", origins: ["commands"] });
    const planned = plan(model({ events: [command] }), defaultLayout, { contracts: { catalog } });
    const files = planned.files.map(({ path }) => path.replace(/_x3c_(\w+?)_x3e_/g, "<$1>"));
    const expected = [...files, `${defaultLayout.out}/${lockName}`];
    const cells = firstCells(await pageOf("reference/generated-code")).map((cell) => cell.replaceAll("`", ""));
    expect(cells.sort()).toEqual(expected.sort());
  });

  it("say of every capability what each SDK does", () => {
    const [comparison = ""] = sdks.split("\n## ");
    const rows = comparison.split("\n").filter((line) => line.startsWith("|"));
    const cells = rows.map((row) =>
      row
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
    expect(cells.length).toBeGreaterThan(30);
    expect(cells.filter((row) => row.length !== 4 || row.includes(""))).toEqual([]);
    expect(new Set(firstCells(sdks)).size).toBe(cells.length - 2);
  });

  it("name every view of the page, at the keys that are named", async () => {
    const views = await readFile(join(root, "runtime/platform/inspector/page/view/views.ts"), "utf8");
    const titles = ["Deliveries", ...[...views.matchAll(/ title: "([^"]+)"/g)].map(([, title]) => title)];
    expect(firstCells(devLoop)).toEqual(titles);
    expect(devLoop).toContain(`at the keys \`1\` to \`${titles.length}\``);
  });

  it("name every command", async () => {
    const cli = await readFile(join(root, "generator/cli.ts"), "utf8");
    const table = cli.slice(cli.indexOf("const commands"), cli.indexOf("\n};", cli.indexOf("const commands")));
    const names = [...table.matchAll(/^ {2}(\w+): \{/gm)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(5);
    const named = firstCells(commands).flatMap((cell) => /^`kiket-gen (\w+)/.exec(cell)?.[1] ?? []);
    expect(named.sort()).toEqual(names.sort());
  });
});

it("the list of documentation has every page of the reference", async () => {
  const list = await readFile(join(root, "docs/README.md"), "utf8");
  const tree = await readTree(join(root, "docs/reference"));
  // `npm run docs` writes the API reference, which is not committed.
  const written = Object.keys(tree).filter((page) => !page.startsWith("api/"));
  // The pages of a folder are listed by its README.
  const pages = written.filter((page) => !page.includes("/") || page.endsWith("/README.md"));
  expect(pages).toContain("secrets.md");
  expect(pages.filter((page) => !list.includes(`(reference/${page})`))).toEqual([]);
  const inner = written.filter((page) => !pages.includes(page));
  const listed = (page: string): boolean => {
    const [folder, name] = page.split("/");
    return tree[`${folder}/README.md`]?.includes(`(${name}`) ?? false;
  };
  expect(inner.filter((page) => !listed(page))).toEqual([]);
});

it("the list of documentation names each page once, in rows of a few, and says what for", async () => {
  const list = await readFile(join(root, "docs/README.md"), "utf8");
  const pages = Object.keys(await readTree(join(root, "docs"))).filter((page) => page.endsWith(".md"));
  const listedInFolder = /^(?:tutorial|cookbook|hosts|deploy|reference\/[^/]+)\/(?!README)/;
  const own = pages.filter(
    (page) => !/^(?:\.vitepress\/|README)|^reference\/api\//.test(page) && !listedInFolder.test(page),
  );
  const timesNamed = own.map((page) => [page, list.split(`](${page})`).length - 1]);
  expect(own.length).toBeGreaterThan(40);
  expect(timesNamed.filter(([, times]) => times !== 1)).toEqual([]);
  const rows = list.split("\n").filter((line) => line.startsWith("|"));
  expect(rows.filter((row) => row.split("](").length > 3 || row.split("|").length !== 4)).toEqual([]);
});

it("the changelog has no change twice", async () => {
  const rows = (await readFile(join(root, "CHANGELOG.md"), "utf8")).split("\n").filter((line) => line.startsWith("* "));
  const starts = rows.map((row) => row.slice(0, 60));
  expect(starts.length).toBeGreaterThan(20);
  expect(starts.filter((start, index) => starts.indexOf(start) !== index)).toEqual([]);
});

/** The block of code of a page that follows these words. */
function blockAfter(words: string, page = byHand): string {
  const start = page.indexOf(words);
  expect(start, words).toBeGreaterThan(0);
  return /^```\w+\n([\s\S]*?)^```$/m.exec(page.slice(start))?.[1] ?? "";
}

it("reads a member that no type has as the reference says", () => {
  expect(context).toContain('`unrecorded(payload, "weather")` of `kiket-gen/runtime`');
  expect(unrecorded({ weather: "rain" }, "weather")).toBe("rain");
});

describe("the project by hand", () => {
  it.each(testedCompilers)(
    "compiles with TypeScript %s, and still does with the test beside it, which passes",
    async (version) => {
      const folder = await createProject({
        ".kiket/manifest.yaml": blockAfter("Write `.kiket/manifest.yaml`"),
        "tsconfig.json": blockAfter("and `tsconfig.json`:"),
      });
      try {
        expect((await runCli([], folder)).code).toBe(0);
        expect((await tsc(folder, [], version)).stdout).toBe("");
        await writeFile(join(folder, "src/handlers/issue.created.v1.ts"), blockAfter("Fill in `src/handlers/"));
        await mkdir(join(folder, "test"));
        await writeFile(
          join(folder, "test/greeter.test.ts"),
          blockAfter("`test/greeter.test.ts`", await pageOf("reference/testing")),
        );
        expect((await tsc(folder, [], version)).stdout).toBe("");
        const paths = Object.keys(await readTree(folder)).filter((path) => /^(dist|test)\/(?!generated\/)/.test(path));
        expect(paths).toEqual(["dist/handlers/issue.created.v1.js", "dist/main.js", "test/greeter.test.ts"]);
        expect(await runVitest(folder)).toEqual({ "test/greeter.test.ts": "1 of 1" });
      } finally {
        await removeProject(folder);
      }
    },
  );
});

it("the two names of an event have one handler", async () => {
  const [, own = "", other = ""] = /`([\w.]+)` and `([\w.]+)` are two names of one event/.exec(configuration) ?? [];
  const handler = defineHandler({ event: own, version: "v1" }, ({ issue }, { event }) => ({ issue, event }));
  const kiket = await createTestExtension({ handlers: [handler] });
  const { status, body } = await kiket.deliver(other, "v1", { case: { id: 7, title: "x" } });
  await kiket.close();
  expect([status, body]).toMatchObject([200, { issue: { id: 7, title: "x" }, event: other }]);
});
