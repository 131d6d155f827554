import { type DataShape, hasShape } from "../base/shape.js";
import { fingerprint, version } from "../base/version.gen.js";
import { type CachingHost, firstLinkOut } from "../project/host.js";
import { layoutOf } from "../project/layout.js";
import { projectPath } from "../project/paths.js";
import type { Project, ProjectPlaces } from "../project/read-project.js";
import { keptSchemas, type SchemaPaths, schemaKinds, schemaPaths } from "../project/schema-paths.js";
import { isSameAnswer, type Trace } from "../project/trace.js";

/** A run without diagnostics that left nothing to do. */
interface CleanRun {
  readonly build: string;
  /** The manifest as it was given; empty if it was found. */
  readonly manifest: string;
  readonly out: string;
  readonly handlers: string;
  /** The schemas that were used, given or from the lock file. */
  readonly schemas: SchemaPaths;
  readonly summary: string;
  /** Of the texts, in their order. */
  readonly paths: readonly string[];
  readonly exists: Trace["exists"];
  readonly lists: Trace["lists"];
}

const shape: DataShape = {
  build: "string",
  manifest: "string",
  out: "string",
  handlers: "string",
  schemas: { "*": "string" },
  summary: "string",
  paths: ["string"],
  exists: { "*": "boolean" },
  lists: { "*": ["string"] },
};

const entry = "run";

/** Another build may generate other files. */
const build = `${version} ${fingerprint}`;

function manifestIn({ dir, manifest }: ProjectPlaces): string {
  return manifest === undefined ? "" : projectPath(dir, manifest);
}

/** Whether a run that is asked for uses the same paths. Schemas that are not given come from the lock file, whose text is compared. */
function isSameRequest(places: ProjectPlaces, known: CleanRun): boolean {
  const { out, handlers } = layoutOf(places.dir, places);
  const [given, kept] = [schemaPaths(places.dir, places), keptSchemas(known.schemas)];
  return (
    known.build === build &&
    known.manifest === manifestIn(places) &&
    known.out === out &&
    known.handlers === handlers &&
    schemaKinds.every((kind) => (given[kind] ?? kept[kind] ?? "") === (known.schemas[kind] ?? ""))
  );
}

/**
 * What a run prints that has nothing to do, if that is known: if the last clean run was one with these places and would read the same
 * from the disk again. This is found out without the YAML parser and the event catalog, which take most of the time of a run.
 */
export async function recall(host: CachingHost, places: ProjectPlaces): Promise<string | undefined> {
  const { value: known, texts = [] } = host.cache?.read(entry) ?? {};
  if (!hasShape<CleanRun>(known, shape) || !isSameRequest(places, known)) return undefined;
  const { paths, exists, lists, summary } = known;
  if (paths.length !== texts.length) return undefined;
  // What the lock file names, not the user, must not lead out of the project.
  const kept = schemaKinds.flatMap((kind) => (places[kind] === undefined ? (known.schemas[kind] ?? []) : []));
  const below = paths.filter((path) => kept.some((folder) => path.startsWith(`${folder}/`)));
  if ((await firstLinkOut(host, [...kept, ...below])) !== undefined) return undefined;
  if ((await firstLinkOut(host, [known.out, known.handlers, `${known.out}/events`])) !== undefined) return undefined;
  const trace = { texts: Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? ""])), exists, lists };
  return (await isSameAnswer(host, trace)) ? `${summary}\nnothing to do\n` : undefined;
}

/** Saves a run that wrote all files and had no diagnostics. `trace`: everything that it read and wrote. */
export function remember(
  host: CachingHost,
  places: ProjectPlaces,
  { layout: { out, handlers }, schemas }: Project,
  { texts, exists, lists }: Trace,
  summary: string,
): void {
  const asked = { build, manifest: manifestIn(places), out, handlers, schemas: schemas.paths };
  const run: CleanRun = { ...asked, summary, paths: Object.keys(texts), exists, lists };
  host.cache?.write(entry, { value: run, texts: Object.values(texts) });
}
