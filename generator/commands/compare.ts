import { UsageError } from "../base/usage-error.js";
import { compareEvents } from "../compare/events.js";
import { formatComparison, toJson } from "../compare/format-changes.js";
import { findHandlers } from "../compare/handlers.js";
import { eventsSide, folderSide, openApiSide, type Side, shippedSide } from "../compare/load-sides.js";
import { compareOperations } from "../compare/operations.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Host, isFolder } from "../project/host.js";
import { projectPath } from "../project/paths.js";
import { readPlaces } from "../project/places.js";
import { formatDiagnostic, formatTotals } from "../terminal/report.js";
import type { Reporter } from "../yaml/node.js";
import { formatIn, parseArguments, statusOf } from "./arguments.js";
import type { Io } from "./command.js";

const options = {
  events: { type: "string" },
  openapi: { type: "string" },
  handlers: { type: "string" },
  format: { type: "string" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

/** Two versions, and whether the second is complete or only replaces parts of the first. */
interface Pair {
  readonly before: Side;
  readonly after: Side;
  readonly isComplete: boolean;
}

async function readNamed(files: Host, path: string, report: Reporter): Promise<Side> {
  const own = projectPath(".", path);
  if (await isFolder(path)) return folderSide(files, own, report);
  if (await files.exists(own)) return openApiSide(files, [own], report);
  throw new UsageError(`no file or folder "${path}"`);
}

async function readOverlay(
  files: Host,
  events: string | undefined,
  openapi: string | undefined,
  report: Reporter,
): Promise<Side> {
  if (events !== undefined && !(await isFolder(events))) throw new UsageError(`no folder "${events}"`);
  if (openapi !== undefined && !(await files.exists(projectPath(".", openapi))))
    throw new UsageError(`no file "${openapi}"`);
  return {
    ...(events === undefined ? {} : await eventsSide(files, projectPath(".", events), report)),
    ...(openapi === undefined ? {} : await openApiSide(files, [projectPath(".", openapi)], report)),
  };
}

async function readPair(files: Host, args: readonly string[], report: Reporter) {
  const { values, positionals } = parseArguments(args, options);
  const { events, openapi, handlers } = values;
  const format = formatIn(["text", "json"], values.format);
  const overlay = events !== undefined || openapi !== undefined;
  const [before, after] = positionals;
  if (overlay ? positionals.length > 0 : before === undefined || after === undefined || positionals.length > 2) {
    throw new UsageError(
      "expected two versions, <old> <new>, or --events or --openapi to compare with the shipped version",
    );
  }
  const pair: Pair =
    before === undefined || after === undefined
      ? { before: await shippedSide(), after: await readOverlay(files, events, openapi, report), isComplete: false }
      : {
          before: await readNamed(files, before, report),
          after: await readNamed(files, after, report),
          isComplete: true,
        };
  return { pair, format, places: await readPlaces(files, { dir: ".", handlers }) };
}

/** Compares two versions of event schemas and OpenAPI documents, and lists the handlers that the differences affect. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const files = io.host(".");
  const diagnostics: Diagnostic[] = [];
  const report: Reporter = (diagnostic) => void diagnostics.push(diagnostic);
  const { pair, format, places } = await readPair(files, args, report);
  const { before, after, isComplete } = pair;
  const byEvents = before.events !== undefined && after.events !== undefined;
  const byOperations = before.openapi !== undefined && after.openapi !== undefined;
  const operations = byOperations ? compareOperations(before.openapi, after.openapi, report) : [];
  // Wrong settings hide handlers, but not what changed.
  for (const diagnostic of [...places.diagnostics, ...diagnostics])
    io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  if (statusOf(diagnostics) !== 0) {
    io.err(`${formatTotals(diagnostics)}; nothing was compared\n`);
    return 1;
  }
  if (!byEvents && !byOperations) {
    throw new UsageError("nothing to compare: both versions need event schemas, or both need an OpenAPI document");
  }
  const events = byEvents ? compareEvents(before.events, after.events, { removals: isComplete }) : [];
  const handlers = await findHandlers(files, places.layout.handlers);
  const comparison = {
    events: await Promise.all(events.map(handlers.ofEvent)),
    operations: await Promise.all(operations.map(handlers.ofOperation)),
    compared: [...(byEvents ? ["events"] : []), ...(byOperations ? ["operations"] : [])],
  };
  io.out(format === "json" ? toJson(comparison) : formatComparison(comparison, io.outStyle));
  const changes = [...comparison.events, ...comparison.operations].flatMap((subject) => subject.changes);
  return changes.some(({ breaking }) => breaking) ? 1 : 0;
}

export const help: string = `Usage: kiket-gen compare <old> <new> [options]
       kiket-gen compare --events <folder> [--openapi <file>] [options]

Compares two versions of Kiket's schemas. Lists breaking and compatible changes, and the handlers that they affect.
Run it in the project's folder.

  <old> <new>           folders of event schemas with the layout of schemas/ in this package,
                        or OpenAPI documents
  --events <folder>     compare the shipped event schemas with these; an event that is missing here
                        does not count as removed
  --openapi <file>      compare the shipped OpenAPI document with this one
  --handlers <folder>   folder of the handlers (default: as for kiket-gen)
  --format <format>     text or json (default: text)

Exit status: 0 no breaking change; 1 a breaking change, or an error in a schema; 2 usage error.
`;
