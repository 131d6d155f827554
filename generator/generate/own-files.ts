import { posix } from "node:path";
import { eventFileName } from "../base/naming.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { EventModel } from "../model/model.js";
import { tokensOf } from "../output/normalise-source.js";
import type { PlannedFile } from "../output/plan.js";
import { sourceEndings } from "../project/files-below.js";
import type { CachingHost } from "../project/host.js";
import { filesOfPackage } from "../project/package-files.js";
import type { Project } from "../project/read-project.js";
import { locator } from "../yaml/lines.js";
import type { Source } from "../yaml/read-yaml.js";

/** An import of a source: the names, as they are written, and what they come from. */
interface Import {
  readonly clause: readonly string[];
  readonly from: string;
}

/** Longer lists of names are no import, but code that could not be split rightly. */
const longestClause = 400;

function importsOf(tokens: readonly string[]): Import[] {
  return tokens.flatMap((token, index) => {
    if (token !== "import" && token !== "export") return [];
    const from = tokens.indexOf("from", index);
    const clause = from < 0 || from - index > longestClause ? undefined : tokens.slice(index + 1, from);
    if (!clause?.every((part) => /^[\w$*{},]+$|^\/[*/]/.test(part))) return [];
    return [{ clause, from: (tokens[from + 1] ?? "").slice(1, -1) }];
  });
}

/** Whether a source imports a name, not only its type, from a generated module. */
function hasImport(imports: readonly Import[], name: string, module: string): boolean {
  return imports.some(({ clause, from }) => {
    const own = from.replace(/\.[jt]s$/, "");
    if (own !== module && !own.endsWith(`/${module}`)) return false;
    return (
      clause[0] !== "type" &&
      (clause.includes("*") || clause.some((part, at) => part === name && clause[at - 1] !== "type"))
    );
  });
}

function exportsDefault(tokens: readonly string[]): boolean {
  return tokens.some(
    (token, index) => token === "default" && (tokens[index - 1] === "export" || tokens[index - 1] === "as"),
  );
}

function isHandlerOf({ name, version }: EventModel, tokens: readonly string[], imports: readonly Import[]): boolean {
  return hasImport(imports, "defineHandler", `events/${eventFileName(name, version)}.gen`) && exportsDefault(tokens);
}

function isNormalizerOf({ name }: EventModel, tokens: readonly string[], imports: readonly Import[]): boolean {
  const names = tokens.some(
    (token, index) =>
      token === "defineNormalizer" && tokens[index + 1] === "(" && tokens[index + 2]?.slice(1, -1) === name,
  );
  return names && hasImport(imports, "defineNormalizer", "evidence.gen") && exportsDefault(tokens);
}

/** What a file that the user owns is for; others of the same purpose take its place. */
function servesAs({ artefact }: PlannedFile, tokens: readonly string[], imports: readonly Import[]): boolean {
  if (artefact.kind === "stub") return isHandlerOf(artefact.event, tokens, imports);
  if (artefact.kind === "normalizer") return isNormalizerOf(artefact.event, tokens, imports);
  return artefact.kind === "main" && hasImport(imports, "createExtension", "extension.gen");
}

/** The project's sources without generated files and declarations. */
async function sourcesOf(host: CachingHost, outputs: readonly string[]): Promise<Source[]> {
  const isSource = (name: string) =>
    sourceEndings.some((ending) => name.endsWith(ending)) && !/\.d\.[cm]?ts$/.test(name);
  const { paths } = await filesOfPackage(host, isSource);
  const own = paths.filter((path) => !path.startsWith("dist/") && !outputs.some((out) => path.startsWith(`${out}/`)));
  const texts = await Promise.all(own.map(async (path) => ({ path, text: (await host.read(path)) ?? "" })));
  return texts.filter(({ text }) => /["'][^"'\n]*\.gen(?:\.[jt]s)?["']/.test(text));
}

function elsewhere(planned: PlannedFile, event: EventModel, path: string): Diagnostic {
  const message = `the handler of ${event.name} ${event.version} is here, so no empty one is created at ${planned.path}`;
  const hint = `move it there, or set its folder with --handlers or as \`handlers\` under \`kiket-gen\` in package.json`;
  return diagnose("KG513", { file: path, line: 1, column: 1 }, message, hint);
}

/** Imports of the folder that the output leaves. */
function oldImports({ path, text }: Source, from: string, to: string): Diagnostic[] {
  const position = locator(path, text);
  return importsOf(tokensOf(text))
    .filter((found) => posix.join(posix.dirname(path), found.from).startsWith(`${from}/`))
    .map((found) => {
      const message = `this imports from ${from}, but the generated files are now in ${to}`;
      return diagnose("KG514", position(Math.max(0, text.indexOf(found.from))), message, "change the import");
    });
}

/** What the user's own files mean for the files that are created once. */
interface OwnFiles {
  /** Files that are not created, because another file does their work. */
  readonly unneeded: ReadonlySet<PlannedFile>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Looks for handlers that were moved, before empty ones are created in the usual place, and for imports of an output that moves.
 * `absent`: planned files of the user that do not exist.
 */
export async function findOwnFiles(
  host: CachingHost,
  { lock, layout }: Pick<Project, "lock" | "layout">,
  planned: readonly PlannedFile[],
  absent: readonly PlannedFile[],
): Promise<OwnFiles> {
  const before = posix.dirname(lock.path);
  const isMoved = lock.text !== undefined && before !== layout.out;
  if (absent.length === 0 && !isMoved) return { unneeded: new Set(), diagnostics: [] };
  const sources = await sourcesOf(host.unnoted ?? host, [layout.out, before]);
  const read = sources
    .filter(({ path }) => !/\.(?:test|spec)\.[^.]+$/.test(path))
    .map(({ path, text }) => ({ path, tokens: tokensOf(text) }))
    .map(({ path, tokens }) => ({ path, tokens, imports: importsOf(tokens) }));
  const kept = (lock.lock?.handlers ?? []).filter((path) => !planned.some((file) => file.path === path));
  const unneeded = new Set<PlannedFile>();
  const diagnostics = isMoved ? sources.flatMap((source) => oldImports(source, before, layout.out)) : [];
  for (const file of absent) {
    const known = kept.filter((path) => posix.basename(path) === posix.basename(file.path));
    // Another run may have created the file since it was found to be absent.
    const others = read.filter(({ path }) => path !== file.path);
    const serving = others.filter(({ tokens, imports }) => servesAs(file, tokens, imports)).map(({ path }) => path);
    // Asked through the host that notes it: the next run must find out if the file is still there.
    let found: string | undefined;
    for (const path of [...serving, ...known]) found ??= (await host.exists(path)) ? path : undefined;
    if (found === undefined) continue;
    unneeded.add(file);
    if ("event" in file.artefact) diagnostics.push(elsewhere(file, file.artefact.event, found));
  }
  return { unneeded, diagnostics };
}
