import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSupervisor, type ProgramSpec, type Supervisor } from "../../generator/dev/process/supervisor.js";
import { root } from "./project.js";

/** The built script that watches over programs. */
export const wardenScript: string = join(root, "dist/chunks/warden.cjs");

export const newLaunchId = (): string => randomBytes(16).toString("hex");

/** Waits until something is as it should be. Fails after 30 seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 600; !(await isSo()); left -= 1) {
    if (left === 0) throw new Error(`not within 30 seconds: ${what}`);
    await sleep(50);
  }
}

/** Programs in a temporary folder, with a supervisor and all that it has told. */
export interface SupervisedFolder {
  readonly folder: string;
  readonly supervisor: Supervisor;
  /** All process groups that were ever told. */
  readonly groups: Set<number>;
  /** The groups that were told last. */
  readonly current: () => readonly number[];
  readonly launchId: string;
  /** A program from its source. Its lines are collected in `lines`, with their stream before them. */
  program(source: string, spec?: Partial<ProgramSpec>): Promise<ProgramSpec & { readonly lines: string[] }>;
  /** Ends everything. */
  close(): Promise<void>;
}

let count = 0;

export async function openSupervised(): Promise<SupervisedFolder> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "kiket-gen-process-")));
  const groups = new Set<number>();
  const launchId = newLaunchId();
  let current: readonly number[] = [];
  const onGroups = (all: readonly number[]) => {
    current = all;
    for (const group of all) groups.add(group);
  };
  const supervisor = createSupervisor({ launchId, environment: process.env, onGroups, warden: wardenScript });
  return {
    folder,
    supervisor,
    groups,
    current: () => current,
    launchId,
    async program(source, spec) {
      count += 1;
      const script = join(folder, `program-${count}.mjs`);
      await writeFile(script, source);
      const lines: string[] = [];
      const onLine = (stream: string, line: string) => void lines.push(`${stream}: ${line}`);
      const environment = { PATH: process.env.PATH ?? "" };
      return { script, folder, environment, listens: false, onLine, lines, ...spec };
    },
    async close() {
      await supervisor.close(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The numbers that a program has written into a file, one in a line. */
export async function pidsIn(file: string): Promise<number[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").filter(Boolean).map(Number);
}
