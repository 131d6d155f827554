import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The TypeScript versions that must compile generated code, and their packages here. */
export const compilers = { "5.9": "typescript", "6.0": "typescript-6", "7.0": "typescript-7" } as const;

export type CompilerVersion = keyof typeof compilers;

/**
 * A temporary project inside the repository, so that it finds the package by its name, as a user's project does. `workspaces` make it
 * a root of its own, so that it has no part in what this repository's packages remember.
 */
export async function createProject(files: Readonly<Record<string, string>>): Promise<string> {
  const parent = join(root, "test/.tmp");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "project-"));
  for (const [path, text] of Object.entries({ "package.json": '{ "type": "module", "workspaces": [] }\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

export async function removeProject(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Every file below a folder with its text, by path with "/" separators, in code-unit order. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = await Promise.all(
    files.map(async (file) => [relative(folder, file).split(sep).join("/"), await readFile(file, "utf8")] as const),
  );
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with this Node. A non-zero exit code is a result, not an error. */
export async function runNode(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Finished> {
  return promisify(execFile)(process.execPath, [...args], {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    ...(env === undefined ? {} : { env }),
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      code: error.code ?? -1,
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? String(error),
    }),
  );
}

/** The built command, as a user runs it. */
export function runCli(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Finished> {
  return runNode([join(root, "dist/generator/cli.js"), ...args], cwd, env);
}

const compilerOptions = {
  target: "ES2023",
  module: "NodeNext",
  strict: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: true,
  types: ["node"],
  rootDir: "src",
  outDir: "dist",
};

/** Compiles a project's `src` to `dist`, and returns the output of the compiler, which is empty if there are no errors. */
export async function compile(folder: string, version: CompilerVersion = "7.0", emit = false): Promise<string> {
  const config = join(folder, `tsconfig.${version}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: !emit }, include: ["src"] }));
  const tsc = join(root, "node_modules", compilers[version], "bin/tsc");
  const { code, stdout, stderr } = await runNode([tsc, "-p", config], folder);
  return code === 0 ? "" : `${stdout}${stderr}`;
}
