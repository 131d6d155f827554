import { type ChildProcess, spawn } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../support/free-port.js";
import { root } from "../support/project.js";
import { until } from "../support/supervised.js";
import { missingLine, type Step } from "./tutorial-steps.js";

/** A terminal with a program that goes on running. */
interface Terminal {
  readonly command: string;
  readonly cwd: string;
  readonly printed: readonly string[];
  hasEnded(): boolean;
  end(): Promise<void>;
}

export interface Play {
  /** Does what a step says. Throws where the page is wrong. */
  do(step: Step): Promise<void>;
  /** The folder of the project, once it was made. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Deliveries are sent by the `dev` that runs, which must have what was saved last. */
const isDelivery = (command: string) => /^npx kiket-gen (trigger|replay)\b/.test(command) && !command.includes("--url");

/** A reader with an empty folder, who has the packages of this repository in place of a registry. */
export async function openPlay(): Promise<Play> {
  const parent = await mkdtemp(join(tmpdir(), "kiket-gen-tutorial-"));
  const [port, kiketPort, pagerPort] = [await freePort(), await freePort(), await freePort()];
  const cli = join(root, "dist/generator/cli.cjs");
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: "1",
    PAGER_PORT: String(pagerPort),
    PAGER_URL: `http://127.0.0.1:${pagerPort}`,
    PATH: `${join(parent, "on-call/node_modules/.bin")}:${dirname(process.execPath)}:${process.env.PATH}`,
  };
  // Those of the test would decide what the project's own vitest, and its extension, do.
  const others = [
    "VITEST",
    "VITEST_POOL_ID",
    "VITEST_WORKER_ID",
    "FORCE_COLOR",
    "NODE_ENV",
    "PORT",
    "HOST",
    "REDIS_URL",
  ];
  for (const name of others) delete env[name];
  const terminals = new Map<string, Terminal>();
  let cwd = parent;
  let printed: readonly string[] = [];
  let isSaved = false;
  let kept: string | undefined;

