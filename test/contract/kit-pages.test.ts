import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as testing from "../../runtime/testing.js";
import { filesIn, openPageProject } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { root } from "../support/project.js";
import { runVitest } from "../support/run-vitest.js";
import { type Option, optionsOf, optionTable, type Place } from "./option-table.js";

const path = (name: string) => join(root, "docs/reference", name);
const pageOf = (name: string) => readFile(path(name), "utf8");

/** The parts of the pages that are made from the source: from this heading to the end. */
const generated: Readonly<Record<string, readonly (readonly [title: string, ...places: readonly Place[]])[]>> = {
  "testing.md": [
    [
      "## Options of a delivery",
      ["runtime/testing/test-extension.ts", "DeliverOptions"],
      ["runtime/platform/deliver.ts", "DeliveryInput"],
      ["runtime/platform/sign-delivery.ts", "UnsignedDelivery"],
    ],
  ],
  "local-kiket.md": [
    ["## Options of `createPlatform`", ["runtime/platform/platform.ts", "PlatformOptions"]],
    ["### Members of `seed`", ["runtime/platform/operations/index.ts", "PlatformSeed"]],
  ],
};
/** Arguments of `deliver` before its options. */
const arguments_ = ["event", "version", "payload"];

async function tableOf(places: readonly Place[]): Promise<string> {
  const all = (await Promise.all(places.map(optionsOf))).flat();
  const first = new Map<string, Option>();
  for (const option of all) if (!first.has(option.name)) first.set(option.name, option);
  const isGiven = places.length > 1 ? arguments_ : [];
  return optionTable([...first.values()].filter(({ name }) => !isGiven.includes(name)));
}

/** What begins the rows of the table below a heading. */
function firstCells(page: string, heading: string): string[] {
  const [table = ""] = page.slice(page.indexOf(`| ${heading} |`)).split("\n\n");
  return table
    .split("\n")
    .slice(2)
    .map((row) => row.split("|")[1]?.trim() ?? "");
}

const names = (cell: string): string[] => [...cell.matchAll(/`([\w-]+)/g)].map(([, name]) => name ?? "");

/** Names of an interface's members, also of its methods. */
async function membersOf(file: string, name: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  const start = text.search(new RegExp(`interface ${name}\\b`));
  const body = text.slice(text.indexOf("{\n", start), text.indexOf("\n}", start));
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member = ""]) => member);
}

it.each(Object.keys(generated))(
  "the tables of %s are those of the source (UPDATE_GOLDEN=1 writes them)",
  async (name) => {
    const parts = await Promise.all(
      (generated[name] ?? []).map(async ([title, ...places]) => `${title}\n\n${await tableOf(places)}`),
    );
    const wanted = parts.join("\n");
    const start = (page: string) => page.indexOf(`\n${wanted.split("\n", 1)[0]}\n`) + 1;
    if (process.env.UPDATE_GOLDEN !== undefined) {
      const page = await pageOf(name);
      await writeFile(path(name), page.slice(0, start(page)) + wanted);
    }
    const page = await pageOf(name);
    expect(page.slice(start(page))).toBe(wanted);
  },
);

describe("docs/reference/testing.md", () => {
  it("names every export that is a value", async () => {
    const cells = firstCells(await pageOf("testing.md"), "export of `kiket-gen/testing`");
    expect(cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name)).sort()).toEqual(
      Object.keys(testing).sort(),
    );
  });

  it("names every member of a test extension and of an outcome", async () => {
    const page = await pageOf("testing.md");
    const extension = await membersOf("runtime/testing/test-extension.ts", "TestExtension");
    expect(firstCells(page, "member").flatMap(names).sort()).toEqual(extension.sort());
    const outcome = page.slice(page.indexOf("## An outcome"));
    expect(firstCells(outcome, "member").flatMap(names).sort()).toEqual(
      (await membersOf("runtime/platform/deliver.ts", "DeliveryOutcome")).sort(),
    );
  });

  it("names every matcher and every fault", async () => {
    const page = await pageOf("testing.md");
    expect(firstCells(page, "matcher of an outcome").flatMap(names)).toEqual(Object.keys(testing.matchers));
    const kinds = firstCells(page, "`faults.inject({ fault })`").flatMap(names);
    const platform = await testing.createPlatform();
    expect(() => platform.faults.inject({ fault: "none" } as unknown as testing.Fault)).toThrow(
      `expected one of ${kinds.join(", ")}.`,
    );
    await platform.close();
  });
});

it("docs/reference/local-kiket.md names every member of a platform", async () => {
  const members = await membersOf("runtime/platform/platform.ts", "Platform");
  expect(
    firstCells(await pageOf("local-kiket.md"), "member")
      .flatMap(names)
      .sort(),
  ).toEqual(members.sort());
});

describe("the code of the pages", async () => {
  const project = await openPageProject("context.md");
  const others = await Promise.all(["testing.md", "local-kiket.md", "statuses.md"].map(pageOf));

  it("compiles, and its tests pass", { timeout: 240_000 }, async () => {
    expect(Object.keys(project.sources)).toEqual([
      "src/handlers/issue.created.v1.ts",
      "src/handlers/issue.closed.v1.ts",
      "src/handlers/before_transition.v1.ts",
    ]);
    for (const page of others) {
      for (const [name, text] of Object.entries(filesIn(page))) await project.write(name, text);
    }
    const main = filesIn(await pageOf("configuration.md"));
    for (const [name, text] of Object.entries(main)) await project.write(name, text);
    expect(await compile(project.folder, undefined, true)).toBe("");
    expect(await runVitest(project.folder)).toEqual({
      "test/triage.test.ts": "7 of 7",
      "test/platform.test.ts": "1 of 1",
      "test/retried.test.ts": "1 of 1",
    });
  });
});
