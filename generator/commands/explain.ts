import { didYouMean } from "../base/did-you-mean.js";
import { UsageError } from "../base/usage-error.js";
import type { CodeEntry } from "../diagnostics/codes.js";
import { catalogue } from "../lint/catalogue.js";
import type { Style } from "../terminal/report.js";
import { wrap } from "../terminal/wrap.js";
import { parseArguments } from "./arguments.js";
import type { Io } from "./command.js";

export const optionNames: readonly string[] = [];

function explainOne(code: string, { severity, title, explanation }: CodeEntry, style: Style): string {
  return `${style.bold(code)}  ${severity}  ${title}\n\n${wrap(explanation, 100)}\n`;
}

/** Explains the given codes, or lists all codes. Throws a `UsageError` for an unknown code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArguments(args, {});
  const names = positionals.map((name) => name.toUpperCase());
  const wanted = names.map((name) => {
    const entry = catalogue.get(name);
    if (entry !== undefined) return explainOne(name, entry, io.outStyle);
    const hint = didYouMean(name, catalogue.keys(), "kiket-gen explain lists all codes");
    throw new UsageError(`no code "${name}"; ${hint}`);
  });
  if (wanted.length > 0) {
    io.out(wanted.join("\n"));
    return 0;
  }
  const lines = [...catalogue].map(
    ([code, { severity, title }]) => `${code.padEnd(5)}  ${severity.padEnd(7)}  ${title}\n`,
  );
  io.out(lines.join(""));
  return 0;
}

export const help: string = `Usage: kiket-gen explain [code]

Explains why a diagnostic matters and how to fix it. Without a code, lists all codes.
`;
