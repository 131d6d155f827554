import { posix, relative, sep } from "node:path";
import type { BuildRecord, DevKiket } from "kiket-gen/dev";
import type { Position } from "../model/model.js";
import type { Build, Builder, BuildProblem } from "./build/builder.js";
import type { ProgramEnd, RunningProgram } from "./process/supervisor.js";
import { crashIn } from "./stack-place.js";
import { tellingAfter } from "./telling-after.js";
import type { Baseline, Change } from "./watching/changes.js";
import { changedPaths, type Fingerprints } from "./watching/fingerprints.js";
import { type ErrorWord, note, type Tell, tellLost } from "./words/dev-word.js";

// All times are in milliseconds.

/** How long deliveries under way may take before a restart cuts them off. */
const drainTime = 10_000;
/** How long a program without deliveries may take to end. */
const endTime = 3000;
/** What takes longer is told. */
const tellTime = 1000;
/** A program that does not listen after this time is told. An adapter of which nothing is heard counts as running then. */
const listenTime = 5000;
/** Builds of before that stay. */
const keptBuilds = 3;
/** After so many runs in a row that do not find on the disk what they read, no further one follows at once. */
const mostRuns = 3;

/** What a generation left. */
export interface Generation {
  /** False: the manifest has errors, which were told. */
  readonly ok: boolean;
  /** Absolute paths of all that it read or wrote. */
  readonly paths: readonly string[];
  /** Whether it would read the same now; undefined if something could not be read: then nobody can tell. */
  isSame(): Promise<boolean | undefined>;
}

/** A program that was started. */
export interface StartedProgram extends RunningProgram {
  /** Resolves when it says that it claims raw events. */
  readonly claiming: Promise<void>;
  /** The last lines that it wrote to stderr. */
  readonly lastLines: () => readonly string[];
  /**
   * Tells what it has written to stderr so far, and from now on each line at once. Until then lines are kept back: they may be about an
   * error that is told in a better way. `false`: forgets what it has written.
   */
  release(tells?: boolean): void;
}

/** What the loop works with. */
export interface LoopParts {
  /** The project's folder, absolute and without links in its path. */
  readonly folder: string;
  readonly generate: () => Promise<Generation>;
  /** What was generated before. */
  readonly generation: Generation;
  readonly builder: Builder;
  readonly kiket: Pick<DevKiket, "serveAt" | "settled" | "built" | "deliveries" | "programEnded">;
  readonly start: (build: Build) => StartedProgram;
  /** The address at which the program should listen; undefined for one that takes no requests. */
  readonly address: () => string | undefined;
  /** Gives the program another address, if somebody else has taken this one. Returns whether that is so. */
  readonly moveOn: () => Promise<boolean>;
  readonly baseline: Baseline;
  readonly fingerprints: (paths: Iterable<string>) => Fingerprints;
  /** Absolute paths of files that only the program's start depends on, such as `.env`. */
  readonly settings: readonly string[];
  readonly tell: Tell;
  /** The text of an error with its place, for the page. */
  readonly placed: (at: Position, message: string) => Promise<string>;
  /** Is called for each build that runs, with its address. */
  readonly onServing: (serving: { readonly isFirst: boolean; readonly url: string | undefined }) => void;
  readonly clock: { readonly now: () => number; readonly time: () => number };
}

export interface Loop {
  /** Resolves when the loop has ended. */
  run(): Promise<void>;
  /** Builds and starts again, whether something has changed or not; as soon as the project has no errors. */
  restart(reason?: string): void;
  /** Ends the program, as before a restart, and the loop. */
  end(): Promise<void>;
}

interface Run {
  readonly number: number;
  readonly program: StartedProgram;
  /** What it was built from. */
  readonly prints: Fingerprints;
  isStopping: boolean;
}

/** Paths of the project as users write them. A folder is left out if something in it is there. */
export function reasonOf(paths: readonly string[], folder: string): string {
  const names = paths.map((path) => relative(folder, path).split(sep).join("/"));
  const own = names.filter(
    (name) => !names.some((other) => posix.dirname(other) === name || (name === "" && other !== "")),
  );
  const [first = "", second] = own;
  const shown = first === "" ? "the project's folder" : first;
  if (second === undefined) return `${shown} changed`;
  return own.length === 2 ? `${shown} and ${second} changed` : `${shown} and ${own.length - 1} more changed`;
}

