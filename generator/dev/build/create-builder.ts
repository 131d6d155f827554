import { mkdirSync } from "node:fs";
import { join, posix } from "node:path";
import type { ts } from "ts-morph";
import { describeSystemError } from "../../project/host.js";
import { checkBuildFolder, keepBuilds, placeBuild } from "./build-folder.js";
import { readBuildSetup, realFolder } from "./build-setup.js";
import type { Build, Builder, BuildProblem } from "./builder.js";
import { createCompiler } from "./compiler.js";
import { writeMirror } from "./mirror.js";
import { readText, systemWithin } from "./plain-system.js";
import { localPath, slashed } from "./project-path.js";

export interface BuilderPlaces {
  /** The folder of builds, `.kiket-gen/build`, absolute. */
  readonly folder: string;
  /** The program by the layout of the project, relative to it, with "/" and without its ending: `src/main`. */
  readonly main: string;
  /** Makes the folder that it is in again, if somebody has deleted it. */
  readonly restore: () => void;
}

/** What building would come to. */
export type BuildTrial =
  | { readonly problems: readonly BuildProblem[] }
  | {
      /** How many files were compiled. */
      readonly count: number;
      readonly warnings: readonly BuildProblem[];
      /** The sources that the configurations name, relative to the project, with "/". */
      readonly sources: readonly string[];
    };

/**
 * Compiles the sources in memory as a builder does, and writes nothing. `main`: as for a builder. `top`: the folder of the whole repository;
 * no source is looked for outside of it. Throws errors of the file system.
 */
export function tryBuild(dir: string, main: string, top: string): BuildTrial {
  const project = realFolder(dir);
  const system: ts.System = systemWithin(realFolder(top));
  const { setup } = readBuildSetup(project, main, system);
  if ("problems" in setup) return setup;
  const compiled = createCompiler().compile(setup);
  if ("problems" in compiled) return compiled;
  const named = [...setup.sources, ...setup.others.flatMap(({ sources }) => sources)];
  const { count, warnings } = compiled;
  return { count, warnings, sources: named.map((path) => localPath(project, path)) };
}

/** Builds the project in a folder as `npm run build` does, but file by file, and without checking types. */
export async function createBuilder(dir: string, { folder, main, restore }: BuilderPlaces): Promise<Builder> {
  const project = realFolder(dir);
  const compiler = createCompiler();
  let watched: readonly string[] = [];

  function build(number: number): Build | { readonly problems: readonly BuildProblem[] } {
    const { setup, read, folders } = readBuildSetup(project, main);
    watched = [...read, ...folders];
    if ("problems" in setup) return setup;
    const compiled = compiler.compile(setup);
    watched = [...read, ...folders, ...compiled.inputs];
    if ("problems" in compiled) return compiled;
    const { files, places, after, count, warnings } = compiled;
    const packageFile = readText(posix.join(project, "package.json"));
    const all = new Map(files);
    if (packageFile !== undefined) all.set("package.json", packageFile);
    const place = placeBuild(folder, number, (unfinished) => writeMirror(project, unfinished, all, after));
    const program = join(place, localPath(project, places.outputs.get(setup.main) ?? setup.main));
    return { folder: place, program, compiled: count, warnings };
  }

  function failure(error: unknown): { readonly problems: readonly BuildProblem[] } {
    const reason = describeSystemError(error);
    if (reason === undefined) throw error;
    const { path = folder } = error as NodeJS.ErrnoException;
    const message = reason.startsWith(path) ? reason.slice(path.length + 2) : reason;
    return { problems: [{ file: localPath(project, slashed(path)), line: 1, column: 1, message }] };
  }

  return {
    async build(number) {
      try {
        restore();
        mkdirSync(folder, { mode: 0o700, recursive: false });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") return failure(error);
      }
      try {
        checkBuildFolder(folder);
        return build(number);
      } catch (error) {
        return failure(error);
      }
    },
    inputs: () => [...new Set(watched)],
    async keep(numbers) {
      try {
        keepBuilds(folder, numbers);
      } catch (error) {
        // If it still is so, the next build says it.
        failure(error);
      }
    },
  };
}
