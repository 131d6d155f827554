import { constants, platform } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "../base/usage-error.js";
import { readBootId } from "../dev/boot.js";
import { createProjectReader } from "../dev/dev-project.js";
import { environmentFileIn } from "../dev/environment.js";
import { findRunning } from "../dev/find-running.js";
import { parsePort, usualPorts } from "../dev/free-port.js";
import { createKeys, keysLine } from "../dev/keys.js";
import { fetchOnLoopback } from "../dev/loopback-fetch.js";
import { endLeftOver } from "../dev/process/left-over.js";
import { hasDisplay, openAddress } from "../dev/process/open-address.js";
import { createSupervisor } from "../dev/process/supervisor.js";
import { runSession, type Session } from "../dev/session.js";
import { keptFiles, openStateFolder, type StateFolder } from "../dev/state-folder.js";
import { note } from "../dev/words/dev-word.js";
import { createJsonTeller, createTextTeller, type Teller } from "../dev/words/teller.js";
import type { CachingHost, Host } from "../project/host.js";
import { takeTurn } from "../project/writing/turn.js";
import { oneFolder, parseArguments } from "./arguments.js";
import { folderHelp, type Io, type StopSignal, sayRefusal } from "./command.js";
import { hostOf } from "./open-project.js";

const options = {
  port: { type: "string" },
  "no-open": { type: "boolean" },
  json: { type: "boolean" },
  inspect: { type: "boolean" },
  "env-file": { type: "string" },
  reset: { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

export const help: string = `Usage: kiket-gen dev [dir] [options]

Runs the extension beside a local Kiket, and restarts it after every change. Deliveries are signed and verified as in production; nothing
leaves this machine.

${folderHelp}
  --port <number>       port of the inspector (default: 4848); the local Kiket takes the next one, the
                        extension takes PORT, else 8000; each moves up while it is taken; 0: any free ports
  --no-open             do not open the inspector in the browser
  --json                print one JSON object a line, for programs; docs/reference/dev.md lists them
  --inspect             let a debugger attach to the extension at 127.0.0.1:9229
  --env-file <file>     variables for the extension (default: .env if it exists); the environment wins
  --reset               forget what the local Kiket has kept of this project

Keys in a terminal: ${keysLine.replace("keys: ", "")}.
Exit status: 0 after q, 128 + signal after a signal, 1 if it cannot start, 2 usage error.
`;

/** Says that a `dev` of this project runs already, or ends what one has left that was killed. True if none runs. */
async function isAlone(state: StateFolder, io: Io, teller: Teller): Promise<boolean> {
  const say = (line: string) => teller.word(note(line, "warn"));
  const launch = state.readLaunch(say);
  if (launch === undefined) return true;
  const running = await findRunning(launch, fetchOnLoopback);
  const left = running === undefined ? await endLeftOver(launch) : undefined;
  const command = running?.pid ?? left?.command;
  if (command !== undefined) {
    const where = running === undefined ? "" : `: its inspector is at ${running.inspector}`;
    const hint = "end it with q in its terminal first; trigger and replay use it as it is";
    io.err(`kiket-gen: dev runs already for this project, as process ${command}${where}\n    hint: ${hint}\n`);
    return false;
  }
  state.removeLaunch(launch.launchId);
  const count = left?.ended.length ?? 0;
  if (count > 0) say(`ended what an earlier run of dev had left: ${count} process group${count === 1 ? "" : "s"}`);
  const unproven = left?.unproven ?? [];
  if (unproven.length > 0) say(`an earlier run of dev may have left these processes: ${unproven.join(", ")}`);
  return true;
}

/** What a person can do at the terminal while the loop runs. */
interface Desk {
  /** Takes keys from now on. Returns a function that ends it. */
  attend(): () => void;
  /** Opens the inspector in the browser. */
  open(): Promise<void>;
}

function deskOf(
  { kiket, token, restart }: Session,
  io: Io,
  teller: Teller,
  end: (how: "q" | StopSignal) => void,
): Desk {
  const events = () => kiket.state().events.map(({ name, version }) => `${name} ${version}`);
  const open = async () => {
    const environment = io.environment ?? {};
    const address = () => `${kiket.inspector}/#ticket=${kiket.ticket()}`;
    // Without a display, the system's opener fails without a word.
    if (hasDisplay(platform(), environment) && (await openAddress(address(), platform(), environment))) return;
    teller.word(note(`no browser could be opened; the inspector is at ${kiket.inspector}/#token=${token}`));
  };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      const { message, hint } = error as Error & { readonly hint?: string };
      teller.word(note(hint === undefined ? message : `${message}; ${hint}`, "error"));
    }
  };
  const trigger = (chosen: string) => {
    const [event = "", version = ""] = chosen.split(" ");
    void attempt(() => kiket.send({ event, version, origin: "trigger" }));
  };
  const onKey = createKeys({
    ...{ events, trigger, restart, say: teller.say },
    replay: () => void attempt(() => kiket.replay({ id: "last" })),
    open: () => void open(),
    quit: () => end("q"),
    // As without raw mode. The next one ends the process at once.
    interrupt: () => void process.kill(process.pid, "SIGINT"),
  });
  return { attend: () => io.keys?.(onKey) ?? (() => {}), open };
}

