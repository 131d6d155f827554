import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isGroupAlive } from "../../../../generator/dev/process/process-group.js";
import { openSupervised, pidsIn, type SupervisedFolder, until } from "../../../support/supervised.js";

let open: SupervisedFolder;
beforeEach(async () => {
  open = await openSupervised();
});
afterEach(() => open.close());

/** A server that answers with its process id. */
const server = `import { createServer } from "node:http";
const server = createServer((_request, response) => response.end(String(process.pid)));
server.listen(process.env.PORT, process.env.HOST, () => console.log("up"));
`;

const freePort = { PORT: "0", HOST: "127.0.0.1" };

describe("a program", () => {
  it("gets its script, arguments, options, folder and environment, and nothing else", async () => {
    const source = `console.log(JSON.stringify({
      args: process.argv.slice(2), options: process.execArgv, folder: process.cwd(), environment: process.env,
      channel: ["send", "connected", "channel"].filter((name) => process[name]), active: process.getActiveResourcesInfo().filter((name) => name !== "CloseReq") }));`;
    for (const listens of [false, true]) {
      const spec = await open.program(source, {
        args: ["a b", "--c"],
        nodeOptions: ["--enable-source-maps"],
        environment: { KEY: "ü" },
        listens,
      });
      expect(await open.supervisor.start(spec).ended).toEqual({ exitCode: 0, signal: null });
      expect(JSON.parse(spec.lines.join("").replace("stdout: ", ""))).toEqual({
        args: ["a b", "--c"],
        options: ["--enable-source-maps"],
        folder: open.folder,
        environment: { KEY: "ü", KIKET_GEN_LAUNCH: open.launchId },
        channel: [],
        active: [],
      });
    }
  });

  it("ends as without a supervisor: by itself, with its exit code, by a signal, or with Node's words for an error", async () => {
    const endings = [
      ["process.exitCode = 3;", { exitCode: 3, signal: null }],
      ["process.on('beforeExit', () => { process.exitCode = 4; });", { exitCode: 4, signal: null }],
      ["process.kill(process.pid, 'SIGUSR2'); setTimeout(() => {}, 60_000);", { exitCode: null, signal: "SIGUSR2" }],
      ["throw new Error('mine');", { exitCode: 1, signal: null }],
      ["await new Promise(() => {});", { exitCode: 13, signal: null }],
    ] as const;
    for (const [source, end] of endings) {
      const spec = await open.program(source, { listens: true });
      const program = open.supervisor.start(spec);
      expect(await program.ended, source).toEqual(end);
      expect(await program.listening).toBeUndefined();
      expect(program.pid).toBeUndefined();
      const said = spec.lines.join("\n");
      if (source.startsWith("throw")) {
        expect(said).toContain(`${spec.script}:1\nstderr: ${source}`);
        expect(said).toContain("stderr: Error: mine");
      }
    }
  });

  it("loses no line at its end, and its two streams stay apart", async () => {
    const source = `import { writeSync } from "node:fs";
      for (let line = 0; line < 50_000; line += 1) writeSync(1, "line " + line + "\\n");
      writeSync(2, "last\\nwithout end");`;
    const spec = await open.program(source);
    await open.supervisor.start(spec).ended;
    expect(spec.lines.filter((line) => line.startsWith("stderr"))).toEqual(["stderr: last", "stderr: without end"]);
    const out = spec.lines.filter((line) => line.startsWith("stdout"));
    expect([out.length, out.at(0), out.at(-1)]).toEqual([50_000, "stdout: line 0", "stdout: line 49999"]);
  });

  it("in the background leaves the processor to others", async () => {
    const source = `import { getPriority } from "node:os";
      setInterval(() => {
        if (getPriority() === 0) return;
        console.log(getPriority());
        process.exit();
      }, 5);`;
    const spec = await open.program(source, { isBackground: true });
    await open.supervisor.start(spec).ended;
    expect(spec.lines).toEqual([`stdout: ${constants.priority.PRIORITY_BELOW_NORMAL}`]);
  });

  it("that cannot be started ends, and says why", async () => {
    const spec = await open.program("", { folder: join(open.folder, "missing") });
    const program = open.supervisor.start(spec);
    expect(await program.ended).toEqual({ exitCode: null, signal: null });
    expect(await program.listening).toBeUndefined();
    expect(spec.lines.join("")).toMatch(/^stderr: cannot start the program: spawn .*ENOENT/);
    const large = await open.program("", { environment: { LARGE: "x".repeat(10_000_000) } });
    expect(await open.supervisor.start(large).ended).toEqual({ exitCode: null, signal: null });
    expect(large.lines.join("")).toContain("E2BIG");
  });
});

