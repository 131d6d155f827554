interface Rule {
  readonly words: RegExp;
  readonly instead: string;
}

/** Words that our pages do not use: they add nothing, say something of the reader, or have a shorter word. */
const rules: readonly Rule[] = [
  { words: /\b(?:simply|basically|obviously|actually|of course)\b/i, instead: "leave it out" },
  { words: /\bjust\b(?! (?:before|after)\b)/i, instead: "only, or leave it out" },
  { words: /\b(?:easily|effortless(?:ly)?|seamless(?:ly)?|blazing|powerful)\b/i, instead: "say what it does" },
  { words: /\bleverag(?:e|es|ed|ing)\b|\butili[sz](?:e|es|ed|ing)\b/i, instead: "use" },
  { words: /\bin order to\b/i, instead: "to" },
  { words: /\be\.g\./i, instead: "for example" },
  { words: /\bi\.e\./i, instead: "that is" },
  { words: /\betc\b\.?/i, instead: "name the rest, or say that there is more" },
  { words: /\band\/or\b/i, instead: "or" },
  { words: /\bplease\b/i, instead: "leave it out" },
  { words: /\b(?:out of the box|under the hood)\b/i, instead: "say what is meant" },
  { words: /—/, instead: "a full stop, a colon or a comma" },
];

/** The prose of a page: code keeps its lines, without what is on them. */
function proseOf(page: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, "");
  return page
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1/gm, blank)
    .replace(/^ {4}.*$/gm, blank)
    .replace(/(`+)[\s\S]*?\1/g, blank)
    .replace(/\]\([^)]*\)/g, "]");
}

/** What is not plain English in a page: line, words, and what to write instead. */
export function notPlain(page: string): readonly string[] {
  const lines = proseOf(page).split("\n");
  return lines.flatMap((line, index) =>
    rules.flatMap(({ words, instead }) => {
      const [found] = words.exec(line) ?? [];
      return found === undefined ? [] : [`line ${index + 1}: "${found}"; instead: ${instead}`];
    }),
  );
}
