import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Position } from "../model/model.js";

const frame = /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d{1,9})(?::(\d{1,9}))?\)?$/;

/** The path of a file of the project, relative to it and with "/"; undefined for any other, and for a package. */
function ownFile(name: string, folder: string): string | undefined {
  let path: string;
  try {
    path = name.startsWith("file:") ? fileURLToPath(name) : name;
  } catch {
    return undefined;
  }
  const inside = relative(folder, path).split(sep).join("/");
  // Without a source map, the place is in a build, which has the folders of the project.
  const own = inside.replace(/^\.kiket-gen\/build\/\d+\//, "");
  return /^(?:\.\.(?:\/|$)|\/|[A-Za-z]:)|(?:^|\/)node_modules\//.test(own) ? undefined : own;
}

/** The first place of the project's own code in the text of a stack; undefined if none is there. `folder`: absolute, without links. */
export function placeInStack(stack: string, folder: string): Position | undefined {
  for (const text of stack.split("\n")) {
    const [, name, line, column = "1"] = frame.exec(text.trimEnd()) ?? [];
    const file = name === undefined ? undefined : ownFile(name, folder);
    if (file !== undefined) return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** What ended a program. */
export interface Crash {
  readonly message: string;
  readonly at: Position | undefined;
}

/** The error in what Node writes when nobody catches one: the source line, the error and its stack. Undefined if there is none. */
export function crashIn(lines: readonly string[], folder: string): Crash | undefined {
  const last = lines.findLastIndex((line) =>
    /^(?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[[\w]+\])?(?:: .*)?$/.test(line),
  );
  if (last < 0) return undefined;
  const stack = lines.slice(last + 1).filter((line) => /^\s+at /.test(line));
  // Node names the file of a syntax error, and of a module that cannot be linked, above its text only.
  const before = lines.slice(0, last).findLast((line) => /^(?:file:\/\/|\/|[A-Za-z]:[\\/]).*:\d+$/.test(line));
  const at = placeInStack([...stack, ...(before === undefined ? [] : [before])].join("\n"), folder);
  return { message: lines[last] ?? "", at };
}
