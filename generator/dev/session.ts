import { randomBytes } from "node:crypto";
import type { DeliverySummary, DevChange, DevKiket, DevKiketOptions, DevProject, DevStorage } from "kiket-gen/dev";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Model } from "../model/model.js";
import { paths } from "../output/plan.js";
import { gitLockOf } from "../project/file-marks.js";
import { type CachingHost, describeSystemError } from "../project/host.js";
import type { ProjectPlaces } from "../project/places.js";
import type { Project } from "../project/read-project.js";
import type { Build, Builder } from "./build/builder.js";
import { readCodeUse } from "./code-use.js";
import type { ProjectReader } from "./dev-project.js";
import { createVariables, extensionPort, withoutVariables } from "./environment.js";
import { freePort } from "./free-port.js";
import { createGenerator, firstGeneration } from "./generation.js";
import type { Launch } from "./launch.js";
import { createLoop, type StartedProgram } from "./loop.js";
import { triggerCommand } from "./once/trigger-command.js";
import { placedMessage } from "./placed-message.js";
import { clockVariable } from "./process/shifted-date.js";
import type { Supervisor, SupervisorOptions } from "./process/supervisor.js";
import { startExtension } from "./program.js";
import { createTestFiles } from "./saved-test/test-files.js";
import { compilerArguments, createPlaces, createTypesReader, findCompiler } from "./types-check.js";
import { createBaseline } from "./watching/changes.js";
import { createFingerprints } from "./watching/fingerprints.js";
import { createWaker } from "./watching/waker.js";
import { type DevWord, type ErrorWord, note, type Tell } from "./words/dev-word.js";
import { seedWords } from "./words/seed-words.js";
import type { Teller } from "./words/teller.js";

/** How long what still runs may take to end, in milliseconds. */
const endTime = 1000;

/** How long a delivery may wait without a word, in milliseconds. */
const waitTime = 1000;

type Variables = Readonly<Record<string, string | undefined>>;

export interface SessionOptions {
  /** The project's folder, absolute and without links in its path. */
  readonly folder: string;
  readonly places: ProjectPlaces;
  /** The first port to try for the inspector; the local Kiket takes the next one. 0: any free port, for the extension too. */
  readonly port: number;
  /** Absolute. */
  readonly environmentFile: string;
  readonly inspect: boolean;
}

/** What a session works with. */
export interface SessionParts {
  readonly host: CachingHost;
  readonly teller: Teller;
  readonly environment: Variables;
  readonly openKiket: (options: DevKiketOptions) => Promise<DevKiket>;
  readonly storage: DevStorage;
  /** `main`: the program, relative to the project, with "/" and without its ending. */
  readonly openBuilder: (main: string) => Promise<Builder>;
  readonly openSupervisor: (options: Pick<SupervisorOptions, "launchId" | "environment" | "onGroups">) => Supervisor;
  /** Reads what the local Kiket must know. `report` is told what is wrong with seeds and schemas. */
  readonly openReader: (report: (diagnostic: Diagnostic) => void) => ProjectReader;
  readonly bootId: string;
  readonly writeLaunch: (launch: Launch) => void;
  readonly pid: number;
  /** Is called when the local Kiket listens. */
  readonly onOpen: (session: Session) => void;
  /** Is called once, when the extension serves for the first time. */
  readonly onReady: () => void;
  /** Is called when all has ended. */
  readonly onClosed: (launchId: string) => void;
}

/** A running loop. */
export interface Session {
  readonly kiket: DevKiket;
  readonly token: string;
  /** Builds and starts the extension again. */
  restart(): void;
}

/** Tells that an address is not at the port that was asked for. */
function movedWords(what: string, address: string, wanted: number): readonly DevWord[] {
  const isMoved = wanted !== 0 && Number(new URL(address).port) !== wanted;
  return isMoved ? [note(`port ${wanted} is taken: the ${what} is at ${address}`)] : [];
}

/** What the parts of a session share. */
interface Running {
  readonly options: SessionOptions;
  readonly tell: Tell;
  readonly kiket: DevKiket;
  readonly supervisor: Supervisor;
  /** Whether the program is an extension, which takes requests; an adapter does not. */
  readonly listens: boolean;
  /** The environment of the extension, as it is now. */
  readonly variables: () => Readonly<Record<string, string>>;
}

