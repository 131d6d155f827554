import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import manifest from "../../package.json" with { type: "json" };
import { createExtension } from "../../runtime/index.js";
import { retrySchedule } from "../../runtime/platform/deliver-with-retries.js";
import { keepMilliseconds } from "../../runtime/stores/delivery-store.js";
import { rooms } from "../contract/rooms.js";
import { compile, tsc } from "../support/compile.js";
import { createTemplateProject } from "../support/dev-session.js";
import { createProject, removeProject, root } from "../support/project.js";
import { openPage } from "./open-page.js";

const names = (await readdir(join(root, "docs/concepts"))).filter((name) => name.endsWith(".md"));
const pages = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await openPage(`docs/concepts/${name}`)] as const)),
);

function page(name: string) {
  const found = pages[`${name}.md`];
  if (found === undefined) throw new Error(`docs/concepts has no ${name}.md`);
  return found;
}

const read = (path: string) => readFile(join(root, path), "utf8");

/** The cells of the rows below each heading of a table. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows = text.match(/^\|.*\|$/gm) ?? [];
  const cells = rows.map((row) => row.slice(1, -1).split(/(?<!\\)\|/)).map((row) => row.map((cell) => cell.trim()));
  return cells.filter((row, index) => !isLine(row) && !isLine(cells[index + 1] ?? []));
}
const isLine = (row: readonly string[]) => row.length > 0 && row.every((cell) => /^-+$/.test(cell));

it("the list of documentation has every page about concepts", async () => {
  const list = await read("docs/README.md");
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => !list.includes(`(concepts/${name})`))).toEqual([]);
});

it("the code of the pages compiles in one project", async () => {
  const more = ["issue.updated", "comment.created"].map((event) => `    - event: ${event}\n`).join("");
  const folder = await createProject({
    ".kiket/manifest.yaml": page("versions").block(".kiket/manifest.yaml") + more,
  });
  try {
    expect((await generate({ dir: folder })).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const handlers = (await readdir(join(folder, "src/handlers"))).sort();
    expect(handlers).toEqual(
      ["comment.created.v1.ts", "issue.created.v1.ts", "issue.created.v2.ts", "issue.updated.v1.ts"].sort(),
    );
    for (const [name, path] of [
      ["versions", "src/handlers/issue.created.v1.ts"],
      ["versions", "src/handlers/issue.created.v2.ts"],
      ["privilege", "src/handlers/issue.updated.v1.ts"],
      ["official-sdks", "src/handlers/comment.created.v1.ts"],
      ["proof", "src/main.ts"],
    ] as const) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), page(name).block(path));
    }
    expect(await compile(folder)).toBe("");
  } finally {
    await removeProject(folder);
  }
});

describe("the commands of the pages", () => {
  it("end with status 0 in a new project", { timeout: 300_000 }, async () => {
    const folder = await createTemplateProject("extension");
    const cli = `"${process.execPath}" node_modules/kiket-gen/dist/generator/cli.cjs`;
    const run = async (command: string) => {
      const words = command.replace("npx kiket-gen", cli);
      const done = promisify(execFile)("sh", ["-c", words], { cwd: folder });
      return await done.then(
        () => [command, 0],
        (error) => [command, error.code, error.stdout, error.stderr],
      );
    };
    try {
      const [real, upgrade] = [page("to-the-real-kiket"), page("upgrade")];
      const [copy = "", install, compare = ""] = upgrade.commands("compare");
      expect(install).toBe("npm install kiket-gen@latest");
      const commands = [
        ...["--require-handlers", "lint", "audit"].map((words) => real.command(words)),
        ...real.commands("deploy"),
        page("privilege").command("audit"),
        page("evidence").command("events"),
        ...[copy, compare],
        ...upgrade.commands("generate"),
      ];
      for (const command of commands) expect(await run(command)).toEqual([command, 0]);

      const [types, ...others] = upgrade.commands("test");
      expect(types).toBe("npx tsc --noEmit");
      expect((await tsc(folder, ["--noEmit"])).stdout).toBe("");
      // five-minutes.test.ts runs these.
      expect(others).toEqual(["npm test", "npx kiket-gen doctor"]);
      expect(others).toEqual([real.command("npm test"), real.command("doctor")]);
    } finally {
      await removeProject(folder);
    }
  });

  it("ask addresses that an extension has, and set a variable that it reads", async () => {
    const real = page("to-the-real-kiket");
    const addresses = real.commands("outside").map((line) => line.replace("curl --fail ", ""));
    const extension = createExtension({ handlers: [], logLevel: "silent", env: {} });
    const statuses = await Promise.all(addresses.map(async (url) => (await extension.fetch(new Request(url))).status));
    await extension.close();
    expect(statuses).toEqual([200, 200]);
    expect(real.commands("record")).toEqual(["KIKET_RECORD=recordings npm start"]);
    expect(await read("runtime/server/record-deliveries.ts")).toContain("KIKET_RECORD");
  });
});

describe("the numbers of the pages are those of the source:", () => {
  it.each([
    ["proof", "the clocks may differ by 60 s", "runtime/verify/runtime-token.ts", "const leewaySeconds = 60;"],
    ["proof", "by more than 300 s", "runtime/verify/hmac.ts", "const tolerance = 300;"],
    ["proof", "After 10 min they are", "runtime/verify/signing-keys.ts", "const refreshAfter = 10 * 60_000;"],
    ["proof", "for at most 24 h", "runtime/verify/signing-keys.ts", "const distrustAfter = 24 * 60 * 60_000;"],
    ["proof", "only 5 times, ", "runtime/verify/signing-keys.ts", "const reloadBurst = 5;"],
    ["proof", "then once in 5 s", "runtime/verify/signing-keys.ts", "const reloadInterval = 5_000;"],
    ["deliveries", "the newest 50,000 verdicts", "runtime/stores/memory.ts", "maxEntries = 50_000,"],
    ["deliveries", "32 MiB of them", "runtime/stores/memory.ts", "maxBytes = 32 * 1024 * 1024 }"],
    ["deliveries", "(default 1,000,000;", "runtime/stores/sqlite/store.ts", "maxEntries = 1_000_000,"],
    ["to-the-real-kiket", "A rate limit of 600 calls a minute", "schemas/record/outbound.md", "600 a minute for"],
  ])("%s.md, %s", async (name, words, file, source) => {
    expect(page(name).text).toContain(words);
    expect(await read(file)).toContain(source);
  });

  it("the schedule of Kiket, and how long a verdict is kept", () => {
    const { text } = page("deliveries");
    expect(retrySchedule).toEqual([30, 60, 300, 1_800, 7_200, 28_800].map((seconds) => seconds * 1_000));
    expect(text).toContain("after 30 s, 1 min, 5 min, 30 min, 2 h and 8 h. Together that is 10 h 36 min");
    const minutes = retrySchedule.reduce((sum, wait) => sum + wait, 0) / 60_000;
    expect([Math.floor(minutes / 60), Math.floor(minutes % 60)]).toEqual([10, 36]);
    expect(keepMilliseconds).toBe(24 * 3_600_000);
    expect(text).toContain("for 24 hours");
  });
});

describe("the threats", () => {
  const rows = rowsOf(page("threats").text);
  it("are more than twenty, each with what happens", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => row.length !== 3 || row.includes(""))).toEqual([]);
  });

  it.each(rows.map(([threat = "", , test = ""]) => [threat, test]))("%s: its test exists", async (_threat, test) => {
    const [, file = "", title = ""] = /^`([^`]+\.test\.ts)`: "(.+)"$/.exec(test) ?? [];
    expect(file, test).not.toBe("");
    // A title, and not any other text of the file.
    const titles = (await read(`test/${file}`)).matchAll(/"((?:[^"\\\n]|\\.)*)",?\s*(?:\{[^}]*\}, )?(?:async )?\(/g);
    expect([...titles].map(([, name = ""]) => name).filter((name) => name.includes(title))).not.toEqual([]);
  });
});

describe("what is supported", () => {
  const { text } = page("support");
  it("has the versions of Node that package.json asks for, and CI runs", async () => {
    expect(text).toContain(`\`engines\` says \`${manifest.engines.node.replaceAll("|", "\\|")}\``);
    const ci = await read(".ci/run");
    expect([...ci.matchAll(/^on_node (\d+) "\$\{(\w+)/gm)].map(([, version, list]) => [version, list])).toEqual([
      ["22", "on_node_22"],
      ["24", "depends_on_node"],
    ]);
    expect(text).toContain("CI runs every test on Node 20, on 24 what depends most on Node, and on 22 a part of that");
    for (const name of ["README.md", "docs/start/quickstart.md"])
      expect(await read(name)).toContain("Node 20.19, 22.12 or newer");
  });

  it("has the versions of TypeScript that tests compile with", async () => {
    const [, list = ""] = /const compilers = \{(.*)\}/.exec(await read("test/support/compile.ts")) ?? [];
    const versions = [...list.matchAll(/"(\d\.\d)"/g)].map(([, version]) => version);
    expect(versions).toEqual(["5.9", "6.0", "7.0"]);
    expect(text).toContain("| TypeScript | 5.9, 6.0 and 7.0 |");
    expect(await read("generator/doctor/project/rules/versions.ts")).toContain('testedTypeScript = ">=5.9.0 <8"');
  });
});

it("the grades of evidence are those of the record, and of `kiket-gen events`", async () => {
  const rows = rowsOf(page("evidence").text);
  const [, table = ""] = (await read("schemas/record/README.md")).split("| grade ");
  const recorded = rowsOf(`| grade ${table.split("\n\n")[0]}`);
  expect(recorded.length).toBe(5);
  expect(rows.map(([grade, fact]) => [grade, fact])).toEqual(recorded);
  const [, confidence = ""] =
    /evidence: [^{]*\{\n([\s\S]*?)\n\};/.exec(await read("generator/terminal/event-list.ts")) ?? [];
  const words = [...confidence.matchAll(/^ {2}(\w+):/gm)].map(([, word]) => word);
  expect(rows.map(([, , word = ""]) => /`(\w+)`/.exec(word)?.[1])).toEqual(words);
});

describe("the architecture", () => {
  const { text } = page("architecture");
  it("names rooms and files that exist", () => {
    const drawing = page("architecture").block("architecture");
    const halves = drawing.split("\n").map((line) => [line.slice(0, 47), line.slice(47)] as const);
    const wordsOf = (side: 0 | 1) => halves.flatMap((half) => half[side].match(/[a-z]+/g) ?? []);
    const isDrawn = (room: string, side: 0 | 1) => wordsOf(side).includes(room);
    const steps = { 0: ["project", "yaml", "manifest", "contracts", "output", "generate"], 1: ["server", "receive"] };
    const runtimeSteps = [...steps[1], "verify", "pipeline", "stores", "jobs", "handler", "values", "secrecy", "api"];
    for (const room of steps[0]) {
      expect(isDrawn(room, 0), room).toBe(true);
      expect(rooms.generator, room).toContain(room);
    }
    for (const room of [...runtimeSteps, "telemetry", "metrics", "logging"]) {
      expect(isDrawn(room, 1), room).toBe(true);
      expect(rooms.runtime, room).toContain(room);
    }
    for (const path of ["generator/generate/generate.ts", "runtime/pipeline/pipeline.ts", "runtime/platform"])
      expect(existsSync(join(root, path)), path).toBe(true);
  });

  it("names the dependencies of a deployed program", () => {
    const [, list = ""] = /has four dependencies: (.*?)\./.exec(text) ?? [];
    expect(list.split(/, | and /)).toEqual(["h3", "srvx", "jose", "openapi-fetch"]);
    expect(Object.keys(manifest.dependencies).sort()).toEqual(list.split(/, | and /).sort());
  });
});

describe("privacy", () => {
  it("has every command, and says of each where it opens a connection", async () => {
    const cli = await read("generator/cli.ts");
    const table = cli.slice(cli.indexOf("const commands"), cli.indexOf("\n};", cli.indexOf("const commands")));
    const commands = [...table.matchAll(/^ {2}(\w+): \{/gm)].map(([, name = ""]) => name);
    const told = rowsOf(page("privacy").section("What opens a connection")).flatMap(([cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
    expect(told.sort()).toEqual(commands.sort());
  });

  it("is right that only what dev and doctor use opens connections", async () => {
    const files = (await readdir(join(root, "generator"), { recursive: true })).filter((name) => name.endsWith(".ts"));
    const opening: string[] = [];
    for (const file of files) {
      const text = await read(`generator/${file}`);
      if (/\bfetch\(|from "node:(net|http|https|tls|dns\/promises|dgram)"/.test(text))
        opening.push(file.split("/")[0] ?? "");
    }
    // The programs that `deploy` writes have a `fetch` in their text.
    expect([...new Set(opening)].sort()).toEqual(["deploy", "dev", "doctor"]);
  });
});

it("uses every block and command of the pages in a test above", () => {
  expect(Object.entries(pages).flatMap(([name, { unused }]) => unused().map((part) => `${name}: ${part}`))).toEqual([]);
});
