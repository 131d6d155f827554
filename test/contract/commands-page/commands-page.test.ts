import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";
import { sectionsOf, shownCommands } from "./sections.js";

const path = join(root, "docs/reference/commands.md");
/** What is written by hand ends where this begins. */
const generated = /^## Every command\n[\s\S]*/m;
const commands = await shownCommands();

/** The words of a command in a shell, without the program. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  return words.slice(2).map((word) => word.replaceAll('"', ""));
}

describe("docs/reference/commands.md", () => {
  it("has every command with its help, examples and options (UPDATE_GOLDEN=1 writes it)", async () => {
    const wanted = sectionsOf(commands);
    if (process.env.UPDATE_GOLDEN !== undefined) {
      const page = await readFile(path, "utf8");
      await writeFile(
        path,
        page.replace(generated, () => wanted),
      );
    }
    const page = await readFile(path, "utf8");
    expect(generated.exec(page)?.[0]).toBe(wanted);
    const named = [...page.matchAll(/^\| `kiket-gen (\w+)/gm)].map(([, name]) => name);
    expect(commands.flatMap(({ name }) => (name === "" ? [] : [name])).sort()).toEqual([...new Set(named)].sort());
  });

  it.each(commands.filter(({ name }) => name !== ""))(
    "the help of $name explains each option and the exit status",
    ({ help, optionNames }) => {
      expect(optionNames.filter((option) => !help.includes(`--${option}`))).toEqual([]);
      expect(help).toMatch(/^(?:.*\. )?Exit status: 0/m);
    },
  );

  it("uses in its examples only options that the command has", () => {
    for (const { name, optionNames, examples } of commands) {
      const used = examples.flatMap((line) => [...line.matchAll(/ --([\w-]+)/g)].map(([, option]) => option));
      expect([name, used.filter((option) => !optionNames.includes(option ?? ""))]).toEqual([name, []]);
    }
  });
});

describe("the examples that need no server", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "commands-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The exit status of each, in the order of the page, in the project that the first one creates. */
  const expected: Readonly<Record<string, readonly number[]>> = {
    init: [0],
    // The handler that `init` creates is filled.
    "": [0, 0],
    add: [0, 0, 0],
    lint: [0],
    audit: [0, 0],
    rename: [0],
    explain: [0, 0],
    events: [0],
    compare: [0],
    completion: [0],
  };

  it("end with the status that is expected", { timeout: 240_000 }, async () => {
    const statuses: Record<string, number[]> = {};
    for (const { name, examples } of commands.filter((one) => Object.hasOwn(expected, one.name))) {
      const cwd = name === "init" ? folder : join(folder, "my-extension");
      const schema = "issue.created.v1.schema.json";
      if (name === "compare") await cp(join(root, "schemas/events", schema), join(cwd, "newer-events", schema));
      for (const line of examples) {
        const { code, stderr } = await runCli(wordsOf(line), cwd);
        statuses[name] = [...(statuses[name] ?? []), code];
        expect(`${line}: ${stderr}`).not.toMatch(/Run kiket-gen .*--help|\n +at /);
      }
    }
    expect(statuses).toEqual(expected);
  });
});
