import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lint } from "cspell";
import { expect, it } from "vitest";
import { root } from "../support/project.js";
import { markdownFiles } from "./markdown-files.js";
import { notPlain } from "./plain-english.js";

const paths = await markdownFiles();
const pages = await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), "utf8")] as const));
const { words } = JSON.parse(await readFile(join(root, "cspell.json"), "utf8")) as { words: string[] };

/** The unknown words of a text, as `npx cspell lint` finds them in our pages. */
async function misspelled(text: string): Promise<string[]> {
  const temporary = join(root, "test/.tmp");
  await mkdir(temporary, { recursive: true });
  const folder = await mkdtemp(join(temporary, "words-"));
  const found: string[] = [];
  try {
    await writeFile(join(folder, "page.md"), text);
    const options = { config: join(root, "cspell.json"), root: folder, progress: false };
    await lint(["page.md"], options, { issue: (issue) => void found.push(issue.text) });
  } finally {
    await rm(folder, { recursive: true });
  }
  return found;
}

it("a misspelling is found, and the words of the project are known", async () => {
  expect(await misspelled("# Kiket\n\nA delivry is recieved by srvx, `signd` with an HMAC.\n")).toEqual([
    "delivry",
    "recieved",
    "signd",
  ]);
});

it("the words of the project are sorted, each once, and each is needed", () => {
  expect(words).toEqual([...new Set(words)].sort());
  const all = pages.map(([, text]) => text.toLowerCase()).join("\n");
  expect(words.filter((word) => !all.includes(word))).toEqual([]);
});

it("words that are not plain are found in prose, and not in code", () => {
  const page =
    "It simply works, e.g. here.\n\n    just code\n\n```sh\nplease\n```\n\n`/etc/x` is\nutilized [x](actually.md), just after.\n";
  expect(notPlain(page)).toEqual([
    'line 1: "simply"; instead: leave it out',
    'line 1: "e.g."; instead: for example',
    'line 10: "utilized"; instead: use',
  ]);
});

it("every page is plain English", () => {
  const found = pages.flatMap(([path, text]) => notPlain(text).map((each) => `${path}, ${each}`));
  expect(found).toEqual([]);
});
