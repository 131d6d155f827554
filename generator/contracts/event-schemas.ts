import { posix } from "node:path";
import { isSameVersion } from "../base/event-version.js";
import type { Schemas } from "../project/schemas.js";
import { readJson } from "../yaml/read-json.js";
import type { Source } from "../yaml/read-yaml.js";
import { bundledSchema } from "./schemas/bundle.js";
import { eventOfFile } from "./schemas/read-folder.js";
import { namedSchemas, type SchemaFile } from "./schemas/schema-names.js";
import { shippedSchemas, shippedShapes } from "./schemas/shipped.js";

/** A JSON Schema as one document, without references to other ones. */
export type BundledSchema = Readonly<Record<string, unknown>>;

interface NamedEvent {
  readonly name: string;
  readonly version: string;
}

/** Mistakes in a schema are reported by the run that generates. */
function filesOf(sources: readonly Source[], folder: string): Map<string, SchemaFile> {
  const read = sources.flatMap((source) => {
    const root = readJson(source, () => undefined);
    const path = posix.relative(folder, source.path);
    return root === undefined ? [] : [[path, namedSchemas(path, root)] as const];
  });
  return new Map(read);
}

/** Reads the schemas of events: the project's own, else the shipped ones. The result has them in the order of `events`. */
export async function readEventSchemas(
  { paths: { events: folder = "" }, events: sources }: Pick<Schemas, "paths" | "events">,
  events: readonly NamedEvent[],
): Promise<readonly (BundledSchema | undefined)[]> {
  const host = shippedSchemas();
  const shapes = filesOf(await shippedShapes(), "");
  const own = new Map([...shapes, ...filesOf(sources, folder)]);
  const ownPath = ({ name, version }: NamedEvent): string | undefined =>
    [...own.keys()].find((path) => {
      const identity = eventOfFile(path);
      return identity?.event === name && isSameVersion(identity.version, version);
    });
  return Promise.all(
    events.map(async (event) => {
      const found = ownPath(event);
      if (found !== undefined) return bundledSchema(found, own);
      const path = `${event.name}.${event.version}.schema.json`;
      const text = await host.read(`events/${path}`);
      return text === undefined
        ? undefined
        : bundledSchema(path, new Map([...shapes, ...filesOf([{ path, text }], "")]));
    }),
  );
}
