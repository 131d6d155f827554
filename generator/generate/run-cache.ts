import { type DataShape, hasShape } from "../base/shape.js";
import { fingerprint, version } from "../base/version.gen.js";
import { stubMark } from "../output/stub-mark.js";
import { type CachingHost, firstLinkOut, type Host } from "../project/host.js";
import { defaultLayout } from "../project/layout.js";
import { type PlaceName, placeNames } from "../project/package-settings.js";
import { projectPath } from "../project/paths.js";
import type { ProjectPlaces } from "../project/places.js";
import type { Project } from "../project/read-project.js";
import { keptSchemas, schemaKinds } from "../project/schema-paths.js";
import { isSameAnswer, type Trace } from "../project/trace.js";

/** A run without diagnostics that left nothing to do. */
interface CleanRun {
  readonly build: string;
  /** The paths that were set for the parts of the project, by part; a part in the usual place is missing. */
  readonly used: PathsByPart;
  /** Those that a run without options uses now. */
  readonly plain: PathsByPart;
  readonly summary: string;
  /** What the run printed of stubs that nobody has filled; empty if all are filled. */
  readonly unfilled: string;
  /** Of the texts, in their order. */
  readonly paths: readonly string[];
  /** Paths of handlers, with a mark instead of a text for each: a change in a filled one does not matter. */
  readonly stubs: readonly string[];
  readonly exists: Trace["exists"];
  readonly lists: Trace["lists"];
}

type PathsByPart = { readonly [name in PlaceName]?: string };

const shape: DataShape = {
  build: "string",
  used: { "*": "string" },
  plain: { "*": "string" },
  summary: "string",
  unfilled: "string",
  stubs: ["string"],
  paths: ["string"],
  exists: { "*": "boolean" },
  lists: { "*": ["string"] },
};

const entry = "run";

/** Another build may generate other files. */
const build = `${version} ${fingerprint}`;

/** A part in its usual place is the same as one that is not set. An empty path means "no schemas". */
const usual: PathsByPart = { ...defaultLayout, events: "", openapi: "" };

/** Whether a run that is asked for uses the same paths. What is not given comes from files, whose texts are compared. */
function isSameRequest(places: ProjectPlaces, known: CleanRun): boolean {
  const pathOf = (name: PlaceName) => {
    const given = places[name];
    return given ? projectPath(places.dir, given) : given;
  };
  return (
    known.build === build &&
    placeNames.every((name) => {
      const otherwise = usual[name];
      return (pathOf(name) ?? known.plain[name] ?? otherwise) === (known.used[name] ?? otherwise);
    })
  );
}

async function hasMark(host: Host, path: string, mark: string | undefined): Promise<boolean> {
  if ((await firstLinkOut(host, [path])) !== undefined) return false;
  const text = await host.read(path).catch(() => undefined);
  return text !== undefined && stubMark(text) === mark;
}

/**
 * What a run prints that has nothing to do, if that is known: if the last clean run was one with these places and would read the same
 * from the disk again. A run with unfilled handlers is not known if all must be filled. This is found out without the YAML parser and
 * the event catalog, which take most of the time of a run.
 */
export async function recall(
  host: CachingHost,
  places: ProjectPlaces,
  requireHandlers = false,
): Promise<string | undefined> {
  const { value: known, texts = [] } = host.cache?.read(entry) ?? {};
  if (!hasShape<CleanRun>(known, shape) || !isSameRequest(places, known)) return undefined;
  const { paths, stubs, exists, lists, summary, unfilled } = known;
  const { out, handlers } = { ...defaultLayout, ...known.used };
  if (paths.length !== texts.length || (requireHandlers && unfilled !== "")) return undefined;
  // What a file of the project names, not the user, must not lead out of the project.
  const named = ["manifest", ...schemaKinds] as const;
  const kept = named.flatMap((name) => (places[name] === undefined ? (known.used[name] ?? []) : []));
  const below = paths.filter((path) => kept.some((folder) => path.startsWith(`${folder}/`)));
  if ((await firstLinkOut(host, [...kept, ...below])) !== undefined) return undefined;
  if ((await firstLinkOut(host, [out, handlers, `${out}/events`])) !== undefined) return undefined;
  const saved = new Map(paths.map((path, index) => [path, texts[index] ?? ""]));
  for (const path of stubs) {
    if (!(await hasMark(host, path, saved.get(path)))) return undefined;
    saved.delete(path);
  }
  const trace = { texts: Object.fromEntries(saved), exists, lists };
  return (await isSameAnswer(host, trace)) ? `${summary}\nnothing to do\n${unfilled}` : undefined;
}

/** What a clean run printed, and the paths of the handlers. */
type Outcome = Pick<CleanRun, "summary" | "unfilled" | "stubs">;

/** Saves a run that wrote all files and had no diagnostics. `trace`: everything that it read and wrote. */
export function remember(
  host: CachingHost,
  { places: { set, saved } }: Project,
  { texts, exists, lists }: Trace,
  { stubs, ...printed }: Outcome,
): void {
  const entries = placeNames.flatMap((name) => (set[name] === undefined ? [] : [{ name, ...set[name] }]));
  const used = Object.fromEntries(entries.map(({ name, path }) => [name, path]));
  const fromFiles = entries.filter(({ by }) => by !== "option").map(({ name, path }) => [name, path]);
  // A moved output is found by looking for the lock file, which this run did not do.
  const plain = { ...Object.fromEntries(fromFiles), ...saved.places, ...keptSchemas(saved.schemas) };
  const read = stubs.filter((path) => Object.hasOwn(texts, path));
  const kept = Object.entries(texts).map(([path, text]) => (read.includes(path) ? stubMark(text) : text));
  const run: CleanRun = { build, used, plain, ...printed, stubs: read, paths: Object.keys(texts), exists, lists };
  host.cache?.write(entry, { value: run, texts: kept });
}
