import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BuildRecord, DevTarget } from "kiket-gen/dev";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Build, Builder, BuildProblem } from "../../../generator/dev/build/builder.js";
import { createLoop, type Generation, type Loop, reasonOf, type StartedProgram } from "../../../generator/dev/loop.js";
import { createBaseline } from "../../../generator/dev/watching/changes.js";
import { createFingerprints } from "../../../generator/dev/watching/fingerprints.js";
import { createWaker } from "../../../generator/dev/watching/waker.js";
import type { DevWord } from "../../../generator/dev/words/dev-word.js";
import { createProject, removeProject } from "../../support/project.js";

let folder: string;
let loop: Loop;
let words: DevWord[];
let targets: (DevTarget | undefined)[];
let built: BuildRecord[];
let builds: { number: number; text: string }[];
let programs: FakeProgram[];
let generations: number;
let problems: BuildProblem[];
/** What a program does when it is started: listens, ends, or neither. */
let onStart: (program: FakeProgram) => void;
let isSettled: () => Promise<boolean>;
/** Deferred deliveries that the next program that ends takes with it. */
let lost = 0;
let manifestIsOk: boolean;
let isAdapter: boolean;
let port: number;
/** The first port that nobody else has. */
let freePort: number;
let ran: Promise<void>;

interface FakeProgram extends StartedProgram {
  listen(url?: string): void;
  end(exitCode: number, lines?: readonly string[]): void;
  stops: number[];
  claim(): void;
  released: (boolean | undefined)[];
}

function fakeProgram(): FakeProgram {
  let listen: (url: string | undefined) => void = () => {};
  let end: (end: { exitCode: number | null; signal: string | null }) => void = () => {};
  let claim: () => void = () => {};
  let lines: readonly string[] = [];
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    end = resolve;
  });
  const program: FakeProgram = {
    pid: 1,
    stops: [],
    claiming: new Promise((resolve) => {
      claim = resolve;
    }),
    claim: () => claim(),
    released: [],
    listening: new Promise((resolve) => {
      listen = resolve;
    }),
    ended,
    listen: (url = "http://127.0.0.1:8000") => listen(url),
    end(exitCode, last = []) {
      lines = last;
      listen(undefined);
      end({ exitCode, signal: null });
    },
    async stop(within) {
      program.stops.push(within);
      end({ exitCode: null, signal: "SIGTERM" });
      return ended;
    },
    lastLines: () => lines,
    release: (tells) => void program.released.push(tells),
  };
  return program;
}

const at = (path: string) => join(folder, path);

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text);
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const typesOf = () => words.map(({ type }) => type);
const source = "src/handlers/a.ts";

beforeEach(async () => {
  folder = await realpath(await createProject({ "extension.yaml": "one", [source]: "first" }));
  [words, targets, built, builds, programs, generations, problems] = [[], [], [], [], [], 0, []];
  manifestIsOk = true;
  isAdapter = false;
  [port, freePort] = [8000, 8000];
  onStart = (program) => program.listen();
  isSettled = async () => true;
  lost = 0;
});
afterEach(async () => {
  await loop.end();
  await ran;
  await removeProject(folder);
});

/** Starts the loop over the real files of the folder. What it builds and starts is a stand-in. */
async function start(): Promise<void> {
  const { readFile } = await import("node:fs/promises");
  const fingerprints = createFingerprints(Date.now);
  const waker = createWaker();
  const read = (path: string) => readFile(at(path), "utf8").catch(() => "gone");
  const generate = async (): Promise<Generation> => {
    const isOk = manifestIsOk;
    const text = await read("extension.yaml");
    // What changes from now on is seen by `isSame`: a test mends the manifest as soon as this is counted.
    generations += 1;
    if (isOk) await save("src/generated/a.gen.ts", text);
    const isUnreadable = text === "unreadable";
    const isSame = async () => (isUnreadable ? undefined : (await read("extension.yaml")) === text);
    return { ok: isOk, paths: [at("extension.yaml")], isSame };
  };
  const builder: Builder = {
    async build(number) {
      if (problems.length > 0) return { problems };
      builds.push({ number, text: await read(source) });
      return {
        folder: at(`.kiket-gen/build/${number}`),
        program: "main.js",
        compiled: 1,
        warnings: [],
      } satisfies Build;
    },
    inputs: () => [at("src"), at("src/handlers"), at(source), at("src/generated/a.gen.ts")],
    keep: async () => {},
  };
  loop = createLoop({
    folder,
    generate,
    generation: await generate(),
    builder,
    kiket: {
      serveAt: (target) => void targets.push(target),
      settled: () => isSettled(),
      built: (build) => void built.push(build),
      deliveries: () => [],
      programEnded: () => lost,
    },
    start() {
      const program = fakeProgram();
      programs.push(program);
      onStart(program);
      return program;
    },
    address: () => (isAdapter ? undefined : `http://127.0.0.1:${port}`),
    async moveOn() {
      const isTaken = port < freePort;
      port = Math.max(port, freePort);
      return isTaken;
    },
    baseline: createBaseline({
      waker,
      fingerprints,
      now: () => performance.now(),
      gitLock: () => undefined,
      onGit() {},
    }),
    fingerprints,
    settings: [at(".env")],
    tell: (word) => words.push(word),
    placed: async ({ file, line, column }, message) => `${file}:${line}:${column}: ${message}`,
    onServing: ({ isFirst }) => isFirst && words.push({ type: "log", source: "dev", level: "info", message: "ready" }),
    clock: { now: () => performance.now(), time: Date.now },
  });
  ran = loop.run();
}