function problemWord({ message, hint, file, line, column }: BuildProblem, severity: "error" | "warning"): ErrorWord {
  const where = { file, line, column, ...(hint === undefined ? {} : { hint }) };
  return { type: "error", stage: "build", severity, message, ...where };
}

function endText({ exitCode, signal }: ProgramEnd): string {
  return signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
}

const pause = (milliseconds: number) => {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return { passed, cancel: () => clearTimeout(timer) };
};

export function createLoop(parts: LoopParts): Loop {
  const { folder, builder, kiket, baseline, fingerprints, settings, tell, clock } = parts;
  let { generation } = parts;
  let number = 0;
  let running: Run | undefined;
  let hasServed = false;
  let hasEnded = false;
  const toldWarnings = new Set<string>();
  let pending: Promise<Change | undefined> | undefined;
  /** Why the program is to start again although nothing has changed. */
  let forced: string | undefined;
  /** Whether the last save could not be run, which was told. */
  let isBroken = false;

  const inputs = () => [...builder.inputs(), ...settings];

  /** The next change. It stays the next one until it is taken. */
  function peek(): Promise<Change | undefined> {
    pending ??= baseline.next();
    return pending;
  }

  async function stop(run: Run): Promise<void> {
    run.isStopping = true;
    run.program.release();
    kiket.serveAt(undefined);
    const sayWaiting = () => {
      const count = kiket.deliveries().filter(({ state }) => state === "running").length;
      if (count > 0) tell(note(`waiting for ${count} ${count === 1 ? "delivery" : "deliveries"} under way`));
    };
    const isSettled = await tellingAfter(tellTime, sayWaiting, kiket.settled(drainTime));
    if (!isSettled) tell(note(`a delivery takes longer than ${drainTime / 1000} s and is cut off`, "warn"));
    const saySlow = () => tell(note("waiting for the extension to end"));
    await tellingAfter(tellTime, saySlow, run.program.stop(isSettled ? endTime : tellTime));
  }

  /** Tells why a program has ended that nobody stopped. Returns it in one line, with its place. */
  async function tellEnd({ program }: Run, end: ProgramEnd, stage: "start" | "program"): Promise<string> {
    const crash = crashIn(program.lastLines(), folder);
    const isStart = stage === "start";
    const isAdapter = parts.address() === undefined;
    const what = isStart
      ? `the ${isAdapter ? "adapter ended before it claimed" : "extension ended before it listened"}`
      : `the ${isAdapter ? "adapter" : "extension"} has ended`;
    const message = crash?.message ?? `${what}: ${endText(end)}`;
    const place = crash?.at === undefined ? {} : { ...crash.at, stack: program.lastLines().join("\n") };
    program.release(crash?.at === undefined);
    const hint = isStart
      ? "it is started again after the next save"
      : "deliveries wait; it is started again after the next save, or with R";
    tell({ type: "error", stage, severity: "error", message, ...place, hint });
    return crash?.at === undefined ? message : parts.placed(crash.at, message);
  }

  function record(of: number, build: Omit<BuildRecord, "at" | "number">): BuildRecord {
    const recorded = { number: of, at: clock.time(), ...build };
    kiket.built(recorded);
    return recorded;
  }

  /** Starts a build. What comes of it is told when it is known: whatever is saved meanwhile is looked at before. */
  function serve(build: Build, reason: string, prints: Fingerprints, since: number): void {
    const program = parts.start(build);
    const run: Run = { number, program, prints, isStopping: false };
    running = run;
    void program.ended.then(() => tellLost(kiket.programEnded(), tell));
    const isCurrent = () => running === run && !run.isStopping;
    const tellEndOf = async (stage: "start" | "program", served?: BuildRecord) => {
      const end = await program.ended;
      if (!isCurrent()) return;
      running = undefined;
      kiket.serveAt(undefined);
      const error = await tellEnd(run, end, stage);
      if (served === undefined) record(run.number, { reason, error });
      else kiket.built({ ...served, error });
    };
    const isListening = parts.address() !== undefined;
    const waited = pause(listenTime);
    const saySlow = () => tell(note("the extension runs, but does not listen so far; deliveries wait"));
    if (isListening) void waited.passed.then(() => isCurrent() && saySlow());
    const listening = isListening
      ? program.listening.then((url) => ({ url, is: url !== undefined }))
      : Promise.race([
          program.ended.then(() => false),
          Promise.race([program.claiming, waited.passed]).then(() => true),
        ]).then((is) => ({ url: undefined, is }));
    void listening.then(async ({ url, is }) => {
      waited.cancel();
      // Another program may have begun to listen there since the port was found to be free.
      const hasMoved = !is && !hasServed && isListening && (await parts.moveOn());
      if (!isCurrent()) return;
      if (hasMoved) program.release(false);
      if (hasMoved) return serve(build, reason, prints, since);
      if (!is) return void tellEndOf("start");
      program.release();
      if (url !== undefined && url !== parts.address())
        tell(note(`the extension listens at ${url}, not at ${parts.address()}: it does not use PORT`, "warn"));
      kiket.serveAt({ url: url ?? "", build: run.number });
      const ms = Math.round(clock.now() - since);
      const served = record(run.number, { reason, ms });
      parts.onServing({ isFirst: !hasServed, url });
      if (hasServed) tell({ type: "restarted", build: run.number, reason, ms });
      hasServed = true;
      void tellEndOf("program", served);
    });
  }

  /** Generates if that is needed, and notes all files as they are: whoever changes one from now on is seen. */
  async function generate(isForced: boolean): Promise<Generation> {
    let made = isForced || !(await generation.isSame()) ? await parts.generate() : generation;
    baseline.note([...made.paths, ...inputs()]);
    // Somebody may have changed the manifest meanwhile.
    for (let run = 1; run < mostRuns && (await made.isSame()) === false; run += 1) {
      made = await parts.generate();
      baseline.note([...made.paths, ...inputs()]);
    }
    return made;
  }

  async function turn(change: Change): Promise<void> {
    const asked = forced;
    const isForced = asked !== undefined;
    forced = undefined;
    generation = await generate(isForced);
    const wasBroken = isBroken;
    isBroken = !generation.ok;
    if (isBroken) forced ??= asked;
    if (isBroken) return;
    const isNew = running === undefined || changedPaths(running.prints, fingerprints(inputs())).length > 0;
    if (!isNew && !isForced && wasBroken) tell(note("fixed: the running extension is up to date"));
    if (!isNew && !isForced) return;
    number += 1;
    const reason = number === 1 ? "started" : isForced ? asked : reasonOf(change.paths, folder);
    const buildStart = clock.time();
    const build = await builder.build(number);
    baseline.discover(inputs(), buildStart);
    if ("problems" in build) {
      isBroken = true;
      forced ??= asked;
      for (const problem of build.problems) tell(problemWord(problem, "error"));
      const texts = await Promise.all(build.problems.map((one) => parts.placed(one, one.message)));
      record(number, { reason, error: texts.join("\n") || "not built" });
      return;
    }
    for (const warning of build.warnings) {
      const word = problemWord(warning, "warning");
      const key = JSON.stringify(word);
      if (!toldWarnings.has(key)) tell(word);
      toldWarnings.add(key);
    }
    const prints = baseline.known(inputs());
    if (running !== undefined) await stop(running);
    running = undefined;
    if (hasEnded) return;
    serve(build, reason, prints, change.at);
    await builder.keep(Array.from({ length: keptBuilds + 1 }, (_, back) => number - back).filter((one) => one > 0));
  }

  return {
    async run() {
      let change: Change | undefined = { paths: [], at: clock.now() };
      while (change !== undefined && !hasEnded) {
        await turn(change);
        change = await peek();
        pending = undefined;
      }
    },
    restart(reason = "asked for") {
      forced = reason;
      baseline.poke();
    },
    async end() {
      hasEnded = true;
      baseline.end();
      const run = running;
      if (run !== undefined && !run.isStopping) await stop(run);
    },
  };
}
