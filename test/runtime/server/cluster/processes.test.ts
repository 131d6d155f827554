import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openKiket } from "../../../support/open-kiket.js";
import { root } from "../../../support/project.js";
import { deliverTo, isRunning, type SeveralProcesses, startSeveral } from "../../../support/several-processes.js";

const kiket = await openKiket();

async function urlOf(program: SeveralProcesses): Promise<string> {
  return String((await program.line("listening")).url);
}

async function ready(url: string): Promise<readonly [number, unknown]> {
  const answer = await fetch(`${url}/ready`, { headers: { connection: "close" } });
  return [answer.status, await answer.json()];
}

/** Resolves when so many deliveries run that are not done at once. */
function begun(program: SeveralProcesses, count: number): Promise<void> {
  return vi.waitFor(() => expect(program.texts.filter((line) => line === "begun")).toHaveLength(count), {
    timeout: 20_000,
  });
}

function untilGone(pids: readonly number[]): Promise<void> {
  return vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 20_000 });
}

test("one line says that all listen; the first process makes no extension; each line of another one names it", async () => {
  const program = await startSeveral(kiket, { PROCESSES: "3" });
  const url = await urlOf(program);
  expect(program.lines).toEqual([
    { level: "info", time: expect.any(String), message: "listening", url, handlers: 1, processes: 3 },
  ]);
  expect(program.pids()).toHaveLength(3);
  expect(program.pids()).not.toContain(program.child.pid);
  expect(await ready(url)).toEqual([200, { status: "ready", processes: { wanted: 3, ready: 3 } }]);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok" });

  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => deliverTo(kiket, url, "x")));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => JSON.parse(body).pid)).size).toBe(3);
  await vi.waitFor(() => expect(program.lines).toHaveLength(7), { timeout: 20_000 });
  expect(program.lines.slice(1).every(({ process }) => [1, 2, 3].includes(Number(process)))).toBe(true);

  program.child.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.pids().filter(isRunning)).toEqual([]);
  expect(program.texts).toEqual([]);
});

test('serve() does the same, and "auto" means one process per core', async () => {
  const program = await startSeveral(kiket, { PROCESSES: "auto", BY: "serve" });
  const cores = availableParallelism();
  expect(await program.line("listening")).toMatchObject({ processes: cores });
  // The program makes its extension in the first process too.
  expect(program.pids()).toHaveLength(cores + 1);
  program.child.kill("SIGINT");
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.pids().filter(isRunning)).toEqual([]);
});

test("a stop signal lets running deliveries finish, also if every process gets it", async () => {
  const program = await startSeveral(kiket);
  const url = await urlOf(program);
  const answers = [1, 2, 3, 4].map(() => deliverTo(kiket, url, "wait 700"));
  await begun(program, 4);
  for (const pid of program.pids()) process.kill(pid, "SIGTERM");
  program.child.kill("SIGTERM");
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.pids()).toHaveLength(2);
});

test("the status is 1 if a delivery was not finished", async () => {
  const program = await startSeveral(kiket, { CLOSE_WITHIN: "50" });
  const url = await urlOf(program);
  const answer = deliverTo(kiket, url, "wait 600000").then(
    () => "answered",
    () => "cut off",
  );
  await begun(program, 1);
  program.child.kill("SIGTERM");
  expect(await answer).toBe("cut off");
  expect(await program.ended).toEqual({ code: 1, signal: null });
});

test("a second signal ends all processes at once", async () => {
  const program = await startSeveral(kiket);
  const url = await urlOf(program);
  void deliverTo(kiket, url, "block").catch(() => undefined);
  await begun(program, 1);
  program.child.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 300));
  program.child.kill("SIGINT");
  expect(await program.ended).toEqual({ code: 130, signal: null });
  await untilGone(program.pids());
});

test("a process whose first process was killed ends itself, after what it had to do", async () => {
  const program = await startSeveral(kiket);
  const url = await urlOf(program);
  const answer = deliverTo(kiket, url, "wait 1000");
  await begun(program, 1);
  program.child.kill("SIGKILL");
  expect(await answer).toMatchObject({ status: 200 });
  await untilGone(program.pids());
});

