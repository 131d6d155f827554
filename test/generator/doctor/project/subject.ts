import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { version as ownVersion } from "../../../../generator/base/version.gen.js";
import * as init from "../../../../generator/commands/init.js";
import type { Finding } from "../../../../generator/doctor/finding.js";
import type { Subject } from "../../../../generator/doctor/project/subject.js";
import { createHost } from "../../../../generator/project/host.js";
import { linkPackage, root } from "../../../support/project.js";
import { runCommand } from "../../../support/run-command.js";

/** A project of `init` with its packages and a lock file, as after `npm install`. */
export async function newProject(template: string): Promise<string> {
  const parent = join(root, "test/.tmp");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "doctor-"));
  const { code, stderr } = await runCommand(init, [folder, "--template", template, "--name", "Trial"]);
  if (code !== 0) throw new Error(stderr);
  await linkPackage(folder);
  const { name, version, dependencies, devDependencies } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const packages = {
    "": { name, version, dependencies, devDependencies },
    "node_modules/kiket-gen": { version: ownVersion },
  };
  await writeFile(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  // It stands for the repository that the project is in: nothing above counts.
  await mkdir(join(folder, ".git"));
  await writeFile(join(folder, ".git/HEAD"), "ref: refs/heads/main\n");
  return folder;
}

export function subjectOf(folder: string, more: Partial<Subject> = {}): Subject {
  return {
    ...{ dir: folder, folder, host: createHost(folder), environment: {}, node: "22.12.0", say: () => undefined },
    isRunning: async () => undefined,
    ...more,
  };
}

/** What is not right, without its reason. */
export function notRight(findings: readonly Finding[]): readonly Partial<Finding>[] {
  return findings
    .filter(({ status }) => status !== "ok")
    .map(({ id, status, what, where, fix }) => ({
      id,
      status,
      what,
      ...(where === undefined ? {} : { where }),
      ...(fix === undefined ? {} : { fix }),
    }));
}