const serving = (number: number) => until(() => targets.at(-1)?.build === number);

it("builds and starts once, and again after a save, with its name as the reason", async () => {
  await start();
  await serving(1);
  await save(source, "second");
  await serving(2);
  expect(builds).toEqual([
    { number: 1, text: "first" },
    { number: 2, text: "second" },
  ]);
  expect(targets).toEqual([
    { url: "http://127.0.0.1:8000", build: 1 },
    undefined,
    { url: "http://127.0.0.1:8000", build: 2 },
  ]);
  expect(words.at(-1)).toMatchObject({ type: "restarted", build: 2, reason: "src/handlers/a.ts changed" });
  expect(built.map(({ number, reason, error }) => [number, reason, error])).toEqual([
    [1, "started", undefined],
    [2, "src/handlers/a.ts changed", undefined],
  ]);
});

it("restarts once for a manifest whose generated files change", async () => {
  await start();
  await serving(1);
  await save("extension.yaml", "two");
  await serving(2);
  // What comes later would be one restart more.
  await save(source, "second");
  await serving(3);
  expect(generations).toBe(2);
  expect(built.map(({ reason }) => reason)).toEqual(["started", "extension.yaml changed", "src/handlers/a.ts changed"]);
});

it("does not restart for a file that is written with the same text, nor for what the program writes", async () => {
  await start();
  await serving(1);
  await save(source, "first");
  await save("src/data.sqlite-wal", "x");
  await save(".kiket-gen/kiket.json", "{}");
  await save(source, "second");
  await serving(2);
  expect(builds.map(({ number }) => number)).toEqual([1, 2]);
  expect(built.at(-1)?.reason).toBe("src/handlers/a.ts changed");
});

it("takes a file that is replaced in steps as one change", async () => {
  await start();
  await serving(1);
  await writeFile(at(source), "");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await writeFile(at(source), "whole");
  await serving(2);
  await writeFile(at(`${source}.tmp`), "renamed");
  await rm(at(source));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await rename(at(`${source}.tmp`), at(source));
  await serving(3);
  expect(builds.map(({ text }) => text)).toEqual(["first", "whole", "renamed"]);
});

it("waits for deliveries under way, and builds what was saved last meanwhile", async () => {
  let settle: (is: boolean) => void = () => {};
  await start();
  await serving(1);
  isSettled = () =>
    new Promise((resolve) => {
      settle = resolve;
    });
  await save(source, "second");
  await until(() => targets.length === 2);
  await save(source, "third");
  await save(source, "fourth");
  expect(programs[0]?.stops).toEqual([]);
  isSettled = async () => true;
  settle(true);
  await serving(3);
  expect(programs.map(({ stops }) => stops)).toEqual([[3000], [3000], []]);
  expect(builds.map(({ text }) => text)).toEqual(["first", "second", "fourth"]);
});

it("cuts off what is under way after its limit, and says so", async () => {
  await start();
  await serving(1);
  isSettled = async () => false;
  await save(source, "second");
  await serving(2);
  expect(programs[0]?.stops).toEqual([1000]);
  expect(words).toContainEqual({
    type: "log",
    source: "dev",
    level: "warn",
    message: "a delivery takes longer than 10 s and is cut off",
  });
});