test("a process that crashes is started again, and another one serves meanwhile", async () => {
  const program = await startSeveral(kiket);
  const url = await urlOf(program);
  await expect(deliverTo(kiket, url, "crash")).rejects.toThrow();
  expect(await program.line("A process has ended unexpectedly")).toMatchObject({
    level: "error",
    status: 7,
    process: expect.any(Number),
    waitMs: 200,
  });
  expect(await deliverTo(kiket, url, "x")).toMatchObject({ status: 200 });
  await vi.waitFor(() => expect(program.pids()).toHaveLength(3), { timeout: 10_000 });
  await vi.waitFor(async () => expect((await ready(url))[1]).toMatchObject({ processes: { ready: 2 } }), {
    timeout: 10_000,
  });
  process.kill(program.pids()[2] ?? 0, "SIGKILL");
  expect(await program.line("A process has ended unexpectedly", program.lines.length)).toMatchObject({
    signal: "SIGKILL",
    waitMs: 400,
  });
});

test.each([
  [{}, { fault: "Set KIKET_X." }, "Set KIKET_X."],
  [{ AT: "x" }, {}, "port (or PORT) must be a whole number from 0 to 65535."],
  [
    { HOST: "203.0.113.9" },
    {},
    "Cannot listen on 203.0.113.9, port 0: this machine does not have the address. Set HOST (or host) to one of its addresses, or to 0.0.0.0 for all.",
  ],
  [{ PROCESSES: "257" }, {}, 'processes must be "auto" or a whole number from 1 to 256.'],
  [{ DRAIN_TIME: "-1" }, {}, "drainTime must be a whole number from 0 to 2147483647."],
])("%j %j: the message is written once, and the status is 1", async (env, files, message) => {
  const program = await startSeveral(kiket, { PROCESSES: "4", ...env }, files);
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect([program.texts, program.lines]).toEqual([[message], []]);
});

test.each(["run", "serve"])("a store in memory that nobody has named is refused by %s, once", async (BY) => {
  const program = await startSeveral(kiket, { STORE: "unnamed", BY });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.texts.filter((text) => text.includes("each process would keep the verdicts"))).toHaveLength(1);
  expect(program.lines).toEqual([]);
});

test("so is a queue in memory that nobody has named", async () => {
  const program = await startSeveral(kiket, { DEFER: "yes" });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.texts).toEqual([expect.stringMatching(/^Deferred handlers need a queue \(issue\.updated v1\)/)]);
});

test("both are accepted by their names, with one warning each", async () => {
  const program = await startSeveral(kiket, { STORE: "memory", DEFER: "yes", KIKET_QUEUE: "memory" });
  await urlOf(program);
  const warnings = program.lines.filter(({ level }) => level === "warn");
  expect(warnings.map(({ message, process }) => [message.slice(0, 36), process])).toEqual([
    ["Each process keeps verdicts in its o", 1],
    ["Deferred deliveries wait in the memo", 1],
  ]);
});

test("a port in use is one message, and the status is 1", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const program = await startSeveral(kiket, { AT: String(port) });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  server.close();
  expect(program.texts).toEqual([
    `Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or set PORT (or port) to another port.`,
  ]);
});

test("a bug at the start is written once with its stack, and the status is 1", async () => {
  const program = await startSeveral(kiket, { PROCESSES: "4" }, { fault: "bug" });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.texts.filter((line) => line.includes("TypeError: mine"))).toHaveLength(1);
  expect(program.texts).toContain(
    "The extension does not start: its first process ended with status 1 before it listened. What it wrote before this says why.",
  );
});

test("a connection that was passed to a process which ends before it takes it is closed, and does not hang", async () => {
  const program = await startSeveral(kiket);
  const url = await urlOf(program);
  const [stopped = 0] = program.pids();
  process.kill(stopped, "SIGSTOP");
  const answers = Array.from({ length: 6 }, () =>
    deliverTo(kiket, url, "x").then(
      ({ status }) => status,
      () => "closed",
    ),
  );
  await vi.waitFor(() => expect(program.lines.filter(({ status }) => status === 200)).toHaveLength(5), {
    timeout: 20_000,
  });
  process.kill(stopped, "SIGKILL");
  expect((await Promise.all(answers)).sort()).toEqual([200, 200, 200, 200, 200, "closed"]);
});

test("serving with processes twice in one program is refused", async () => {
  const program = await startSeveral(kiket, { BY: "twice" });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.texts).toEqual([
    expect.stringMatching(/^processes: this program serves in several processes already/),
  ]);
  await untilGone(program.pids());
});

test("under kiket-gen dev one process serves, and a line says so", async () => {
  const program = await startSeveral(kiket, { KIKET_GEN_LAUNCH: "0".repeat(32), PROCESSES: "4" });
  const { url, processes } = await program.line("listening");
  expect(processes).toBeUndefined();
  expect(program.lines[0]).toMatchObject({ message: "kiket-gen dev runs one process, whatever processes says" });
  expect(program.pids()).toEqual([program.child.pid]);
  expect(await ready(String(url))).toEqual([200, { status: "ready" }]);
});

