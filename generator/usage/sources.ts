import { dirname, join, relative, resolve, sep } from "node:path";
import { Project, type SourceFile, ts } from "ts-morph";
import { compare } from "../base/naming.js";
import type { Position } from "../model/model.js";
import { sourceEndings } from "../project/files-below.js";
import type { Layout } from "../project/layout.js";
import { conflictMistake } from "../yaml/source.js";
import { ownDeclarations } from "./own-declarations.js";

/** The user's sources cannot be analysed. The message says why, and what to do if that is known. */
export class SourcesError extends Error {
  override readonly name: string = "SourcesError";
  /** Absent if it is not about a place in the sources. */
  readonly at: Position | undefined;
  constructor(message: string, at?: Position) {
    super(message);
    this.at = at;
  }
}

/** A file of the project. The path is relative to the project, with "/". */
export interface OverlaidFile {
  readonly path: string;
  readonly text: string;
}

export interface OpenedSources {
  readonly project: Project;
  /** The user's sources, ordered by path. */
  readonly files: readonly SourceFile[];
  /** A file's path relative to the project, with "/". */
  readonly pathOf: (file: SourceFile) => string;
  /** The absolute path of a file of the project. */
  readonly at: (path: string) => string;
  /** The folder of the runtime's declarations. */
  readonly library: string;
}

function slashes(path: string): string {
  return path.split(sep).join("/");
}

/** Types of ECMAScript only: what handlers do with those of Node and of browsers is not followed. */
const quick = { types: [], lib: ["lib.esnext.d.ts"], skipLibCheck: true, noEmit: true };

function openProject(config: string): Project {
  const strict = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true };
  if (!ts.sys.fileExists(config)) return new Project({ compilerOptions: { ...strict, ...quick } });
  try {
    return new Project({ tsConfigFilePath: config, skipAddingFilesFromTsConfig: true, compilerOptions: quick });
  } catch (error) {
    throw new SourcesError(`tsconfig.json cannot be read: ${(error as Error).message}`);
  }
}

/** What to read: the folder that contains the output, the handlers, and everything that they import. */
export interface Reading {
  readonly layout: Layout;
  /** Whether to read the project's tests as well. `audit` leaves them out; `rename` needs them. */
  readonly tests: boolean;
}

/** Replaces generated files in memory; the files on disk are not changed. */
export function overlayFiles(
  { project, at }: Pick<OpenedSources, "project" | "at">,
  generated: readonly OverlaidFile[],
): void {
  for (const { path, text } of generated) project.createSourceFile(at(path), text, { overwrite: true });
}

/** What TypeScript says of a marker that git left: it ignores one side of the conflict. */
const conflictCode = 1185;

/** Of a file with a merge conflict, nobody can tell what it uses. A text in it may look like one, so TypeScript decides. */
function checkConflicts({ project, files, pathOf }: Pick<OpenedSources, "project" | "files" | "pathOf">): void {
  for (const file of files) {
    const conflict = conflictMistake(file.getFullText());
    if (conflict === undefined) continue;
    const mistakes = project.getProgram().getSyntacticDiagnostics(file);
    if (!mistakes.some((mistake) => mistake.getCode() === conflictCode)) continue;
    throw new SourcesError(conflict.message, { file: pathOf(file), line: conflict.line, column: 1 });
  }
}

/**
 * Opens a project's sources, with the given generated files instead of those on disk. Writes nothing.
 * @throws {SourcesError} if tsconfig.json cannot be read, or a source has a merge conflict.
 */
export function openSources(
  dir: string,
  generated: readonly OverlaidFile[],
  { layout, tests }: Reading,
): OpenedSources {
  const root = slashes(resolve(dir));
  const at = (path: string) => slashes(join(root, path));
  const project = openProject(at("tsconfig.json"));
  const { library, paths } = ownDeclarations();
  project.compilerOptions.set({ paths: { ...project.compilerOptions.get().paths, ...paths } });
  overlayFiles({ project, at }, generated);
  const isGenerated = (path: string) => path.startsWith(`${at(layout.out)}/`);
  const folders = tests ? ["."] : [dirname(layout.out), layout.handlers];
  const excluded = ["**/node_modules", "**/dist", ...(tests ? [] : ["**/*.test.*", "**/*.spec.*"])];
  for (const folder of new Set(folders.map(at)))
    for (const path of ts.sys.directoryExists(folder) ? ts.sys.readDirectory(folder, sourceEndings, excluded) : [])
      if (!isGenerated(path)) project.addSourceFileAtPath(path);
  project.resolveSourceFileDependencies();
  const isOwn = (path: string) => path.startsWith(`${root}/`) && !path.includes("/node_modules/") && !isGenerated(path);
  const pathOf = (file: SourceFile) => slashes(relative(root, file.getFilePath()));
  const files = project.getSourceFiles().filter((file) => isOwn(file.getFilePath()) && !file.isDeclarationFile());
  files.sort((a, b) => compare(pathOf(a), pathOf(b)));
  checkConflicts({ project, files, pathOf });
  return { project, files, pathOf, at, library: slashes(library) };
}
