import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../support/project.js";

/** A block of code of a page, fenced or indented. */
export interface Block {
  readonly language: string;
  /** What follows the language: the path of a file, or a name. */
  readonly name: string;
  readonly text: string;
}

const fence = /^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm;
/** Lines with four spaces after an empty one are code, but not within a list. */
const indented = /(?<=\n\n)(?: {4}.*\n)+/g;

export function blocksIn(page: string): readonly Block[] {
  const fenced = [...page.matchAll(fence)].map(([, language = "", name = "", text = ""]) => ({ language, name, text }));
  const others = [...page.replace(fence, "").matchAll(indented)].map(([text]) => ({
    language: "sh",
    name: "",
    text: text.replace(/^ {4}/gm, ""),
  }));
  return [...fenced, ...others];
}

/** A page whose blocks and commands are counted as tests use them. */
export interface OpenPage {
  readonly text: string;
  /** The only block with this name. */
  block(name: string): string;
  /** The lines of the block of commands with this name. */
  commands(name: string): readonly string[];
  /** The only command without a named block that is these words, else that has them. */
  command(words: string): string;
  /** The text of a section, up to the next heading of its level. */
  section(heading: string): string;
  /** The blocks and commands that nothing has used. Those with `from=` are compared by `included-blocks.test.ts`. */
  unused(): readonly string[];
}

const linesOf = (text: string): readonly string[] => text.trimEnd().split("\n");

/** What must be used: a whole block, or each command of a block that has no name. */
const partsOf = ({ language, name, text }: Block): readonly string[] =>
  language === "sh" && name === "" ? linesOf(text) : [`${language} ${name}`];

export function usedPage(text: string, path: string): OpenPage {
  const blocks = blocksIn(text).filter(({ name }) => !name.includes("from="));
  const used = new Set<string>();

  const only = <T>(found: readonly T[], what: string): T => {
    const [one, ...more] = found;
    if (one === undefined || more.length > 0) throw new Error(`${path} has ${found.length} of ${what}, and not one`);
    return one;
  };
  const take = (wanted: string) => {
    const found = only(
      blocks.filter(({ name }) => name === wanted),
      `the block "${wanted}"`,
    );
    for (const part of partsOf(found)) used.add(part);
    return found.text;
  };

  return {
    text,
    block: take,
    commands: (name) => linesOf(take(name)),
    command(words) {
      const all = blocks.filter(({ language, name }) => language === "sh" && name === "").flatMap(partsOf);
      const equal = all.filter((line) => line === words);
      const found = only(
        equal.length > 0 ? equal : all.filter((line) => line.includes(words)),
        `the command "${words}"`,
      );
      used.add(found);
      return found;
    },
    section(heading) {
      const [, level = ""] = new RegExp(`^(#+) ${heading}$`, "m").exec(text) ?? [];
      const [, after = ""] = text.split(`\n${level} ${heading}\n`);
      return after.split(new RegExp(`^#{1,${level.length}} `, "m"))[0] ?? "";
    },
    unused: () => blocks.flatMap(partsOf).filter((part) => !used.has(part)),
  };
}

/** Opens a page of the repository. Its last test should say that `unused()` is empty. */
export async function openPage(path: string): Promise<OpenPage> {
  return usedPage(await readFile(join(root, path), "utf8"), path);
}

/** Whether an output has the lines of an excerpt, in which `…` stands for lines that are left out. Times and columns may differ. */
export function hasExcerpt(output: string, excerpt: string): boolean {
  const plain = (text: string) => text.replaceAll(/\d+\.\d ms/g, "1.0 ms").replaceAll(/ {2,}/g, "  ");
  let rest = plain(output);
  return plain(excerpt)
    .split(/^…\n/m)
    .every((part) => {
      const place = rest.indexOf(part);
      rest = rest.slice(place + part.length);
      return place !== -1;
    });
}
