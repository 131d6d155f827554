/** A program of the project to start with this Node, in a process group of its own. */
export interface ProgramSpec {
  /** The script, absolute. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Options of Node before the script, such as `--enable-source-maps` and `--inspect=…`. */
  readonly nodeOptions?: readonly string[];
  readonly folder: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it is watched for a server that listens. */
  readonly listens: boolean;
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** How a program has ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface RunningProgram {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Its first address, `http://127.0.0.1:<port>`, as soon as it listens there; undefined if it ends before. */
  readonly listening: Promise<string | undefined>;
  readonly ended: Promise<ProgramEnd>;
  /** SIGTERM; after these milliseconds SIGKILL to its whole group. Resolves when all of the group have ended. */
  stop(within: number): Promise<ProgramEnd>;
}

/** Starts programs through a warden, a small process of its own, which ends them if this process ends in any way. */
export interface Supervisor {
  start(spec: ProgramSpec): RunningProgram;
  /** Ends all programs and the warden. */
  close(within: number): Promise<void>;
}
