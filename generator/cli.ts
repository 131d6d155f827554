#!/usr/bin/env node
// Loading takes most of the time of a short run, so almost nothing is imported before it is needed.
import { version } from "./base/version.gen.js";
import type { Command } from "./commands/command.js";

/** Subcommands. Any other first argument is the folder to generate in. */
const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  init: { summary: "start a new extension", load: () => import("./commands/init.js") },
  add: { summary: "add an event, command, secret, setting, table or scope", load: () => import("./commands/add.js") },
  audit: { summary: "compare the manifest with what the handlers use", load: () => import("./commands/audit.js") },
  lint: { summary: "check the manifest", load: () => import("./commands/lint.js") },
  rename: { summary: "rename an event everywhere", load: () => import("./commands/rename.js") },
  explain: { summary: "explain the code of a diagnostic", load: () => import("./commands/explain.js") },
  compare: { summary: "compare two versions of the schemas", load: () => import("./commands/compare.js") },
};

function overview(generateHelp: string): string {
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(20)}  ${summary}\n`);
  const more = list.length === 0 ? "" : `\nOther commands (kiket-gen <command> --help):\n${list.join("")}`;
  return `kiket-gen ${version}: generates typed handlers, settings, scopes and custom data from the manifest of a Kiket extension

${generateHelp}  --help, --version
${more}
Exit status: 0 success; 1 errors in the manifest, or outdated files with --check; 2 usage error.
`;
}

async function run(args: readonly string[]): Promise<number> {
  const [first = "", ...rest] = args;
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  const own = command === undefined ? args : rest;
  const wantsHelp = own.includes("--help") || own.includes("-h");
  if (command === undefined && own.includes("--version") && !wantsHelp) {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const front = await import("./commands/front.js");
  const { help, run: execute } = (await command?.load()) ?? front;
  if (!wantsHelp) return execute(own, front.processIo);
  process.stdout.write(command === undefined ? overview(help) : help);
  return 0;
}

/** The argument that was used as a folder may be a misspelled command. */
async function commandHint([first = ""]: readonly string[], isFolder: (path: string) => Promise<boolean>) {
  if (first.startsWith("-") || Object.hasOwn(commands, first) || (await isFolder(first))) return "";
  const { nearest } = await import("./base/did-you-mean.js");
  const meant = nearest(first, Object.keys(commands));
  return meant === undefined ? "" : `Did you mean kiket-gen ${meant}?\n`;
}

async function explain(error: unknown, args: readonly string[]): Promise<number> {
  const { describeSystemError, isFolder, isUsageError, processIo } = await import("./commands/front.js");
  if (isUsageError(error)) {
    const hint = await commandHint(args, isFolder);
    processIo.err(`kiket-gen: ${error.message}\n${hint}Run kiket-gen --help for the options.\n`);
    return 2;
  }
  const reason = describeSystemError(error);
  if (reason === undefined) throw error;
  processIo.err(`kiket-gen: ${reason}\n`);
  return 1;
}

// A reader such as `head` may close the pipe early: this is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const words = process.argv.slice(2);
try {
  process.exitCode = await run(words);
} catch (error) {
  process.exitCode = await explain(error, words);
}