  /** The script of the project that npm runs, with the one before it. */
  async function scriptOf(name: string): Promise<string> {
    const { scripts } = JSON.parse(await readFile(join(cwd, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    return [scripts[`pre${name}`], scripts[name] ?? `no script ${name}`].filter(Boolean).join(" && ");
  }

  /** The command as this machine runs it: without npx and npm, which take long, and without fixed ports. */
  async function shellOf(command: string): Promise<string> {
    const [, name] = /^npm (?:run )?(\S+)$/.exec(command) ?? [];
    const text = name === undefined ? command : await scriptOf(name);
    return text
      .replace(/^(.*)npx kiket-gen (trigger .*--url .*)$/, `$1npx kiket-gen $2 --kiket-port ${kiketPort}`)
      .replaceAll("npx kiket-gen", `"${process.execPath}" "${cli}"`)
      .replace(/^kiket-gen dev$/, `exec "${process.execPath}" "${cli}" dev --port 0 --no-open`)
      .replaceAll("127.0.0.1:8000", `127.0.0.1:${port}`)
      .replaceAll("127.0.0.1:4849", `127.0.0.1:${kiketPort}`);
  }

  function start(text: string, folder: string, more: NodeJS.ProcessEnv = {}): [ChildProcess, string[]] {
    const child = spawn("sh", ["-c", text], { cwd: folder, env: { ...env, ...more }, detached: true });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => void lines.push(line));
    return [child, lines];
  }

  async function openTerminal(name: string, command: string, folder: string): Promise<void> {
    await terminals.get(name)?.end();
    const more = command.includes("main.mjs") ? { PORT: String(port) } : {};
    const [child, lines] = start(await shellOf(command), folder, more);
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    const end = async () => {
      // The whole group: the shell may have started the program as a process of its own.
      if (!hasEnded() && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      await closed;
    };
    terminals.set(name, { command, cwd: folder, printed: lines, hasEnded, end });
    await appears(name, [command.startsWith("npm run dev") ? "…ready in…" : "…"]);
  }

  /** Waits until a terminal has these lines. */
  async function appears(name: string, lines: readonly string[]): Promise<void> {
    const terminal = terminals.get(name);
    if (terminal === undefined) throw new Error(`no terminal ${name} was opened`);
    await until(`${name} prints ${JSON.stringify(lines)}`, () => {
      if (terminal.printed.length > 0 && missingLine(lines, terminal.printed) === undefined) return true;
      if (terminal.hasEnded()) throw new Error(`"${terminal.command}" has ended:\n${terminal.printed.join("\n")}`);
      return false;
    });
  }

  /** Waits until `dev` has restarted with all that was saved before: a reader sees it, and a change of `.env` makes it certain. */
  async function runsWhatWasSaved({ cwd: folder, printed: lines }: Terminal): Promise<void> {
    let told = "";
    // One that began before the change does not count.
    while (!told.includes(".env")) {
      const from = lines.length;
      await appendFile(join(folder, ".env"), `# ${from}\n`);
      const restart = () => lines.slice(from).find((line) => line.includes("  restarted in "));
      await until("dev restarts", () => restart() !== undefined);
      told = restart() ?? "";
    }
  }

  /** Links a package of this repository, as if npm had installed it. */
  async function link(name: string, from: string = join(root, "node_modules", name)): Promise<void> {
    const place = join(cwd, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(from, place, "junction");
  }

  /** `npm install` in a new project: its packages and their programs. */
  async function installAll(): Promise<void> {
    const { devDependencies } = JSON.parse(await readFile(join(cwd, "package.json"), "utf8"));
    for (const name of Object.keys(devDependencies)) await link(name);
    await link("kiket-gen", root);
    await mkdir(join(cwd, "node_modules/.bin"));
    const modules = join(root, "node_modules");
    const programs = {
      "kiket-gen": cli,
      tsc: join(modules, "typescript/bin/tsc"),
      vitest: join(modules, "vitest/vitest.mjs"),
    };
    for (const [name, file] of Object.entries(programs)) {
      const script = `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`;
      await writeFile(join(cwd, "node_modules/.bin", name), script, { mode: 0o755 });
    }
  }

  /** `npm install <name>`: the package, and its line in `package.json`. */
  async function installOne(name: string): Promise<void> {
    await link(name);
    const path = join(cwd, "package.json");
    const manifest = JSON.parse(await readFile(path, "utf8"));
    const { version } = JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8"));
    const all = Object.entries({ ...manifest.dependencies, [name]: `^${version}` });
    manifest.dependencies = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
  }

  async function run(command: string): Promise<readonly string[]> {
    const [, folder] = /^cd (\S+)$/.exec(command) ?? [];
    const [, packages] = /^npm install(.*)$/.exec(command) ?? [];
    if (folder !== undefined) cwd = join(cwd, folder);
    else if (packages === "") await installAll();
    else for (const name of packages?.trim().split(" ") ?? []) await installOne(name);
    if (folder !== undefined || packages !== undefined) return [];
    const dev = terminals.get("dev");
    if (isDelivery(command) && isSaved && dev?.command === "npm run dev") await runsWhatWasSaved(dev);
    isSaved = !isDelivery(command);
    const [child, lines] = start(await shellOf(command), cwd);
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0 && kept === undefined) throw new Error(`"${command}" has ended with ${code}:\n${lines.join("\n")}`);
    return lines.map((line) => line.replace(/^(\S+)\((\d+),(\d+)\): error/, "$1:$2:$3 - error"));
  }

  const notInstalled = {
    recursive: true,
    filter: (path: string) => !/node_modules|\.kiket-gen/.test(relative(parent, path)),
  };

  return {
    get folder() {
      return cwd;
    },
    async do(step) {
      if (step.kind === "commands") {
        printed = [];
        const [first = ""] = step.commands;
        if (step.terminal !== "") await openTerminal(step.terminal, first, cwd);
        else for (const command of step.commands) printed = [...printed, ...(await run(command))];
      } else if (step.kind === "file") {
        await mkdir(dirname(join(cwd, step.path)), { recursive: true });
        await writeFile(join(cwd, step.path), step.text);
        isSaved = true;
      } else if (step.kind === "output") {
        if (step.terminal !== "") return appears(step.terminal, step.lines);
        const missing = missingLine(step.lines, printed);
        if (missing !== undefined) throw new Error(`"${missing}" was not printed:\n${printed.join("\n")}`);
      } else if (step.isOpen) {
        kept = `${cwd}.kept`;
        await cp(cwd, kept, notInstalled);
      } else if (kept !== undefined) {
        await cp(kept, cwd, { recursive: true });
        await rm(kept, { recursive: true });
        kept = undefined;
        isSaved = true;
      }
    },
    async close() {
      for (const terminal of terminals.values()) await terminal.end();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
