#!/usr/bin/env node
// The build makes one CommonJS file of this and what it imports: Node loads that sooner than an ES module, and half of a short run is
// loading. So what a run with nothing to do needs is imported here, and everything else when it is used.
import { isUsageError, UsageError } from "./base/usage-error.js";
import { version } from "./base/version.gen.js";
import type { Io, Subcommand, Subcommands } from "./commands/command.js";
import * as generate from "./commands/generate.js";
import { createHost, describeSystemError, isFolder } from "./project/host.js";
import { styleFor } from "./terminal/colour.js";
import { plain, type Style } from "./terminal/report.js";
import { shownInColours, shownText } from "./terminal/shown-text.js";

/** Subcommands. Any other first argument is the folder to generate in. */
const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Subcommand> }>> = {
  init: { summary: "start a new extension", load: () => import("./commands/init.js") },
  add: { summary: "add an event, command, secret, setting, table or scope", load: () => import("./commands/add.js") },
  audit: { summary: "compare the manifest with what the handlers use", load: () => import("./commands/audit.js") },
  dev: {
    summary: "run the extension beside a local Kiket, and restart it after every change",
    load: () => import("./commands/dev.js"),
  },
  doctor: {
    summary: "look for what is wrong with a project, or with a receiver",
    load: () => import("./commands/doctor.js"),
  },
  lint: { summary: "check the manifest", load: () => import("./commands/lint.js") },
  replay: { summary: "deliver a recording or an earlier delivery again", load: () => import("./commands/replay.js") },
  rename: { summary: "rename an event everywhere", load: () => import("./commands/rename.js") },
  events: { summary: "list the documented events, with samples", load: () => import("./commands/events.js") },
  trigger: { summary: "deliver an event to the extension, signed", load: () => import("./commands/trigger.js") },
  jobs: { summary: "list, retry or discard deferred deliveries", load: () => import("./commands/jobs.js") },
  explain: { summary: "explain a diagnostic, or a part of the manifest", load: () => import("./commands/explain.js") },
  compare: { summary: "compare two versions of the schemas", load: () => import("./commands/compare.js") },
  completion: {
    summary: "print a script that completes words in a shell",
    load: async () => (await import("./commands/completion.js")).completionOf(loads(), Object.keys(verbs)),
  },
};

/** First words for what options do, because people try them. The value is the option; empty for generating. */
const verbs: Readonly<Record<string, string>> = {
  generate: "",
  check: "--check",
  watch: "--watch",
  help: "--help",
  version: "--version",
};

function loads(): Subcommands {
  return Object.fromEntries(Object.entries(commands).map(([name, { load }]) => [name, load]));
}

function styleOf(stream: NodeJS.WriteStream): Style {
  return styleFor(stream.isTTY === true, process.env);
}

/** Names in a project that somebody else wrote must not control the terminal. */
function shownIn(stream: NodeJS.WriteStream, text: string): string {
  return (styleOf(stream) === plain ? shownText : shownInColours)(text);
}

/** The terminal gets its own way of reading lines back, however the process ends. */
function takeKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  const listen = (text: string) => {
    for (const key of text) onKey(key);
  };
  const restore = () => void stdin.setRawMode(false);
  // The terminal may go away while the command runs.
  stdin.on("error", () => {});
  stdin.setRawMode(true).setEncoding("utf8").on("data", listen).resume();
  process.once("exit", restore);
  return () => {
    stdin.off("data", listen).pause();
    restore();
    process.off("exit", restore);
  };
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
  get columns() {
    return process.stdout.columns;
  },
  environment: process.env,
  host: (folder) => {
    const notify = (text: string) => io.err(`${text}\n`);
    return process.stderr.isTTY ? { ...createHost(folder), notify } : createHost(folder);
  },
  input: async () => {
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(part as Buffer);
    return Buffer.concat(parts).toString("utf8");
  },
  node: process.versions.node,
  now: () => new Date(),
  interrupted: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
    }),
  get keys() {
    return process.stdin.isTTY && process.stdout.isTTY ? takeKeys : undefined;
  },
};

function overview(generateHelp: string): string {
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(20)}  ${summary}\n`);
  const more = list.length === 0 ? "" : `\nOther commands (kiket-gen <command> --help):\n${list.join("")}`;
  return `kiket-gen ${version}: generates typed handlers, settings, scopes and custom data from the manifest of a Kiket extension

${generateHelp}  -h, --help, -v, -V, --version
${more}
These words mean the same as options: generate, check, watch, help, version. A folder of such a name is ./check.

Exit status: 0 success; 1 errors in the manifest, or outdated files with --check; 2 usage error.
`;
}

const isHelp = (word: string) => word === "--help" || word === "-h";
const isVersion = (word: string) => word === "--version" || word === "-v" || word === "-V";

/** `kiket-gen help` and `kiket-gen help lint`. */
async function printHelp([name, other]: readonly string[]): Promise<number> {
  if (other !== undefined) throw new UsageError(`expected one command, also got "${other}"`);
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name !== undefined && command === undefined && !Object.hasOwn(verbs, name)) {
    throw new UsageError(`no command "${name}"${await question(name)}`);
  }
  io.out(command === undefined ? overview(generate.help) : (await command.load()).help);
  return 0;
}

async function run([first = "", ...rest]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command !== undefined) {
    const { help, run: execute } = await command.load();
    if (!rest.some(isHelp)) return execute(rest, io);
    io.out(help);
    return 0;
  }
  const isVerb = Object.hasOwn(verbs, first);
  if (first === "help" && !rest.some((word) => word.startsWith("-"))) return printHelp(rest);
  const own = [isVerb ? (verbs[first] ?? "") : first, ...rest].filter((word) => word !== "" || !isVerb);
  const given = first === "" && rest.length === 0 ? [] : own;
  if (given.some(isHelp)) return printHelp([]);
  if (!given.some(isVersion)) return generate.run(given, io);
  const [extra] = given.filter((word) => !isVersion(word));
  if (isVerb && extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`);
  io.out(`${version}\n`);
  return 0;
}

/** The commands that a word may mean, as a question. */
async function question(word: string): Promise<string> {
  const { meantWords } = await import("./base/did-you-mean.js");
  const { anyOf } = await import("./base/word-list.js");
  const meant = meantWords(word, [...Object.keys(commands), ...Object.keys(verbs)]);
  return meant.length === 0 ? "" : `; did you mean ${anyOf(meant.map((name) => `kiket-gen ${name}`))}?`;
}

/** The argument that was used as a folder may be a misspelled command. */
async function commandHint([first = ""]: readonly string[]): Promise<string> {
  const isWord = Object.hasOwn(commands, first) || Object.hasOwn(verbs, first);
  return first.startsWith("-") || isWord || (await isFolder(first)) ? "" : question(first);
}

async function explain(error: unknown, args: readonly string[]): Promise<number> {
  if (isUsageError(error)) {
    const [first = ""] = args;
    const command = Object.hasOwn(commands, first) ? `kiket-gen ${first}` : "kiket-gen";
    io.err(`kiket-gen: ${error.message}${await commandHint(args)}\nRun ${command} --help for the options.\n`);
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
