import { canonicalPath, type DeclaredPaths } from "../config/event-paths.js";
import { isOneEvent, otherName } from "../handler/event-family.js";
import { handlerFor, type Routes } from "../pipeline/routes.js";
import type { EventPath, PathEvent } from "../receive/delivery.js";

/** What the path of a request says of a delivery. */
export interface NamedByPath {
  readonly event: string | undefined;
  readonly eventPath: EventPath | undefined;
  readonly pathVersion: string | undefined;
}

/** A standard path: its version, if it has one, and its event, both percent-encoded. */
const standardPath = /^(?:\/v\/([^/]+))?\/webhooks\/([^/]+)$/;

/** What a standard path says; undefined for any other path. */
export function namedByStandard(path: string): NamedByPath | undefined {
  const [, version, event] = standardPath.exec(path) ?? [];
  if (event === undefined) return undefined;
  const pathVersion = version === undefined ? undefined : decodeURIComponent(version);
  return { event: decodeURIComponent(event), eventPath: undefined, pathVersion };
}

/** An entry of the option `eventPaths`. A name that has a handler is never taken apart. */
function pathEventOf(name: string, routes: Routes): PathEvent {
  const at = name.lastIndexOf("@");
  const event = name.slice(0, at);
  return at < 1 || routes.has(name) || !routes.has(event)
    ? { event: name, version: undefined }
    : { event, version: name.slice(at + 1) };
}

/** Each event once. With several versions at one path, the path names none of them. */
function onceEach(events: readonly PathEvent[]): readonly PathEvent[] {
  const versions = new Map<string, Set<string | undefined>>();
  for (const { event, version } of events) versions.set(event, (versions.get(event) ?? new Set()).add(version));
  return [...versions].map(([event, [version, another]]) => ({
    event,
    version: another === undefined ? version : undefined,
  }));
}

/**
 * Finds what the configuration names for the path of a request. A path that is also the standard path of another event, by either of its
 * names, takes both, since Kiket sends that event there.
 */
export function createEventPaths(
  declared: DeclaredPaths,
  basePath: string,
  routes: Routes,
): (pathname: string) => NamedByPath | undefined {
  const byPath = new Map<string | undefined, NamedByPath>();
  for (const [canonical, { path, events: names }] of declared) {
    const { event: ofStandard = "", pathVersion: version } = namedByStandard(canonical) ?? {};
    const own = names.map((name) => pathEventOf(name, routes));
    const isAnother = !own.some(({ event }) => isOneEvent(event, ofStandard));
    const isTaken = routes.has(ofStandard) || (isAnother && routes.has(otherName(ofStandard) ?? ofStandard));
    const all = isTaken ? [...own, { event: ofStandard, version: undefined }] : own;
    const isMeant =
      (isTaken && isAnother) || own.some(({ event }) => handlerFor(routes, event, version ?? "") !== undefined);
    const events = onceEach(all) as EventPath["events"];
    byPath.set(canonicalPath(basePath + canonical), {
      event: events.length > 1 ? undefined : events[0].event,
      eventPath: { path, events },
      // A path such as `/v/v1/webhooks/kiket` may be chosen for an event of another version, and means none then.
      pathVersion: isMeant ? version : undefined,
    });
  }
  return (pathname) => byPath.get(canonicalPath(pathname));
}
