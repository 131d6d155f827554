import { describe, expect, test } from "vitest";
import { root } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

const entry = JSON.stringify(new URL("../../../dist/runtime/index.js", import.meta.url).href);
const prelude = `import { createExtension } from ${entry};
const { log } = createExtension({ handlers: [], env: {} });`;

async function run(program: string): Promise<{ readonly out: readonly string[]; readonly err: readonly string[] }> {
  const { stdout, stderr } = await runNode(["--input-type=module", "--eval", prelude + program], root);
  const lines = (text: string): readonly string[] => text.split("\n").slice(0, -1);
  return { out: lines(stdout), err: lines(stderr) };
}

describe("the default logger", () => {
  test.each([
    ["ends by itself", ""],
    ["calls process.exit", "process.exit(0);"],
    [
      "ends with an error",
      "process.exitCode = 0; process.on('uncaughtException', () => process.exit(0)); throw new Error();",
    ],
  ])("loses no line if the process %s", async (_how, end) => {
    const { out, err } = await run(`for (let i = 0; i < 5000; i += 1) log.info("line " + i, { pad: "x".repeat(100) });
      log.warn("told"); log.error("failed"); ${end}`);
    expect(out.map((line) => JSON.parse(line).message)).toEqual(Array.from({ length: 5000 }, (_, i) => `line ${i}`));
    expect(err.map((line) => JSON.parse(line).message)).toEqual(["told", "failed"]);
  });

  test("keeps the order of what the program writes itself", async () => {
    const { out } = await run(`log.info("1"); setTimeout(() => { console.log("2"); log.info("3"); }, 100);`);
    expect(out.map((line) => (line === "2" ? line : JSON.parse(line).message))).toEqual(["1", "2", "3"]);
  });

  test("writes no character that a terminal would obey or hide", async () => {
    const hostile = "\u001b[31m\u007f\u0085\u009b31m\u202e\u2066\u200b\u2028\ufeff\u{e0041}\ud800";
    const { out } = await run(`log.info(${JSON.stringify(hostile)}, { "k\\u009b": ${JSON.stringify(hostile)} });`);
    expect(out).toHaveLength(1);
    expect(out[0]).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({ message: hostile, "k\u009b": hostile });
  });

  test("leaves text that can be read as it is", async () => {
    const { out } = await run(`log.info("Prüfung 日本 👍");`);
    expect(out[0]).toContain('"message":"Prüfung 日本 👍"');
  });
});

test("the message of a wrong configuration obeys the same rule, and keeps its lines", async () => {
  const node = JSON.stringify(new URL("../../../dist/runtime/node.js", import.meta.url).href);
  const { err } = await run(`const { ConfigError } = await import(${entry}); const { run } = await import(${node});
    await run(() => { throw new ConfigError("a\\u009b\\u202e\\nb"); }); process.exitCode = 0;`);
  expect(err).toEqual(["a\\u009b\\u202e", "b"]);
});
