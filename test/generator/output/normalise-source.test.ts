import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import jsTokens from "js-tokens";
import { expect, it } from "vitest";
import { essenceOf, tokensOf } from "../../../generator/output/normalise-source.js";
import { root } from "../../support/project.js";

/** Every TypeScript file that the generator printed into these folders. */
async function generatedTexts(...folders: readonly string[]): Promise<[path: string, text: string][]> {
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  const paths = names.flat().filter((path) => /\.gen\.ts$/.test(path) && !path.includes("node_modules"));
  return Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), "utf8")] as const)) as Promise<
    [string, string][]
  >;
}

it("finds the tokens of generated files that a tokenizer for all of JavaScript finds", async () => {
  const texts = await generatedTexts("test/golden", "examples");
  expect(texts.length).toBeGreaterThan(50);
  for (const [path, text] of texts) {
    const all = [...jsTokens(text)].filter(({ type }) => type !== "WhiteSpace" && type !== "LineTerminatorSequence");
    expect(tokensOf(text), path).toEqual(all.map(({ value }) => value));
  }
});

it("finds each kind of token", () => {
  const code = `a?.b ?? c?.5:1 ... => x ||= -y ** 2 >>= "d\\"e" 'f\\'g' \`h
 i \\\` j\` /* k */ /** l */ // m "n"
größe $o_1 p!== q !r @s #t;`;
  expect(tokensOf(code)).toEqual([
    ...["a", "?.", "b", "??", "c", "?", ".", "5", ":", "1", "...", "=>", "x", "||=", "-", "y", "**", "2", ">>="],
    ...['"d\\"e"', "'f\\'g'", "`h\n i \\` j`", "/* k */", "/** l */", '// m "n"'],
    ...["größe", "$o_1", "p", "!==", "q", "!", "r", "@", "s", "#", "t", ";"],
  ]);
});

it.each([
  ["an open string", 'const a = "b\nc'],
  ["an open comment", "const a = 1; /* b"],
  ["an open template", "const a = `b"],
  ["characters of other planes", "const a = 😀;"],
])("loses no character of broken code: %s", (_what, code) => {
  expect(tokensOf(code).join("")).toBe(code.replace(/\s/g, ""));
});

it.each([
  ["in a string", 'const a = "b c";', 'const a = "b  c";'],
  ["in a template", "const a = `b c`;", "const a = `b\nc`;"],
  ["in a line comment behind code", "a; // b c", "a; // b  c"],
  ["that separates words", "const ab = 1;", "const a b = 1;"],
  ["that separates operators", "a + +b;", "a ++b;"],
])("counts white space %s", (_where, one, other) => {
  expect(essenceOf(one)).not.toBe(essenceOf(other));
});
