import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/project.js";

const readme = await readFile(join(root, "README.md"), "utf8");

/** First cells of the table below a heading. */
function firstCells(heading: string): string[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
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

describe("the README's tables", () => {
  it("name every member of a handler's context", async () => {
    const members = await membersOf("runtime/context.ts", "HandlerContext");
    expect(members.length).toBeGreaterThan(10);
    expect(namesIn(firstCells("The handler's context")).sort()).toEqual(members.sort());
  });

  it("name every option", async () => {
    const options = await membersOf("runtime/config.ts", "ExtensionOptions");
    expect(options.length).toBeGreaterThan(10);
    expect(namesIn(firstCells("Configuration")).sort()).toEqual(options.sort());
  });

  it("name every file that is generated", async () => {
    const { plan, defaultLayout } = await import("../../generator/plan.js");
    const { event, model } = await import("../generator/model.js");
    const planned = plan(model({ events: [event("<event>", { version: "<version>" })] }), defaultLayout);
    const expected = planned.files.map(({ path }) => path.replace(/_x3c_(\w+?)_x3e_/g, "<$1>"));
    const cells = firstCells("What is generated").map((cell) => cell.replaceAll("`", ""));
    expect(cells.sort()).toEqual(expected.sort());
  });

  it("name environment variables that the source reads", async () => {
    const config = await readFile(join(root, "runtime/config.ts"), "utf8");
    for (const [name] of readme.matchAll(/\bKIKET_[A-Z_]+\b/g)) expect(config).toContain(name);
  });
});
