#!/usr/bin/env node
// The build makes one CommonJS file of this and what it imports: Node loads that sooner than an ES module, and half of a short run is
// loading. So what a run with nothing to do needs is imported here, and everything else when it is used.
import { isUsageError } from "./base/usage-error.js";
import { version } from "./base/version.gen.js";
import type { Command, Io } from "./commands/command.js";
import * as generate from "./commands/generate.js";
import { createHost, describeSystemError, isFolder } from "./project/host.js";
import { coloured, plain, type Style } from "./terminal/report.js";
import { shownInColours, shownText } from "./terminal/shown-text.js";

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

function styleOf(stream: NodeJS.WriteStream): Style {
  return stream.isTTY === true && process.env.NO_COLOR === undefined ? coloured : plain;
}

/** Names in a project that somebody else wrote must not control the terminal. */
function shownIn(stream: NodeJS.WriteStream, text: string): string {
  return (styleOf(stream) === plain ? shownText : shownInColours)(text);
}

/** Node opens a stream when it is first asked for. */
const io: Io = {
  out: (text) => void process.stdout.write(shownIn(process.stdout, text)),
  err: (text) => void process.stderr.write(shownIn(process.stderr, text)),
  get outStyle() {
    return styleOf(process.stdout);
  },
  get errStyle() {
    return styleOf(process.stderr);
  },
  environment: process.env,
  host: (folder) => {
    const notify = (text: string) => io.err(`${text}\n`);
    return process.stderr.isTTY ? { ...createHost(folder), notify } : createHost(folder);
  },
  now: () => new Date(),
  interrupted: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
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
  const { help, run: execute } = (await command?.load()) ?? generate;
  if (own.includes("--help") || own.includes("-h")) {
    io.out(command === undefined ? overview(help) : help);
    return 0;
  }
  if (command === undefined && own.includes("--version")) {
    io.out(`${version}\n`);
    return 0;
  }
  return execute(own, io);
}

/** The argument that was used as a folder may be a misspelled command. */
async function commandHint([first = ""]: readonly string[]): Promise<string> {
  if (first.startsWith("-") || Object.hasOwn(commands, first) || (await isFolder(first))) return "";
  const { nearest } = await import("./base/did-you-mean.js");
  const meant = nearest(first, Object.keys(commands));
  return meant === undefined ? "" : `Did you mean kiket-gen ${meant}?\n`;
}

async function explain(error: unknown, args: readonly string[]): Promise<number> {
  if (isUsageError(error)) {
    io.err(`kiket-gen: ${error.message}\n${await commandHint(args)}Run kiket-gen --help for the options.\n`);
    return 2;
  }
  const reason = describeSystemError(error);
  if (reason === undefined) throw error;
  io.err(`kiket-gen: ${reason}\n`);
  return 1;
}

// A reader such as `head` may close the pipe early: this is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const words = process.argv.slice(2);
void run(words)
  .catch((error) => explain(error, words))
  .then((status) => {
    process.exitCode = status;
  });