describe("what a program starts", () => {
  it.runIf(process.platform === "linux")("does not get the pipe to the warden", async () => {
    const look = "test -e /proc/self/fd/3 || echo none";
    const source = `import { spawnSync } from "node:child_process";
      spawnSync("/bin/sh", ["-c", ${JSON.stringify(look)}], { stdio: "inherit" });`;
    const spec = await open.program(source);
    await open.supervisor.start(spec).ended;
    expect(spec.lines).toEqual(["stdout: none"]);
  });
});

describe("where a program listens", () => {
  it("is told as soon as it answers there", async () => {
    const program = open.supervisor.start(await open.program(server, { environment: freePort, listens: true }));
    const url = await program.listening;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(url ?? "")).text()).toBe(String(program.pid));
  });

  it("is an address that can be reached, whatever it binds", async () => {
    const hosts = [
      ["", "127.0.0.1"],
      ["0.0.0.0", "127.0.0.1"],
      ["::", "127.0.0.1"],
      ["::1", "[::1]"],
    ] as const;
    for (const [host, expected] of hosts) {
      const environment = { ...freePort, HOST: host };
      const source = server.replace("process.env.HOST", host === "" ? "undefined" : "process.env.HOST");
      const program = open.supervisor.start(await open.program(source, { environment, listens: true }));
      const { hostname } = new URL((await program.listening) ?? "");
      expect(hostname, host).toBe(expected);
    }
  });

  it("is its PORT, also if it listens elsewhere before; else where it listens first", async () => {
    const both = `import { createServer } from "node:http";
      const listen = (port) => new Promise((resolve) => {
        const server = createServer((_request, response) => response.end());
        server.listen(port, "127.0.0.1", () => resolve(server.address().port));
      });
      const first = await listen(0);
      await listen("./" + process.pid);
      if (process.env.WITH_PORT) await listen(process.env.PORT);
      console.log(first);`;
    const other = open.supervisor.start(await open.program(server, { environment: freePort, listens: true }));
    const PORT = new URL((await other.listening) ?? "").port;
    await other.stop(0);
    const right = await open.program(both, { environment: { PORT, WITH_PORT: "1" }, listens: true });
    expect(await open.supervisor.start(right).listening).toBe(`http://127.0.0.1:${PORT}`);
    const wrong = await open.program(both, { environment: { PORT: "1" }, listens: true });
    const url = await open.supervisor.start(wrong).listening;
    expect(wrong.lines).toEqual([`stdout: ${url?.replace("http://127.0.0.1:", "")}`]);
  });

  it("is told of a server in a worker thread, and of a cluster", async () => {
    const threaded = `import { Worker } from "node:worker_threads";
      new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(server)})));`;
    const clustered = `import cluster from "node:cluster";
      if (cluster.isPrimary) cluster.fork(); else { ${server.replace(/^import.*\n/, 'const { createServer } = await import("node:http");')} }`;
    for (const source of [threaded, clustered]) {
      const spec = await open.program(source, { environment: freePort, listens: true });
      const program = open.supervisor.start(spec);
      const url = await program.listening;
      expect(Number(await (await fetch(url ?? "")).text()), source).toBeGreaterThan(1);
      expect(await program.stop(5000), source).toEqual({ exitCode: null, signal: "SIGTERM" });
    }
  });

  it("is not asked of programs that it forks: they get none of the supervisor's options", async () => {
    const source = `import { fork } from "node:child_process";
      import { Worker } from "node:worker_threads";
      const tell = "console.log(JSON.stringify([process.execArgv, process.env.NODE_OPTIONS ?? null]))";
      await new Promise((end) => fork("data:,", { stdio: "ignore" }).on("exit", end));
      await new Promise((end) => fork(process.env.CHILD).on("exit", end));
      new Worker(tell, { eval: true });`;
    const child = join(open.folder, "child.cjs");
    const text = `require("node:http").createServer().listen(0, function () {
      console.log(JSON.stringify([process.execArgv, process.env.NODE_OPTIONS ?? null]));
      this.close();
      process.disconnect();
    });`;
    await writeFile(child, text);
    const spec = await open.program(source, { environment: { CHILD: child }, listens: true });
    const program = open.supervisor.start(spec);
    expect(await program.ended).toEqual({ exitCode: 0, signal: null });
    expect(await program.listening).toBeUndefined();
    expect(spec.lines).toEqual(["stdout: [[],null]", "stdout: [[],null]"]);
  });
});

