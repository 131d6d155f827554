import type { Host } from "../project/host.js";
import type { Style } from "../terminal/report.js";

/** What a command has of the world. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Plain where the stream is no terminal. */
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** The file system below a folder. */
  host(folder: string): Host;
  /** Settles when the user interrupts the command; until it is asked for, an interrupt ends the process. */
  interrupted(): Promise<void>;
}

/** One subcommand. Loaded only when it is asked for. */
export interface Command {
  readonly help: string;
  /** Answers the exit status: 0 done, 1 mistakes or drift. Throws a `UsageError` for a wrong call. */
  run(args: readonly string[], io: Io): Promise<number>;
}
