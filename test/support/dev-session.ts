import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { DeliveryRecord, SendRequest } from "kiket-gen/dev";
import type { DevWord } from "../../generator/dev/words/dev-word.js";
import { createProject, linkPackage, root } from "./project.js";
import { runCli } from "./run-node.js";

type Word<T extends DevWord["type"]> = Extract<DevWord, { type: T }>;

/** `kiket-gen dev --json`, as built, in a process of its own. */
export interface DevSession {
  readonly child: ChildProcess;
  /** All that it has told so far. */
  readonly words: readonly DevWord[];
  readonly stderr: () => string;
  /** Waits for a word that was not taken before, and takes all up to it. */
  next<T extends DevWord["type"]>(type: T, is?: (word: Word<T>) => boolean): Promise<Word<T>>;
  send(request: SendRequest): Promise<DeliveryRecord>;
  /** The status with which it ends. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Polls: nothing here waits for a fixed time. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A new project of a template, with the package and the compiler in `node_modules`. */
export async function createTemplateProject(template: string): Promise<string> {
  const parent = await realpath(await createProject({}));
  await runCli(["init", join(parent, "bell"), "--template", template], parent);
  const folder = join(parent, "bell");
  await linkPackage(folder);
  return folder;
}

/** Installs a package of this repository into a project, as a link. */
export async function linkDependency(folder: string, name: string, from: string = name): Promise<void> {
  const place = join(folder, "node_modules", name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(join(root, "node_modules", from), place, "junction");
}

export async function handlerIn(folder: string): Promise<string> {
  const [name = ""] = await readdir(join(folder, "src/handlers"));
  return join(folder, "src/handlers", name);
}

/** Replaces a text of a file that must be there. */
export async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
  await writeFile(file, text.replace(from, to));
}

export function startDev(
  folder: string,
  args: readonly string[] = ["--port", "0"],
  environment: NodeJS.ProcessEnv = {},
): DevSession {
  const { PORT: _, HOST: __, ...own } = process.env;
  const child = spawn(process.execPath, [join(root, "dist/generator/cli.cjs"), "dev", "--json", ...args], {
    cwd: folder,
    env: { ...own, ...environment },
  });
  const words: DevWord[] = [];
  let taken = 0;
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on("line", (line) => void words.push(JSON.parse(line) as DevWord));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const told = () => `${stderr}\n${words.map((word) => JSON.stringify(word)).join("\n")}`;

  const session: DevSession = {
    child,
    words,
    stderr: () => stderr,
    async next(type, is = () => true) {
      type Wanted = Word<typeof type>;
      const isIt = (word: DevWord, index: number) => index >= taken && word.type === type && is(word as Wanted);
      await until(() => {
        if (child.exitCode !== null) throw new Error(`dev has ended with ${child.exitCode}: ${told()}`);
        return words.some(isIt);
      });
      const found = words.findIndex(isIt);
      taken = found + 1;
      return words[found] as Wanted;
    },
    async send(request) {
      const ready = words.find((word) => word.type === "ready");
      if (ready === undefined) throw new Error("not ready");
      const response = await fetch(`${ready.inspector}/api/deliveries`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-kiket-gen-token": ready.token },
        body: JSON.stringify(request),
      });
      if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.json()) as DeliveryRecord;
    },
    end(signal = "SIGTERM") {
      child.kill(signal);
      return exit;
    },
  };
  return session;
}

/** Processes of this machine that were started by a launch of `dev`. Linux only. */
export async function processesOf(launchId: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const isZombie = /^\d+ \(.*\) Z/.test(state);
      return text.split("\0").includes(`KIKET_GEN_LAUNCH=${launchId}`) && !isZombie ? [pid] : [];
    }),
  );
  return found.flat();
}