/** Starts a build of the extension. */
function startBuild(
  { options, tell, kiket, supervisor, listens, variables }: Running,
  { program }: Build,
): StartedProgram {
  const spec = {
    script: program,
    nodeOptions: ["--enable-source-maps", ...(options.inspect ? ["--inspect=127.0.0.1:9229"] : [])],
    folder: options.folder,
    environment: { ...variables(), [clockVariable]: String(kiket.state().trouble.clockAhead) },
    listens,
  };
  const onLine = (stream: "stdout" | "stderr", line: string) => kiket.logged(stream, line);
  return startExtension(spec, { supervisor, tell, onLine, isTold: (id) => kiket.delivery(id) !== undefined });
}

/** Returns a function that starts the project's own compiler if it does not run: it may have been installed since, or killed. */
function createTypesCheck(
  { options: { folder }, tell, supervisor, variables }: Running,
  isTold: (word: ErrorWord) => boolean,
): () => void {
  let [runs, hasSaid] = [false, false];
  const read = createTypesReader(tell, isTold);
  const onLine = (_stream: unknown, line: string) => read(line);
  return () => {
    if (runs) return;
    const script = findCompiler(folder);
    if (script === undefined) {
      if (!hasSaid)
        tell(note("types are not checked: the project has no tsconfig.json, or TypeScript is not installed in it"));
      hasSaid = true;
      return;
    }
    runs = true;
    const program = supervisor.start({
      ...{ script, args: compilerArguments, folder, environment: variables(), onLine },
      ...{ listens: false, isBackground: true },
    });
    void program.ended.then(() => {
      runs = false;
    });
  };
}

