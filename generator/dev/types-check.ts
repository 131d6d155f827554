import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readRegular } from "../project/host.js";
import { type DevWord, type ErrorWord, note, type Tell } from "./words/dev-word.js";

/** The compiler of a project, as a script for Node; undefined if it has none, or no `tsconfig.json`. */
export function findCompiler(folder: string): string | undefined {
  if (!existsSync(join(folder, "tsconfig.json"))) return undefined;
  try {
    const file = createRequire(join(folder, "package.json")).resolve("typescript/package.json");
    const { bin } = JSON.parse(readRegular(file).toString("utf8")) as { bin?: { tsc?: string } };
    return bin?.tsc === undefined ? undefined : join(dirname(file), bin.tsc);
  } catch {
    return undefined;
  }
}

/** The arguments of a compiler that goes on, and whose lines `createTypesReader` takes. */
export const compilerArguments: readonly string[] = [
  ...["-p", "tsconfig.json", "--noEmit", "--watch", "--preserveWatchOutput", "--pretty", "false", "--locale", "en"],
];

function typeError(line: string): ErrorWord | undefined {
  const [, file, row, column, , code = "", message = ""] =
    /^(?:(.+?)\((\d+),(\d+)\): )?(error) (TS\d+): (.*)$/.exec(line) ?? [];
  if (code === "") return undefined;
  const where = file === undefined ? {} : { file, line: Number(row), column: Number(column) };
  return { type: "error", stage: "types", severity: "error", code, message, ...where };
}

/**
 * Takes the lines of `tsc --watch`, and tells the errors of each round, unless they are those of the round before. `isTold`: whether an
 * error at this place was told already, as a syntax error is that no build can be made of.
 */
export function createTypesReader(tell: Tell, isTold: (error: ErrorWord) => boolean): (line: string) => void {
  let errors: ErrorWord[] = [];
  let told = "";
  return (line) => {
    const error = typeError(line);
    const last = errors.at(-1);
    if (error !== undefined) errors.push(error);
    // The rest of a message is indented.
    else if (last !== undefined && /^\s+\S/.test(line))
      errors[errors.length - 1] = { ...last, message: `${last.message}\n${line}` };
    if (!/\bFound (?:\d+) errors?\b/.test(line)) return;
    const now = errors.length === 0 ? "" : JSON.stringify(errors);
    if (now === "" && told !== "") tell(note("types are right again"));
    if (now !== told) for (const each of errors) if (!isTold(each)) tell(each);
    told = now;
    errors = [];
  };
}

/** The places of the syntax errors that the last builds had. */
export interface ErrorPlaces {
  note(word: DevWord): void;
  has(error: ErrorWord): boolean;
}

export function createPlaces(): ErrorPlaces {
  const places = new Set<string>();
  const textOf = ({ file, line, column }: ErrorWord) => `${file}:${line}:${column}`;
  return {
    note(word) {
      if (word.type === "restarted") places.clear();
      if (word.type === "error" && word.stage === "build") places.add(textOf(word));
    },
    has: (error) => places.has(textOf(error)),
  };
}
