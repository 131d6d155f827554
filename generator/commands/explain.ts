import { didYouMean } from "../base/did-you-mean.js";
import { UsageError } from "../base/usage-error.js";
import { type Code, codes, codesInOrder, isCode } from "../diagnostics/codes.js";
import type { Style } from "../terminal/report.js";
import { parseArguments } from "./arguments.js";
import type { Io } from "./command.js";

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

function explainOne(code: Code, style: Style): string {
  const { severity, title, explanation } = codes[code];
  return `${style.bold(code)}  ${severity}  ${title}\n\n${wrap(explanation, 100)}\n`;
}

/** Explains the codes named, or lists all. Throws a `UsageError` for a code that there is not. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArguments(args, {});
  const names = positionals.map((name) => name.toUpperCase());
  for (const name of names) {
    if (isCode(name)) continue;
    const hint = didYouMean(name, Object.keys(codes), "kiket-gen explain lists them all");
    throw new UsageError(`no code "${name}"; ${hint}`);
  }
  const wanted = names.filter(isCode);
  if (wanted.length > 0) {
    io.out(wanted.map((code) => explainOne(code, io.outStyle)).join("\n"));
    return 0;
  }
  const lines = codesInOrder().map(
    (code) => `${code.padEnd(5)}  ${codes[code].severity.padEnd(7)}  ${codes[code].title}\n`,
  );
  io.out(lines.join(""));
  return 0;
}

export const help: string = `Usage: kiket-gen explain [code]

Tells why a diagnostic matters and the way out; without a code, lists all codes.
`;