/** Runs until `ended` resolves. Everything that it has started is ended then. */
export async function runSession(options: SessionOptions, parts: SessionParts, ended: Promise<unknown>): Promise<void> {
  const { folder, environmentFile } = options;
  const { teller } = parts;
  const tell = teller.word;
  const now = () => performance.now();
  const start = now();
  const fingerprints = createFingerprints(Date.now);
  const baseline = createBaseline({
    waker: createWaker(),
    fingerprints,
    now,
    gitLock: () => gitLockOf(folder),
    onGit: (lock) =>
      tell(note(`waiting for git, because ${lock} exists; delete this file if no git command is running`)),
  });
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
    baseline.end();
  });

  const found: Diagnostic[] = [];
  const reader = parts.openReader((diagnostic) => found.push(diagnostic));
  let known: { readonly project: DevProject; readonly source: Project; readonly model: Model } | undefined;
  let kiket: DevKiket | undefined;
  const generate = createGenerator({
    ...{ host: parts.host, places: options.places, folder, tell, now },
    async onProject(generated, host) {
      const project = await reader.projectOf(generated, host);
      known = { project, source: generated.project, model: generated.report.model };
      if (kiket !== undefined) for (const word of seedWords(kiket.change(project))) tell(word);
      return found.splice(0);
    },
  });
  const generation = await firstGeneration(generate, baseline, tell, () => hasEnded);
  if (known === undefined || hasEnded) return;
  const [first, project] = [known, known.project];
  const newest = () => known ?? first;
  const [launchId, token] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  const ports = { inspector: options.port, kiket: options.port === 0 ? 0 : options.port + 1 };
  let restart: (reason?: string) => void = () => {};
  let usersVariables: () => Readonly<Record<string, string>> = () => ({});
  let variables: ReturnType<typeof createVariables> | undefined;
  const opened = await parts.openKiket({
    ...{ project, ports, launchId, token, check: reader.check, triggerCommand, storage: parts.storage },
    readCode: () => readCodeUse(parts.host, newest().source, newest().model),
    tests: createTestFiles({
      ...{ folder, host: parts.host, project: newest, variables: () => usersVariables() },
      onWritten: ({ files, command }) => tell(note(`saved ${files.join(" and ")}; run it with ${command}`)),
    }),
    onClock: () => restart("the clock was moved"),
    onChange: (change: DevChange) => {
      if (change.kind === "attempt") teller.delivery(change.delivery);
      if (change.kind === "delivery" && change.delivery.state === "waiting") tellWaiting(change.delivery);
    },
    warn: (message) => tell(note(message, "warn")),
    variable: (name) => variables?.find(name),
    onVariables: () => restart("a setting was changed"),
  });
  kiket = opened;
  /** Tells a delivery that waits for longer than a restart takes. */
  function tellWaiting({ id, event, version }: DeliverySummary): void {
    const waits = () => kiket?.delivery(id)?.state === "waiting";
    const say = () => waits() && tell(note(`${event} ${version} waits until the extension runs`));
    setTimeout(say, waitTime).unref();
  }
  let isLaunchKept = true;
  /** The disk may be full: that ends nothing. */
  function keepLaunch(launch: Launch): void {
    try {
      parts.writeLaunch(launch);
      isLaunchKept = true;
    } catch (error) {
      if (isLaunchKept)
        tell(note(`other commands do not find this one: ${describeSystemError(error) ?? String(error)}`, "warn"));
      isLaunchKept = false;
    }
  }
  let supervisor: Supervisor | undefined;
  try {
    const inspector = opened.inspector ?? "";
    const wantedPort = extensionPort(parts.environment, environmentFile, options.port === 0 ? 0 : undefined);
    const listens = project.kind !== "adapter";
    let port = wantedPort;
    const address = () => (listens ? `http://127.0.0.1:${port}` : undefined);
    /** Another port for the extension, if somebody has taken this one. Returns whether that is so. */
    const moveOn = async () => {
      const [before, free] = [port, await freePort(port)];
      port = free;
      for (const word of movedWords("extension", address() ?? "", before)) tell(word);
      return free !== before;
    };
    for (const word of movedWords("inspector", inspector, ports.inspector)) tell(word);
    for (const word of movedWords("local Kiket", opened.kiket, ports.kiket)) tell(word);
    if (listens) await moveOn();
    const own = () => ({ ...opened.environment, PORT: String(port), HOST: "127.0.0.1" });
    const launch = { launchId, token, bootId: parts.bootId, pid: parts.pid, inspector, kiket: opened.kiket };
    supervisor = parts.openSupervisor({
      launchId,
      environment: parts.environment,
      onGroups(groups) {
        const extension = address();
        keepLaunch({ ...launch, groups, ...(extension === undefined ? {} : { extension }) });
      },
    });
    const found = createVariables(
      environmentFile,
      parts.environment,
      own,
      (names) => tell(note(`the extension does not get your values of ${names.join(", ")}: it uses the local Kiket`)),
      (why) => tell(note(`the variables of ${environmentFile} stay as they were: ${why}`, "warn")),
      opened.variables,
    );
    variables = found;
    usersVariables = () => withoutVariables(found(), own());
    const running: Running = { options, tell, kiket: opened, supervisor, listens, variables: found };
    const syntaxErrors = createPlaces();
    const checkTypes = createTypesCheck(running, syntaxErrors.has);
    const loop = createLoop({
      ...{ folder, generate, generation, kiket: opened, address, moveOn, baseline, fingerprints },
      builder: await parts.openBuilder(paths.main(first.source.layout)),
      settings: [environmentFile],
      tell(word) {
        syntaxErrors.note(word);
        tell(word);
      },
      placed: (at, message) => placedMessage(parts.host, at, message),
      clock: { now, time: Date.now },
      start: (build) => startBuild(running, build),
      onServing({ isFirst, url }) {
        if (!isFirst) return checkTypes();
        const extension = url === undefined ? {} : { extension: url };
        tell({ type: "ready", inspector, kiket: opened.kiket, ...extension, token, ms: Math.round(now() - start) });
        parts.onReady();
        checkTypes();
      },
    });
    restart = loop.restart;
    void ended.then(loop.end);
    parts.onOpen({ kiket: opened, token, restart: () => restart() });
    await loop.run();
    await loop.end();
  } finally {
    await supervisor?.close(endTime);
    await opened.close();
    parts.onClosed(launchId);
  }
}
