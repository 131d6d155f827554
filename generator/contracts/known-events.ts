import { posix } from "node:path";
import { compare } from "../base/naming.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { genericEvents } from "../model/event-origin.js";
import { readAll } from "../project/find-manifest.js";
import type { Schemas } from "../project/schemas.js";
import type { Confidence } from "./event-catalog.js";
import { readSchemaFolder } from "./schemas/read-folder.js";
import { shippedSchemas, shippedShapes } from "./schemas/shipped.js";

/** One version of a documented event. */
export interface KnownEvent {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly confidence: Confidence;
  /** A payload without what Kiket adds to each delivery, as the testing kit uses it. */
  readonly sample: Readonly<Record<string, unknown>>;
  /** The project's own schema that describes it; absent for a shipped one. */
  readonly file?: string;
}

function byName(a: KnownEvent, b: KnownEvent): number {
  return compare(a.name, b.name) || compare(a.version, b.version);
}

/** The events with a schema, in code-unit order: the shipped ones, and the project's own in place of those of the same version. */
export async function readKnownEvents({
  paths: { events: folder = "" },
  events,
}: Pick<Schemas, "paths" | "events">): Promise<{ events: readonly KnownEvent[]; diagnostics: readonly Diagnostic[] }> {
  const host = shippedSchemas();
  const files = (await host.list("events")).map((name) => posix.join("events", name));
  const shipped = readSchemaFolder("events", await readAll(host, files), []);
  const own = events.length === 0 ? undefined : readSchemaFolder(folder, events, await shippedShapes());
  const found = new Map<string, KnownEvent>();
  for (const [schemas, isOwn] of [
    [shipped.events, false],
    [own?.events ?? [], true],
  ] as const) {
    for (const { event: name, version, description, confidence, example: sample } of schemas) {
      if (genericEvents.some((generic) => generic === name)) continue;
      const file = isOwn ? { file: posix.join(folder, `${name}.${version}.schema.json`) } : {};
      found.set(`${name}@${version}`, { name, version, description, confidence, sample, ...file });
    }
  }
  return { events: [...found.values()].sort(byName), diagnostics: own?.diagnostics ?? [] };
}
