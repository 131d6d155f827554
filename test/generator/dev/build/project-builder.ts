import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { onTestFinished } from "vitest";
import type { Build, Builder, BuildProblem } from "../../../../generator/dev/build/builder.js";
import { createBuilder } from "../../../../generator/dev/build/create-builder.js";
import { createProject, removeProject, root } from "../../../support/project.js";
import { runNode } from "../../../support/run-node.js";

/** A project with a builder. */
export interface BuiltProject {
  readonly folder: string;
  readonly builder: Builder;
}

/** `below`: the folder of the project in what is created. */
export async function openBuilder(
  files: Readonly<Record<string, string>>,
  main = "src/main",
  below = "",
): Promise<BuiltProject> {
  const whole = await createProject(files);
  onTestFinished(() => removeProject(whole));
  const folder = join(whole, below);
  await mkdir(join(folder, ".kiket-gen"));
  return {
    folder,
    builder: await createBuilder(folder, { folder: join(folder, ".kiket-gen/build"), main, restore() {} }),
  };
}

export async function buildOf({ builder }: BuiltProject, number = 1): Promise<Build> {
  const build = await builder.build(number);
  if ("problems" in build) throw new Error(JSON.stringify(build.problems, undefined, 2));
  return build;
}

export async function problemsOf({ builder }: BuiltProject, number = 1): Promise<readonly BuildProblem[]> {
  const build = await builder.build(number);
  return "problems" in build ? build.problems : [];
}

/** What a program prints, and the first line of its error if it fails. */
export async function printed(script: string, folder: string): Promise<string> {
  const { code, stdout, stderr } = await runNode(["--enable-source-maps", "--no-warnings", script], folder);
  const [error] = /^\w*Error.*$/m.exec(stderr) ?? [stderr];
  return code === 0 ? stdout.trimEnd() : `${stdout}${error}`;
}

/** What the project's program prints: as built for `dev`, and after the compiler itself has built it. */
export async function bothPrint(
  project: BuiltProject,
  args: readonly string[],
  typescript = "typescript-7",
): Promise<{ readonly dev: string; readonly built: string; readonly warnings: readonly string[] }> {
  const { program, folder: build, warnings } = await buildOf(project);
  const dev = await printed(program, project.folder);
  await rm(join(project.folder, "dist"), { recursive: true, force: true });
  await runNode([join(root, "node_modules", typescript, "bin/tsc"), ...args], project.folder);
  const built = await printed(join(project.folder, relative(build, program)), project.folder);
  return {
    dev,
    built,
    warnings: warnings.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`),
  };
}
