import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { WardenOrder, WardenReport } from "./messages.js";
import { endGroup } from "./process-group.js";

// All times are in milliseconds.

/** How long a program may take to listen at its `PORT` after it has listened elsewhere, for example with its metrics. */
const otherPortTime = 1000;
/** How long programs may take to end when their warden has died. */
const orphanTime = 1000;
/** How much longer than its programs the warden may take to end. */
const wardenTime = 3000;

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
  /** Whether other programs are served first. Default: no. */
  readonly isBackground?: boolean;
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** How a program has ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface RunningProgram {
  /** Also the number of its process group. Undefined until it has started, and if it could not be started. */
  readonly pid: number | undefined;
  /**
   * Where it listens: `http://127.0.0.1:<port>`, or another address if it does not listen there. Its `PORT` counts as soon as it listens
   * there, another port a second later. Undefined if it ends before, or if it is not watched.
   */
  readonly listening: Promise<string | undefined>;
  /** Resolves when all of its group have ended, and all that they wrote is told. */
  readonly ended: Promise<ProgramEnd>;
  /**
   * SIGTERM to the program; after these milliseconds, or soon after its end, SIGKILL to what is left of its group. Resolves as `ended`. A
   * second call changes nothing.
   */
  stop(within: number): Promise<ProgramEnd>;
}

/** Starts programs through a warden, a small process of its own, which ends them if this process ends in any way. */
export interface Supervisor {
  start(spec: ProgramSpec): RunningProgram;
  /** Ends all programs and the warden. */
  close(within: number): Promise<void>;
}

export interface SupervisorOptions {
  /** All its processes have it in their environment, as `KIKET_GEN_LAUNCH`: a later run then knows them. */
  readonly launchId: string;
  /** Of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Is told the process groups that run, the warden's too, whenever they change. */
  readonly onGroups?: (groups: readonly number[]) => void;
  /** The script of the warden. Default: the one beside this file, in `dist`. */
  readonly warden?: string;
}

/** An address at which a client on this machine reaches a server. */
function reachableUrl(address: string, port: number): string {
  const isEverywhere = address === "0.0.0.0" || address === "::";
  const host = isEverywhere ? "127.0.0.1" : address.includes(":") ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

/** A program, as its command knows it. */
interface TrackedProgram {
  readonly program: RunningProgram;
  /** Takes what the warden reports. */
  take(report: WardenReport): void;
  end(end: ProgramEnd): void;
  readonly warnUser: (line: string) => void;
}

function trackProgram({ environment, listens, onLine }: ProgramSpec, stop: (within: number) => void): TrackedProgram {
  const isAnyPort = environment.PORT === undefined || environment.PORT === "0";
  let pid: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let setListening: (url: string | undefined) => void = () => undefined;
  let setEnded: (end: ProgramEnd) => void = () => undefined;
  const listening = new Promise<string | undefined>((resolve) => {
    setListening = resolve;
  });
  const ended = new Promise<ProgramEnd>((resolve) => {
    setEnded = resolve;
  });
  const end = (how: ProgramEnd) => {
    clearTimeout(timer);
    pid = undefined;
    setListening(undefined);
    setEnded(how);
  };
  if (!listens) setListening(undefined);
  const program: RunningProgram = {
    get pid() {
      return pid;
    },
    listening,
    ended,
    stop(within) {
      stop(within);
      return ended;
    },
  };
  return {
    program,
    end,
    warnUser: (line) => onLine("stderr", line),
    take(report) {
      if (report.type === "started") pid = report.pid;
      else if (report.type === "lines") for (const line of report.lines) onLine(report.stream, line);
      else if (report.type === "ended") end({ exitCode: report.exitCode, signal: report.signal });
      else {
        const url = reachableUrl(report.address, report.port);
        if (isAnyPort || String(report.port) === environment.PORT) setListening(url);
        else timer ??= setTimeout(() => setListening(url), otherPortTime);
      }
    },
  };
}

interface Warden {
  readonly child: ChildProcess;
  /** Resolves when it and all its programs have ended. */
  readonly gone: Promise<void>;
}

/** Starts the warden at once; the programs come later. Close the supervisor, else this process does not end by itself. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { launchId, onGroups, warden: script = fileURLToPath(new URL("./warden.cjs", import.meta.url)) } = options;
  const programs = new Map<number, TrackedProgram>();
  let count = 0;
  let warden: Warden | undefined;
  let isClosed = false;
  /** Options that the user has set for Node are for the program: a debugger's port can be used once. */
  const { NODE_OPTIONS, ...environment } = options.environment;

  const pids = () => [...programs.values()].flatMap(({ program: { pid } }) => pid ?? []);
  const tellGroups = () => onGroups?.([...(warden?.child.pid === undefined ? [] : [warden.child.pid]), ...pids()]);

  function take(report: WardenReport): void {
    programs.get(report.id)?.take(report);
    if (report.type === "ended") programs.delete(report.id);
    if (report.type === "ended" || report.type === "started") tellGroups();
  }

  /** The programs of a warden that has died would stay, and nobody would read what they write. */
  async function endOrphans(): Promise<void> {
    const orphans = [...programs];
    await Promise.all(
      orphans.map(async ([id, { program, end, warnUser }]) => {
        if (program.pid !== undefined) await endGroup(program.pid, orphanTime);
        programs.delete(id);
        if (!isClosed)
          warnUser("kiket-gen: the process that watches over this program was killed, so the program was ended");
        end({ exitCode: null, signal: "SIGTERM" });
      }),
    );
  }

  function openWarden(): Warden {
    const child = fork(script, [], {
      detached: true,
      execArgv: [],
      env: { ...environment, KIKET_GEN_LAUNCH: launchId },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.on("message", take);
    const until = (event: "exit" | "disconnect") =>
      new Promise<void>((resolve) => {
        child.once(event, () => resolve());
        child.on("error", () => resolve());
      });
    // What it has reported before may still be in the channel when it has exited.
    const gone = Promise.all([until("exit"), until("disconnect")]).then(async () => {
      if (warden?.child === child) warden = undefined;
      await endOrphans();
      tellGroups();
    });
    return { child, gone };
  }

  function order(message: WardenOrder): void {
    // If it cannot be sent, the warden is gone, and that is told elsewhere.
    warden?.child.send(message, () => undefined);
  }

  warden = openWarden();
  tellGroups();
  return {
    start(spec) {
      count += 1;
      const id = count;
      const tracked = trackProgram(spec, (within) => order({ type: "stop", id, within }));
      if (isClosed) {
        tracked.end({ exitCode: null, signal: null });
        return tracked.program;
      }
      programs.set(id, tracked);
      warden ??= openWarden();
      const words = [...(spec.nodeOptions ?? []), spec.script, ...(spec.args ?? [])];
      const environment = { ...spec.environment, KIKET_GEN_LAUNCH: launchId };
      const isBackground = spec.isBackground === true;
      const program = { words, folder: spec.folder, environment, isBackground };
      order({ type: "start", id, program });
      return tracked.program;
    },
    async close(within) {
      isClosed = true;
      if (warden === undefined) return endOrphans();
      const { child, gone } = warden;
      order({ type: "close", within });
      const timer = setTimeout(() => child.kill("SIGKILL"), within + wardenTime);
      await gone;
      clearTimeout(timer);
    },
  };
}