describe("stopping", () => {
  it("waits for a program that ends by itself", async () => {
    const source = `process.on("SIGTERM", () => setTimeout(() => { console.log("done"); process.exit(7); }, 300));
      setInterval(() => {}, 1000); console.log("up");`;
    const spec = await open.program(source);
    const program = open.supervisor.start(spec);
    await until("it runs", () => spec.lines.length > 0);
    expect(await program.stop(20_000)).toEqual({ exitCode: 7, signal: null });
    expect(spec.lines).toEqual(["stdout: up", "stdout: done"]);
    expect(await program.stop(0)).toEqual({ exitCode: 7, signal: null });
  });

  it("again meanwhile cuts nothing off", async () => {
    const source = `process.on("SIGTERM", () => { console.log("ending"); setTimeout(() => process.exit(7), 500); });
      setInterval(() => {}, 1000); console.log("up");`;
    const spec = await open.program(source);
    const program = open.supervisor.start(spec);
    await until("it runs", () => spec.lines.length > 0);
    const first = program.stop(20_000);
    await until("it ends", () => spec.lines.includes("stdout: ending"));
    expect(await program.stop(0)).toEqual({ exitCode: 7, signal: null });
    expect(await first).toEqual({ exitCode: 7, signal: null });
    expect(spec.lines).toEqual(["stdout: up", "stdout: ending"]);
  });

  it.each([
    ["ignores SIGTERM", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');"],
    ["blocks", "process.on('SIGTERM', () => {}); console.log('up'); setTimeout(() => { for (;;); }, 50);"],
    ["was halted", "setInterval(() => {}, 1000); console.log('up');"],
  ])("kills a program that %s", async (what, source) => {
    const spec = await open.program(source);
    const program = open.supervisor.start(spec);
    await until("it runs", () => spec.lines.length > 0);
    const { pid = 0 } = program;
    expect(isGroupAlive(pid)).toBe(true);
    if (what === "was halted") process.kill(pid, "SIGSTOP");
    expect(await program.stop(300)).toEqual({ exitCode: null, signal: "SIGKILL" });
    expect(isGroupAlive(pid)).toBe(false);
  });

  const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
  const withChildren = (after: string) => `import { spawn } from "node:child_process";
    import { appendFileSync } from "node:fs";
    const start = (source) => {
      const { pid } = spawn(process.execPath, ["-e", source], { stdio: "inherit" });
      appendFileSync(process.env.PIDS, pid + "\\n");
    };
    start("setInterval(() => {}, 1000)");
    start(${JSON.stringify(stubborn)});
    ${after}`;

  it.each([
    ["when it is stopped", "console.log('up'); setInterval(() => {}, 1000);"],
    ["when it ends by itself", "console.log('up'); setTimeout(() => process.exit(), 200);"],
  ])("ends what a program has started %s", async (_when, after) => {
    const PIDS = join(open.folder, "pids");
    const spec = await open.program(withChildren(after), { environment: { PIDS } });
    const program = open.supervisor.start(spec);
    await until("it runs", () => spec.lines.length > 0);
    const group = program.pid ?? 0;
    if (after.includes("Interval")) await program.stop(5000);
    await program.ended;
    expect((await pidsIn(PIDS)).length).toBe(2);
    expect(isGroupAlive(group)).toBe(false);
    expect(open.current()).not.toContain(group);
  });

  it("does not wait for a program that has left the group and keeps the output open", async () => {
    const PIDS = join(open.folder, "pids");
    const source = `import { spawn } from "node:child_process";
      import { writeFileSync } from "node:fs";
      const child = spawn(process.execPath, ["-e", "setInterval(() => console.log('noise'), 1)"], { detached: true, stdio: "inherit" });
      writeFileSync(process.env.PIDS, String(child.pid));
      child.unref();
      console.log("up");`;
    const spec = await open.program(source, { environment: { PIDS } });
    expect(await open.supervisor.start(spec).ended).toEqual({ exitCode: 0, signal: null });
    expect(spec.lines).toContain("stdout: up");
    const [left = 0] = await pidsIn(PIDS);
    // It writes into a closed pipe now.
    await until("it ends", () => !isGroupAlive(left));
  });
});

describe("a warden that was killed", () => {
  it("is replaced for the next program", async () => {
    const first = await open.program("console.log('up'); setInterval(() => {}, 1000);", { listens: true });
    const program = open.supervisor.start(first);
    await until("it runs", () => first.lines.length > 0);
    const [warden = 0] = open.current();
    process.kill(warden, "SIGKILL");
    await program.ended;
    expect(first.lines.at(-1)).toBe(
      "stderr: kiket-gen: the process that watches over this program was killed, so the program was ended",
    );
    const next = open.supervisor.start(await open.program(server, { environment: freePort, listens: true }));
    expect(await (await fetch((await next.listening) ?? "")).text()).toBe(String(next.pid));
    expect(open.current()).toEqual([expect.any(Number), next.pid]);
    expect(open.current()).not.toContain(warden);
  });
});

describe("closing", () => {
  it("ends all programs and the warden, also those that are being stopped", async () => {
    const source = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');";
    const specs = [await open.program(source), await open.program(source)];
    const [first, second] = specs.map((spec) => open.supervisor.start(spec));
    await until("both run", () => specs.every(({ lines }) => lines.length > 0));
    const ends = [first?.stop(3_600_000), second?.ended];
    await open.supervisor.close(300);
    expect(await Promise.all(ends)).toEqual([
      { exitCode: null, signal: "SIGKILL" },
      { exitCode: null, signal: "SIGKILL" },
    ]);
    expect([...open.groups].length).toBe(3);
    expect([...open.groups].filter(isGroupAlive)).toEqual([]);
    expect(open.current()).toEqual([]);
    await open.supervisor.close(0);
    expect(await open.supervisor.start(await open.program("")).ended).toEqual({ exitCode: null, signal: null });
  });

  it("of one supervisor leaves the programs of another alone", async () => {
    const other = await openSupervised();
    const specs = { environment: freePort, listens: true };
    const mine = open.supervisor.start(await open.program(server, specs));
    const theirs = other.supervisor.start(await other.program(server, specs));
    const [url, otherUrl] = await Promise.all([mine.listening, theirs.listening]);
    expect(url).not.toBe(otherUrl);
    await open.supervisor.close(1000);
    expect(await (await fetch(otherUrl ?? "")).text()).toBe(String(theirs.pid));
    await other.close();
    expect([...other.groups].filter(isGroupAlive)).toEqual([]);
  });
});
