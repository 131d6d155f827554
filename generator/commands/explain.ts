import { didYouMean, nearest } from "../base/did-you-mean.js";
import { UsageError } from "../base/usage-error.js";
import { isOneOf } from "../base/word-list.js";
import { readReference, topics } from "../contracts/manifest-reference.js";
import type { CodeEntry } from "../diagnostics/codes.js";
import { catalogue } from "../lint/catalogue.js";
import { formatReference } from "../terminal/reference.js";
import type { Style } from "../terminal/report.js";
import { wrap } from "../terminal/wrap.js";
import { parseArguments } from "./arguments.js";
import type { Io } from "./command.js";

export const optionNames: readonly string[] = [];

function explainOne(code: string, { severity, title, explanation }: CodeEntry, style: Style): string {
  return `${style.bold(code)}  ${severity}  ${title}\n\n${wrap(explanation, 100)}\n`;
}

/** The reference of a topic, or the explanation of a code. Throws a `UsageError` for an unknown name. */
async function explainName(given: string, style: Style): Promise<string> {
  const [topic, code] = [given.toLowerCase(), given.toUpperCase()];
  if (isOneOf(topics, topic)) return formatReference(await readReference(topic), style);
  const entry = catalogue.get(code);
  if (entry !== undefined) return explainOne(code, entry, style);
  const meant = nearest(topic, topics);
  if (meant !== undefined) throw new UsageError(`no topic "${given}"; did you mean \`${meant}\`?`);
  if (given.includes(".")) throw new UsageError(`no code or topic "${given}"; for an event: kiket-gen events ${given}`);
  const hint = didYouMean(code, catalogue.keys(), "kiket-gen explain lists all codes");
  throw new UsageError(`no code "${code}"; ${hint}`);
}

/** Explains the given codes and topics, or lists all codes. Throws a `UsageError` for an unknown one. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = parseArguments(args, {});
  const wanted = await Promise.all(positionals.map((name) => explainName(name, io.outStyle)));
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

export const help: string = `Usage: kiket-gen explain [code or topic]

Explains why a diagnostic matters and how to fix it. Without a code, lists all codes.

For a topic, prints the reference of that part of the manifest: its keys, their types, what is required, defaults, examples and a
sample, in the canonical format first and then in the formats that write it in another form.

  topics                ${topics.join(", ")}

Exit status: 0 success, 2 usage error or unknown code.
`;
