import type { Refusal } from "../base/refusal.js";
import type { Host } from "../project/host.js";
import type { Style } from "../terminal/report.js";

/** What asks a command to end. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Output, file system and signals, as a command may use them. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Without colours if the stream is not a terminal. */
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Width of the terminal that shows the output; absent if there is none. */
  readonly columns?: number | undefined;
  /** Variables of the process. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The file system below a folder. */
  host(folder: string): Host;
  /** All of standard input. Default: there is none. */
  input?(): Promise<string>;
  /** The version of Node that runs the command, without a "v". */
  readonly node: string;
  /** The time of day. */
  now(): Date;
  /** Resolves with the signal when the user interrupts the command. If a command never calls this, an interrupt ends the process. */
  interrupted(): Promise<StopSignal>;
  /**
   * Takes single keys from the terminal until the returned function is called; absent if nobody can press keys. Ctrl+C is a key too, and
   * sends no signal.
   */
  readonly keys?: ((onKey: (key: string) => void) => () => void) | undefined;
}

/** Loaded only when it is used. */
export interface Command {
  readonly help: string;
  /** Returns the exit status: 0 success, 1 errors or drift. Throws a `UsageError` for wrong arguments. */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** A command with a name. */
export interface Subcommand extends Command {
  /** Without the dashes. */
  readonly optionNames: readonly string[];
}

/** How the subcommands are loaded, by name. */
export type Subcommands = Readonly<Record<string, () => Promise<Subcommand>>>;

/** The folder of the project in the help of a command. */
export const folderHelp = "  dir                   the project (default: the working directory)\n";

/** The options of a project's parts in the help of a command that does not explain them itself. */
export const projectHelp = `  --manifest, --out, --handlers, --events, --openapi, --no-events, --no-openapi
                        as for kiket-gen without a command
`;

/** Prints why a command does nothing, and the way out. Returns the exit status. */
export function sayRefusal({ refusal, hint }: Refusal, { err, errStyle }: Io): number {
  err(`kiket-gen: ${refusal}\n    ${errStyle.dim(`hint: ${hint}`)}\n`);
  return 1;
}
