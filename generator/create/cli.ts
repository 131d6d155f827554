#!/usr/bin/env node
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { showInvisible } from "../base/invisible-characters.js";
import { runningManager } from "../base/package-manager.js";
import { version } from "../base/version.gen.js";
import { clackAsked } from "./clack-asked.js";
import { create } from "./create.js";

/** The command of kiket-gen that was installed with this package; undefined without one. */
function initProgram(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("kiket-gen/package.json");
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin["kiket-gen"]);
  } catch {
    return undefined;
  }
}

/** `kiket-gen init` decides, and says more: this is for the one who is asked. */
function problemOf(dir: string): string | undefined {
  try {
    return readdirSync(dir).every((name) => name === ".git") ? undefined : `${showInvisible(dir)} is not empty`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTDIR" ? `${showInvisible(dir)} is a file` : undefined;
  }
}

/** Ctrl+C reaches the program as well, which ends as it wants. Its exit status is ours. */
function run(command: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // Package managers are scripts on Windows, which only a shell starts. The words for one are never of the user's.
    const shell = process.platform === "win32" && command !== process.execPath;
    const child = spawn(command, args, { cwd, stdio: "inherit", shell });
    const wait = () => {};
    process.on("SIGINT", wait);
    child.once("error", reject);
    child.once("close", (status, signal) => {
      process.off("SIGINT", wait);
      resolve(status ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** The package manager that runs this process may be on no PATH, as with `npx pnpm create`. */
function runManager(manager: string, args: readonly string[], cwd: string): Promise<number> {
  const { npm_config_user_agent: agent, npm_execpath: program = "" } = process.env;
  const isRunning = runningManager(agent)?.manager === manager && /\.c?js$/.test(program);
  return isRunning ? run(process.execPath, [program, ...args], cwd) : run(manager, args, cwd);
}

const { stdin, stdout, stderr, env } = process;

process.exitCode = await create(process.argv.slice(2), {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  version,
  agent: env.npm_config_user_agent,
  asked: stdin.isTTY && stdout.isTTY ? clackAsked : undefined,
  problemOf,
  init: (words) => {
    const program = initProgram();
    return program === undefined ? undefined : run(process.execPath, [program, ...words], process.cwd());
  },
  run: (command, args, folder) => (command === "git" ? run : runManager)(command, args, folder),
});