it("tells how many deferred deliveries a program takes with it, at a restart and when it ends by itself", async () => {
  await start();
  await serving(1);
  lost = 2;
  await save(source, "second");
  await serving(2);
  const told = (text: string) => ({ type: "log", source: "dev", level: "warn", message: text });
  const rest = "not handled yet, and lost with the extension; replay what you still need";
  expect(words).toContainEqual(told(`2 deferred deliveries were ${rest}`));
  lost = 1;
  programs[1]?.end(1);
  await until(() => words.some(({ type }) => type === "error"));
  await until(() => words.some((word) => "message" in word && word.message === `1 deferred delivery was ${rest}`));
});

it("keeps the build that runs while the next one has a mistake", async () => {
  await start();
  await serving(1);
  problems = [{ file: source, line: 3, column: 5, message: "';' expected." }];
  await save(source, "broken");
  await until(() => built.length === 2);
  expect(words.at(-1)).toEqual({
    type: "error",
    stage: "build",
    severity: "error",
    message: "';' expected.",
    file: source,
    line: 3,
    column: 5,
  });
  expect(built[1]).toMatchObject({ number: 2, error: `${source}:3:5: ';' expected.` });
  expect(programs).toHaveLength(1);
  problems = [];
  await save(source, "mended");
  await serving(3);
});

it("says that a build can be made again, although what it is made of is what runs", async () => {
  await start();
  await serving(1);
  problems = [{ file: source, line: 3, column: 5, message: "';' expected." }];
  await save(source, "broken");
  await until(() => built.length === 2);
  problems = [];
  await save(source, "first");
  await until(() => words.at(-1)?.type === "log");
  expect(words.at(-1)).toMatchObject({ message: "fixed: the running extension is up to date" });
  expect(programs).toHaveLength(1);
});

/** `mended`: the text of the manifest after the mistake. */
async function breakManifestAndMend(mended: string): Promise<void> {
  manifestIsOk = false;
  await save("extension.yaml", "broken");
  await until(() => generations === 2);
  manifestIsOk = true;
  await save("extension.yaml", mended);
}

it("says that the manifest has no errors any more, although nothing is started", async () => {
  await start();
  await serving(1);
  await breakManifestAndMend("one");
  await until(() => words.length === 2);
  expect(words.at(-1)).toMatchObject({ message: "fixed: the running extension is up to date" });
  expect(programs).toHaveLength(1);
});

it("shows the user's own line of a crash at start, and starts again after the next save", async () => {
  onStart = (program) =>
    program.end(1, [
      `${folder}/src/handlers/a.ts:7`,
      'throw new TypeError("no greeting");',
      "      ^",
      "",
      "TypeError: no greeting",
      `    at <anonymous> (${folder}/src/handlers/a.ts:7:7)`,
      "    at ModuleJob.run (node:internal/modules/esm/module_job:271:25)",
      "",
      "Node.js v22.22.0",
    ]);
  await start();
  await until(() => built.length === 1);
  expect(words.at(-1)).toEqual({
    type: "error",
    stage: "start",
    severity: "error",
    message: "TypeError: no greeting",
    file: source,
    line: 7,
    column: 7,
    stack: expect.stringContaining("Node.js v22.22.0"),
    hint: "it is started again after the next save",
  });
  expect(built[0]).toMatchObject({ number: 1, error: `${source}:7:7: TypeError: no greeting` });
  expect(typesOf()).toEqual(["error"]);
  expect(programs[0]?.released).toEqual([false]);
  onStart = (program) => program.listen();
  await save(source, "mended");
  await serving(2);
  expect(words.at(-1)).toMatchObject({ message: "ready" });
});

it("says that a program has ended later, lets deliveries wait, and starts it when it is asked to", async () => {
  await start();
  await serving(1);
  programs[0]?.end(3);
  await until(() => words.length === 2);
  expect(words.at(-1)).toMatchObject({ stage: "program", message: "the extension has ended: exit code 3" });
  expect(targets.at(-1)).toBeUndefined();
  const { at, ms } = built[0] ?? {};
  const error = "the extension has ended: exit code 3";
  expect(built.at(-1)).toEqual({ number: 1, at, reason: "started", ms, error });
  loop.restart();
  await serving(2);
  expect(words.at(-1)).toMatchObject({ type: "restarted", reason: "asked for" });
});