test("SIGHUP replaces all processes under load: each request is answered 200, over kept and new connections", async () => {
  const program = await startSeveral(kiket);
  const url = await urlOf(program);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let isOver = false;
  const statuses = new Map<string, number>();
  const pids = new Set<number>();
  const client = async (isKept: boolean): Promise<void> => {
    while (!isOver) {
      const told = await deliverTo(kiket, url, "x", isKept ? agent : undefined).then(
        ({ status, body }) => {
          if (status === 200) pids.add(JSON.parse(body).pid);
          return `${status}`;
        },
        (error: NodeJS.ErrnoException) => `${error.code}`,
      );
      statuses.set(told, (statuses.get(told) ?? 0) + 1);
    }
  };
  const clients = [...Array(16).fill(true), ...Array(4).fill(false)].map(client);
  let rounds = 0;
  while (rounds < 2 || (statuses.get("200") ?? 0) < 2_000) {
    rounds += 1;
    const from = program.lines.length;
    program.child.kill("SIGHUP");
    await program.line("The rolling restart is done", from);
  }
  isOver = true;
  await Promise.all(clients);
  agent.destroy();
  expect([...statuses.keys()]).toEqual(["200"]);
  const after = program.pids();
  expect(after).toHaveLength(2 + 2 * rounds);
  expect([...pids].sort()).toEqual([...after].sort());
  await untilGone(after.slice(0, -2));
  expect(after.slice(-2).filter(isRunning)).toHaveLength(2);
  expect(program.texts).toEqual([]);
});

test("a rolling restart loads new code, and one that fails leaves the others serving", async () => {
  const program = await startSeveral(kiket, {}, { code: "old" });
  const url = await urlOf(program);
  const codes = async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => deliverTo(kiket, url, "x")));
    return answers.map(({ body }) => JSON.parse(body).code);
  };
  expect(await codes()).toEqual(["old", "old", "old", "old"]);

  await writeFile(join(program.folder, "code"), "new");
  for (const [fault, reason] of [
    ["Set KIKET_X.", { reason: "Set KIKET_X." }],
    ["bug", {}],
  ] as const) {
    await writeFile(join(program.folder, "fault"), fault);
    const from = program.lines.length;
    program.child.kill("SIGHUP");
    const line = await program.line("The rolling restart has stopped", from);
    expect(line).toMatchObject({ level: "error", process: expect.any(Number), status: 1, ...reason });
    expect(await codes()).toEqual(["old", "old", "old", "old"]);
    expect(await ready(url)).toEqual([200, { status: "ready", processes: { wanted: 2, ready: 2 } }]);
  }

  await rm(join(program.folder, "fault"));
  const from = program.lines.length;
  program.child.kill("SIGHUP");
  await program.line("A rolling restart begins", from);
  program.child.kill("SIGHUP");
  await program.line("A rolling restart is running; another one follows it", from);
  await program.line("The rolling restart is done", from);
  expect(await codes()).toEqual(["new", "new", "new", "new"]);
  await vi.waitFor(
    () => expect(program.lines.filter(({ message }) => message === "The rolling restart is done")).toHaveLength(2),
    { timeout: 20_000 },
  );
  program.child.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.pids().filter(isRunning)).toEqual([]);
});

// `script`, of util-linux, opens a terminal.
test.skipIf(process.platform !== "linux" || !existsSync("/usr/bin/script"))(
  "closing the terminal ends all, although it sends the same signal",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "terminal-"));
    const mark = join(folder, "pids");
    const program = join(root, "test/support/programs/processes.mjs");
    const terminal = spawn("/usr/bin/script", ["-qefc", `${process.execPath} ${program}`, join(folder, "out")], {
      env: { PATH: process.env.PATH, KIKET_BASE_URL: kiket.baseUrl, STORE: join(folder, "store"), MARK: mark },
      cwd: folder,
      stdio: "ignore",
    });
    const output = () => readFile(join(folder, "out"), "utf8");
    await vi.waitFor(async () => expect(await output()).toContain('"listening"'), { timeout: 20_000 });
    const first = Number((await readFile(mark, "utf8")).split(/\s/)[1]);
    process.kill(first, "SIGHUP");
    await vi.waitFor(async () => expect(await output()).toContain("The rolling restart is done"), { timeout: 20_000 });
    terminal.kill("SIGKILL");
    const pids = (await readFile(mark, "utf8")).trim().split("\n").map(Number.parseFloat);
    expect(pids).toHaveLength(4);
    await untilGone([first, ...pids]);
    await rm(folder, { recursive: true });
  },
);
