import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./project.js";
import { type Finished, runNode } from "./run-node.js";

/** The TypeScript versions that must compile generated code, and their packages here. */
const compilers = { "5.9": "typescript", "6.0": "typescript-6", "7.0": "typescript-7" } as const;

export type CompilerVersion = keyof typeof compilers;

/** The fastest: it takes a seventh of the time of the others. */
const fastest = "7.0";

/** All versions if `HEAVY` is set, as in `.ci/run`; only the fastest in `npm test`. For generated files. */
export const allCompilers: readonly CompilerVersion[] =
  process.env.HEAVY === undefined ? [fastest] : (Object.keys(compilers) as CompilerVersion[]);

/** The oldest and the newest of these, for all else: 7.0 checks as 6.0 does, of which it is a translation. */
export const testedCompilers: readonly CompilerVersion[] = allCompilers.filter((version) => version !== "6.0");

/** Runs a compiler in a folder, with the `tsconfig.json` there unless the arguments name another. */
export function tsc(
  folder: string,
  args: readonly string[] = [],
  version: CompilerVersion = fastest,
): Promise<Finished> {
  return runNode([join(root, "node_modules", compilers[version], "bin/tsc"), ...args], folder);
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
export async function compile(folder: string, version: CompilerVersion = fastest, emit = false): Promise<string> {
  const config = `tsconfig.${version}.json`;
  const text = JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: !emit }, include: ["src"] });
  await writeFile(join(folder, config), text);
  const { code, stdout, stderr } = await tsc(folder, ["-p", config], version);
  return code === 0 ? "" : `${stdout}${stderr}`;
}

/** Checks the types of all projects below a folder, their tests too, with one run of the compiler. Nothing is written. */
export async function compileAll(folder: string): Promise<string> {
  const options = { ...compilerOptions, rootDir: ".", noEmit: true };
  const text = JSON.stringify({ compilerOptions: options, include: ["*/src", "*/test"] });
  await writeFile(join(folder, "tsconfig.all.json"), text);
  const { code, stdout, stderr } = await tsc(folder, ["-p", "tsconfig.all.json"]);
  return code === 0 ? "" : `${stdout}${stderr}`;
}
