import { dirname, join, relative, resolve, sep } from "node:path";
import { Project, type SourceFile, ts } from "ts-morph";
import { compare } from "../base/naming.js";
import { codegenEntry } from "../output/render/runtime-names.js";
import { sourceEndings } from "../project/files-below.js";
import type { Layout } from "../project/layout.js";

/** The user's sources cannot be read as a whole; the message says why and what to do. */
export class SourcesError extends Error {
  override readonly name: string = "SourcesError";
}

/** A file of the project, its path relative to it with "/". */
export interface OverlaidFile {
  readonly path: string;
  readonly text: string;
}

export interface Sources {
  readonly project: Project;
  /** The user's sources, in order of path. */
  readonly files: readonly SourceFile[];
  /** A file's path relative to the project, with "/". */
  readonly pathOf: (file: SourceFile) => string;
  /** Where a file of the project stands. */
  readonly at: (path: string) => string;
}

function slashes(path: string): string {
  return path.split(sep).join("/");
}

function openProject(config: string): Project {
  const quick = { types: [], skipLibCheck: true, noEmit: true };
  const strict = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true };
  if (!ts.sys.fileExists(config)) return new Project({ compilerOptions: { ...strict, ...quick } });
  try {
    return new Project({ tsConfigFilePath: config, skipAddingFilesFromTsConfig: true, compilerOptions: quick });
  } catch (error) {
    throw new SourcesError(`tsconfig.json cannot be read: ${(error as Error).message}`);
  }
}

/** What to read beside all that it imports: the folder around the output, and the handlers. */
export interface Reading {
  readonly layout: Layout;
  /** The project's own tests too: what only they use is not used, but they name what is renamed. */
  readonly tests: boolean;
}

/** Puts generated files over those that stand on the disk. */
export function overlay({ project, at }: Pick<Sources, "project" | "at">, generated: readonly OverlaidFile[]): void {
  for (const { path, text } of generated) project.createSourceFile(at(path), text, { overwrite: true });
}

/**
 * Opens a project's sources, with generated files as given instead of as they stand on the disk; writes nothing.
 * @throws {SourcesError} for a tsconfig.json that cannot be read.
 */
export function openSources(dir: string, generated: readonly OverlaidFile[], { layout, tests }: Reading): Sources {
  const root = slashes(resolve(dir));
  const at = (path: string) => slashes(join(root, path));
  const project = openProject(at("tsconfig.json"));
  overlay({ project, at }, generated);
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
  return { project, files: files.sort((a, b) => compare(pathOf(a), pathOf(b))), pathOf, at };
}

/**
 * The folder of the runtime's declarations, by what generated code imports of it.
 * @throws {SourcesError} where the package is not installed.
 */
export function libraryOf({ project, at }: Sources, layout: Layout): string {
  const imported = project
    .getSourceFiles()
    .filter((file) => file.getFilePath().startsWith(`${at(layout.out)}/`))
    .map((file) => file.getImportDeclaration(codegenEntry)?.getModuleSpecifierSourceFile())
    .find((file) => file !== undefined);
  if (imported === undefined) throw new SourcesError("kiket-gen is not installed in this project: run npm install");
  return imported.getDirectoryPath();
}