it("starts again what was asked for while there was an error, as soon as there is none", async () => {
  await start();
  await serving(1);
  problems = [{ message: "Expression expected.", file: source, line: 1, column: 1 }];
  loop.restart("the clock was moved");
  await until(() => built.length === 2);
  problems = [];
  await save(source, "mended");
  await serving(3);
  expect(words.at(-1)).toMatchObject({ type: "restarted", reason: "the clock was moved" });
});

it("does not wait for a program that never listens", async () => {
  onStart = () => {};
  await start();
  await until(() => programs.length === 1);
  onStart = (program) => program.listen();
  await save(source, "second");
  await serving(2);
  expect(programs[0]?.stops).toEqual([3000]);
});

it.each<[string, () => Promise<void>]>([
  [
    "has a mistake",
    async () => {
      problems = [{ file: source, line: 1, column: 1, message: "no" }];
      await save(source, "bad");
      await until(() => built.length === 1);
    },
  ],
  [
    "breaks the manifest",
    async () => {
      manifestIsOk = false;
      await save("extension.yaml", "broken");
      await until(() => generations === 2);
    },
  ],
])("delivers to a program although a save while it starts %s", async (_what, change) => {
  onStart = () => {};
  await start();
  await until(() => programs.length === 1);
  await change();
  programs[0]?.listen();
  await serving(1);
  expect(programs).toHaveLength(1);
});

it("starts the program at another port if somebody has taken its port meanwhile, and only before it has served", async () => {
  onStart = (program) => {
    if (programs.length === 1) {
      freePort = 8001;
      program.end(1, ["Error: listen EADDRINUSE: address already in use 127.0.0.1:8000"]);
    } else program.listen(`http://127.0.0.1:${port}`);
  };
  await start();
  await serving(1);
  expect(targets.at(-1)).toEqual({ url: "http://127.0.0.1:8001", build: 1 });
  expect(words).toMatchObject([{ message: "ready" }]);
  freePort = 8002;
  onStart = (program) => program.end(1);
  await save(source, "second");
  await until(() => words.length === 2);
  expect([words[1], port]).toMatchObject([{ type: "error", stage: "start" }, 8001]);
});

it("says that a program does not listen at its port, and delivers where it listens", async () => {
  onStart = (program) => program.listen("http://127.0.0.1:3000");
  await start();
  await serving(1);
  expect(targets.at(-1)).toEqual({ url: "http://127.0.0.1:3000", build: 1 });
  expect(words[0]).toMatchObject({
    message: "the extension listens at http://127.0.0.1:3000, not at http://127.0.0.1:8000: it does not use PORT",
  });
});

it("takes an adapter for ready when it claims, and not before", async () => {
  isAdapter = true;
  onStart = () => {};
  await start();
  await until(() => programs.length === 1);
  expect(targets).toEqual([]);
  programs[0]?.claim();
  await serving(1);
  expect(words).toMatchObject([{ message: "ready" }]);
  onStart = (program) => program.end(1);
  await save(source, "second");
  await until(() => words.length === 2);
  expect(words[1]).toMatchObject({ stage: "start", message: "the adapter ended before it claimed: exit code 1" });
});

it("keeps what runs while the manifest has errors", async () => {
  await start();
  await serving(1);
  await breakManifestAndMend("three");
  await serving(2);
  expect(programs).toHaveLength(2);
});

it("generates again after the next change where something could not be read", async () => {
  await save("extension.yaml", "unreadable");
  await start();
  await serving(1);
  await save("extension.yaml", "two");
  await serving(2);
  expect(built.at(-1)?.reason).toBe("extension.yaml changed");
});

it("restarts for a setting that comes later", async () => {
  await start();
  await serving(1);
  await save(".env", "GREETING=Hi");
  await serving(2);
  expect(built.at(-1)?.reason).toBe(".env changed");
});

it("names two changes, and counts more", () => {
  expect(reasonOf(["/p/a.ts"], "/p")).toBe("a.ts changed");
  expect(reasonOf(["/p/src", "/p/src/a.ts", "/p/src/b.ts"], "/p")).toBe("src/a.ts and src/b.ts changed");
  expect(reasonOf(["/p/a", "/p/b", "/p/c"], "/p")).toBe("a and 2 more changed");
  expect(reasonOf(["/p"], "/p")).toBe("the project's folder changed");
});
