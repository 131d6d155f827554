import { type ChildProcess, execFile, spawn } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { build } from "esbuild";
import { root } from "../project.js";

/** An extension that listens in its own process. */
export interface RunningProgram {
  readonly url: string;
  stop(): Promise<void>;
}

export interface RuntimeUnderTest {
  readonly name: string;
  /** Undefined if this machine has none. */
  readonly binary: string | undefined;
  start(binary: string, env: Readonly<Record<string, string>>): Promise<RunningProgram>;
}

const programs = join(root, "test/support/runtimes");

/** `*` matches one folder, whose name depends on the platform. */
async function expand(pattern: string): Promise<string[]> {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return [join(root, "node_modules", pattern)];
  const [scope = "", prefix = ""] = before.split(/(?<=\/)(?=[^/]*$)/);
  const names = await readdir(join(root, "node_modules", scope)).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(root, "node_modules", scope, name + after));
}

/** The first binary that exists and runs. The package's install script may have moved it, or may not have run. */
async function findBinary(...patterns: string[]): Promise<string | undefined> {
  for (const pattern of patterns) {
    for (const path of await expand(pattern)) {
      const works = await access(path)
        .then(() => promisify(execFile)(path, ["--version"]))
        .then(
          () => true,
          () => false,
        );
      if (works) return path;
    }
  }
  return undefined;
}

/** Waits for the first line that contains the address of the program. */
async function urlFrom(
  child: ChildProcess,
  lines: Readable,
  read: (line: string) => string | undefined,
): Promise<string> {
  const errors: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${errors.join("")}`)));
    createInterface({ input: lines }).on("line", (line) => {
      const url = read(line);
      if (url !== undefined) resolve(url);
    });
  });
}

export async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

async function startProgram(
  binary: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningProgram> {
  const child = spawn(binary, [...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const url = await urlFrom(child, child.stdout, (line) => (line.startsWith("http://") ? line : undefined));
  return { url, stop: () => stopProgram(child) };
}

async function temporaryFolder(): Promise<string> {
  const parent = join(root, "test/.tmp");
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, "runtime-"));
}

/** A worker that runs, with the file that it was bundled to. */
export interface RunningWorkerFile extends RunningProgram {
  readonly file: string;
}

/** Bundles a worker into one file, as the tools for workers do, and runs it. */
export async function startWorker(
  binary: string,
  entry: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningWorkerFile> {
  const folder = await temporaryFolder();
  await build({
    entryPoints: [entry],
    outfile: join(folder, "worker.js"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
  });
  const bindings = Object.entries(env).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`,
  );
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-01-01",
  bindings = [${bindings.join(", ")}],
);
`;
  await writeFile(join(folder, "config.capnp"), config);
  const child = spawn(binary, ["serve", join(folder, "config.capnp"), "--control-fd=3"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const url = await urlFrom(child, child.stdio[3] as Readable, (line) => {
    const { event, port } = JSON.parse(line) as { readonly event: string; readonly port?: number };
    return event === "listen" && port !== undefined ? `http://127.0.0.1:${port}` : undefined;
  });
  return {
    url,
    file: join(folder, "worker.js"),
    async stop() {
      await stopProgram(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Node, and all other runtimes that have a binary for this machine. */
export async function findRuntimes(): Promise<readonly RuntimeUnderTest[]> {
  const end = process.platform === "win32" ? ".exe" : "";
  return [
    {
      name: "Node",
      binary: process.execPath,
      start: (binary, env) => startProgram(binary, [join(programs, "node.mjs")], env),
    },
    {
      name: "Bun",
      binary: await findBinary(`@oven/bun-*/bin/bun${end}`, "bun/bin/bun.exe"),
      start: (binary, env) => startProgram(binary, [join(programs, "bun.mjs")], env),
    },
    {
      name: "Deno",
      binary: await findBinary(`@deno/*/deno${end}`, `deno/deno${end}`),
      start: async (binary, env) => {
        const folder = await temporaryFolder();
        const flags = [
          "--no-lock",
          "--no-remote",
          "--node-modules-dir=manual",
          "--allow-net",
          "--allow-env",
          "--allow-read",
        ];
        const program = await startProgram(binary, ["run", ...flags, join(programs, "deno.mjs")], {
          ...env,
          DENO_DIR: folder,
          DENO_NO_UPDATE_CHECK: "1",
        });
        return {
          url: program.url,
          async stop() {
            await program.stop();
            await rm(folder, { recursive: true, force: true });
          },
        };
      },
    },
    {
      name: "workerd",
      binary: await findBinary(`@cloudflare/workerd-*/bin/workerd${end}`, "workerd/bin/workerd"),
      start: (binary, env) => startWorker(binary, join(programs, "worker.mjs"), env),
    },
  ];
}