/** Arguments that were checked. */
interface Job {
  readonly dir: string;
  readonly port: number;
  readonly opens: boolean;
  readonly json: boolean;
  readonly inspect: boolean;
  readonly environmentFile: string | undefined;
  readonly reset: boolean;
}

function jobOf(args: readonly string[]): Job {
  const { values, positionals } = parseArguments(args, options);
  const { port: text = String(usualPorts.inspector), json = false, inspect = false, reset = false } = values;
  const port = parsePort(text);
  // The local Kiket takes the next one.
  if (port === undefined || port === 65_535)
    throw new UsageError(`--port takes a number between 0 and 65534, not "${text}"`);
  const opens = !json && !values["no-open"];
  return { dir: oneFolder(positionals) ?? ".", port, opens, json, inspect, environmentFile: values["env-file"], reset };
}

function tellerOf({ json }: Job, folder: string, host: Host, io: Io): Teller {
  if (json) return createJsonTeller(io.out);
  return createTextTeller({ out: io.out, style: io.outStyle, host, folder, time: () => io.now().getTime() });
}

/** Runs the loop until somebody ends it. Returns the exit status. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const job = jobOf(args);
  await hostOf(job.dir, io);
  const state = openStateFolder(job.dir);
  if ("refusal" in state) return sayRefusal(state, io);
  const folder = dirname(state.path);
  const environmentFile = environmentFileIn(folder, job.environmentFile);
  if (environmentFile === undefined) throw new UsageError(`no file "${job.environmentFile}", which --env-file names`);
  const host = io.host(folder);
  const teller = tellerOf(job, folder, host, io);
  // Of two that start at once, the second looks when the first can be found.
  const endTurn = await takeTurn(state.path, (other) =>
    io.err(`waiting for another dev of this project, process ${other}\n`),
  );
  try {
    if (!(await isAlone(state, io, teller))) return 1;
    return await runAlone(job, { folder, environmentFile, state, host, teller, endTurn }, io);
  } finally {
    endTurn();
  }
}

/** What a run has found out before it starts. */
interface Found {
  readonly folder: string;
  readonly environmentFile: string;
  readonly state: StateFolder;
  readonly host: CachingHost;
  readonly teller: Teller;
  /** Lets another `dev` of this project look for this one. */
  readonly endTurn: () => void;
}

async function runAlone(job: Job, found: Found, io: Io): Promise<number> {
  const { folder, environmentFile, state, host, teller, endTurn } = found;
  if (state.warning !== undefined) teller.word(note(state.warning, "warn"));
  if (job.reset) for (const name of Object.values(keptFiles)) await state.storage.remove(name);

  let end: (how: "q" | StopSignal) => void = () => {};
  const ended = new Promise<"q" | StopSignal>((resolve) => {
    end = resolve;
  });
  void io.interrupted().then(end);
  let leave = () => {};
  void ended.then(() => leave());
  let desk: Desk | undefined;
  const places = { folder, places: { dir: folder }, port: job.port, environmentFile, inspect: job.inspect };
  await runSession(
    places,
    {
      host,
      teller,
      environment: io.environment ?? {},
      openKiket: async (kiketOptions) => (await import("kiket-gen/dev")).openDevKiket(kiketOptions),
      storage: state.storage,
      openBuilder: async (main) =>
        (await import("../dev/build/create-builder.js")).createBuilder(folder, {
          folder: join(state.path, "build"),
          main,
          restore: state.restore,
        }),
      openSupervisor: createSupervisor,
      openReader: (report) => createProjectReader(host, { report, loadKit: () => import("kiket-gen/dev") }),
      bootId: readBootId(),
      writeLaunch(launch) {
        state.writeLaunch(launch);
        endTurn();
      },
      pid: process.pid,
      onOpen(session) {
        desk = deskOf(session, io, teller, end);
        leave = desk.attend();
      },
      onReady() {
        if (io.keys !== undefined) teller.say(keysLine);
        if (job.opens && io.keys !== undefined && hasDisplay(platform(), io.environment ?? {})) void desk?.open();
      },
      onClosed: state.removeLaunch,
    },
    ended,
  );
  await teller.written();
  const how = await ended;
  return how === "q" ? 0 : 128 + constants.signals[how];
}
