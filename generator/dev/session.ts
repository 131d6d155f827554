import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { DevChange, DevKiket, DevKiketOptions, DevProject } from "kiket-gen/dev";
import { gitLockOf } from "../project/file-marks.js";
import type { CachingHost } from "../project/host.js";
import type { ProjectPlaces } from "../project/places.js";
import type { Builder } from "./build/builder.js";
import { programEnvironment, readVariables } from "./environment.js";
import { freePort } from "./free-port.js";
import { createGenerator, type Generated } from "./generation.js";
import type { Launch } from "./launch.js";
import { createLoop, type Generation } from "./loop.js";
import type { RunningProgram, Supervisor } from "./process/supervisor.js";
import { startExtension } from "./program.js";
import { compilerArguments, createTypesReader, findCompiler } from "./types-check.js";
import { createBaseline } from "./watching/changes.js";
import { createFingerprints } from "./watching/fingerprints.js";
import { createWaker } from "./watching/waker.js";
import { note } from "./words/dev-word.js";
import type { Teller } from "./words/teller.js";

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
  readonly storage: DevKiketOptions["storage"];
  readonly builder: Builder;
  readonly supervisor: Supervisor;
  readonly projectOf: (generated: Generated) => Promise<DevProject>;
  readonly check: DevKiketOptions["check"];
  readonly bootId: string;
  readonly writeLaunch: (launch: Launch) => void;
  /** Lowers the priority of a process. */
  readonly beNice: (pid: number) => void;
  readonly pid: number;
  /** Is called once, when the extension serves for the first time. */
  readonly onReady: (session: Session) => void;
}

/** A running loop. */
export interface Session {
  readonly kiket: DevKiket;
  readonly token: string;
  readonly launchId: string;
  /** Builds and starts the extension again. */
  restart(): void;
}

/** Runs until `ended` resolves. Everything that it has started is ended then. */
export async function runSession(options: SessionOptions, parts: SessionParts, ended: Promise<unknown>): Promise<void> {
  const { folder, environmentFile } = options;
  const { host, teller, builder, supervisor } = parts;
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

  let project: DevProject | undefined;
  let kiket: DevKiket | undefined;
  const generate = createGenerator({
    host,
    places: options.places,
    folder,
    tell,
    now,
    async onProject(generated) {
      project = await parts.projectOf(generated);
      kiket?.change(project);
    },
  });

  /** Generates until there are no errors. */
  async function firstGeneration(): Promise<Generation> {
    for (;;) {
      const made = await generate();
      if (made.ok || hasEnded) return made;
      tell(note("waiting for the next save"));
      baseline.note(made.paths);
      await baseline.next();
    }
  }

  const first = await firstGeneration();
  if (project === undefined || hasEnded) return;
  const launchId = randomBytes(16).toString("hex");
  const token = randomBytes(16).toString("hex");
  const ports = { inspector: options.port, kiket: options.port === 0 ? 0 : options.port + 1 };
  const opened = await parts.openKiket({
    project,
    ...(parts.storage === undefined ? {} : { storage: parts.storage }),
    ports,
    launchId,
    token,
    check: parts.check,
    onChange: (change: DevChange) => {
      if (change.kind === "attempt") teller.delivery(change.delivery);
    },
    warn: (message) => tell(note(message, "warn")),
  });
  kiket = opened;
  const inspector = opened.inspector ?? "";
  for (const [what, address, wanted] of [
    ["inspector", inspector, ports.inspector],
    ["local Kiket", opened.kiket, ports.kiket],
  ] as const)
    if (wanted !== 0 && Number(new URL(address).port) !== wanted)
      tell(note(`port ${wanted} is taken: the ${what} is at ${address}`));

  const isAdapter = project.kind === "adapter";
  const wantedPort = Number(
    parts.environment.PORT ?? readVariables(environmentFile)?.PORT ?? (options.port === 0 ? 0 : 8000),
  );
  const port = await freePort(wantedPort);
  if (!isAdapter && wantedPort !== 0 && port !== wantedPort)
    tell(note(`port ${wantedPort} is taken: the extension gets PORT=${port}`));
  const address = isAdapter ? undefined : `http://127.0.0.1:${port}`;
  const own = { ...opened.environment, PORT: String(port), HOST: "127.0.0.1", KIKET_GEN_LAUNCH: launchId };

  const groups = new Map<string, number>();
  const remember = (name: string, { pid }: RunningProgram) => {
    if (pid !== undefined) groups.set(name, pid);
    parts.writeLaunch({
      ...{
        launchId,
        token,
        bootId: parts.bootId,
        pid: parts.pid,
        groups: [...groups.values()],
        inspector,
        kiket: opened.kiket,
      },
      ...(address === undefined ? {} : { extension: address }),
    });
  };

  let toldAside = "";
  function variables(): Readonly<Record<string, string>> {
    const { variables, setAside } = programEnvironment(readVariables(environmentFile) ?? {}, parts.environment, own);
    const aside = setAside.join(", ");
    if (aside !== "" && aside !== toldAside)
      tell(note(`the extension does not get your values of ${aside}: it uses the local Kiket`));
    toldAside = aside;
    return variables;
  }

  function checkTypes(): void {
    const script = findCompiler(folder);
    if (script === undefined) {
      tell(note("types are not checked, because the project has no TypeScript: npm install -D typescript"));
      return;
    }
    const read = createTypesReader(tell);
    const compiler = supervisor.start({
      script,
      args: compilerArguments,
      folder,
      environment: variables(),
      listens: false,
      onLine: (_stream, line) => read(line),
    });
    if (compiler.pid !== undefined) parts.beNice(compiler.pid);
    remember("types", compiler);
  }

  const loop = createLoop({
    folder,
    generate,
    generation: first,
    builder,
    kiket: opened,
    address,
    baseline,
    fingerprints,
    settings: [environmentFile],
    tell,
    clock: { now, time: Date.now },
    start({ program }) {
      const spec = {
        script: program,
        nodeOptions: ["--enable-source-maps", ...(options.inspect ? ["--inspect=127.0.0.1:9229"] : [])],
        folder,
        environment: variables(),
        listens: !isAdapter,
      };
      const started = startExtension(spec, {
        supervisor,
        tell,
        onLine: (stream, line) => opened.logged(stream, line),
        isTold: (id) => opened.delivery(id) !== undefined,
      });
      remember("extension", started);
      return started;
    },
    onServing({ isFirst, url }) {
      if (!isFirst) return;
      const ms = Math.round(now() - start);
      tell({
        type: "ready",
        inspector,
        kiket: opened.kiket,
        ...(url === undefined ? {} : { extension: url }),
        token,
        ms,
      });
      parts.onReady({ kiket: opened, token, launchId, restart: () => loop.restart() });
      checkTypes();
    },
  });
  void ended.then(() => loop.end());
  try {
    await loop.run();
  } finally {
    await loop.end();
    await supervisor.close(1000);
    await opened.close();
  }
}

/** The file of variables: the one that is named, else `.env`. Undefined if the named one does not exist. */
export function environmentFileIn(folder: string, named: string | undefined): string | undefined {
  const file = join(folder, named ?? ".env");
  return named === undefined || readVariables(file) !== undefined ? file : undefined;
}
