import { compare } from "../../base/naming.js";
import type { EventModel } from "../../model/model.js";

/** What the runtime's option `eventPaths` accepts; a contract test compares the two. */
const plainPath = /^(?:\/[\w.~-]+)+$/;
/** Clients resolve these, so no request has them. */
const dotSegment = /\/\.\.?(?:\/|$)/;
const reservedPath = /^\/(?:health|ready|v)(?:\/|$)/;

function standardPath({ name }: Pick<EventModel, "name">): string {
  return `/webhooks/${name}`;
}

/**
 * The paths that a manifest declares for exactly one event, with that event, in order. The standard path of an event is left out: it
 * names the event itself, and always has its handler.
 */
export function eventPathsOf(
  events: readonly Pick<EventModel, "name" | "paths">[],
): readonly (readonly [string, string])[] {
  const standard = new Set(events.map(standardPath));
  const names = new Map<string, Set<string>>();
  for (const { name, paths = [] } of events) {
    for (const path of paths) names.set(path, (names.get(path) ?? new Set()).add(name));
  }
  return [...names]
    .flatMap(([path, [name, another]]): (readonly [string, string])[] => {
      const isUsable =
        plainPath.test(path) && !dotSegment.test(path) && !reservedPath.test(path) && !standard.has(path);
      return name === undefined || another !== undefined || !isUsable ? [] : [[path, name]];
    })
    .sort(([a], [b]) => compare(a, b));
}
