import { compare } from "../../base/naming.js";
import { readEventPath } from "../../model/event-path.js";
import type { EventModel } from "../../model/model.js";

type Declared = Pick<EventModel, "name" | "version" | "paths">;

/**
 * The paths that a manifest declares and the runtime can take, each with its events, all in order. An event of several versions has
 * the version of its path, as `event@version`, unless the path is that of several versions.
 */
export function eventPathsOf(events: readonly Declared[]): readonly (readonly [string, readonly string[]])[] {
  const byPath = new Map<string, Declared[]>();
  for (const event of events) {
    for (const text of event.paths ?? []) {
      const { path } = readEventPath(text);
      if (path !== undefined) byPath.set(path, [...(byPath.get(path) ?? []), event]);
    }
  }
  const hasOne = ({ name }: Declared, among: readonly Declared[]): boolean =>
    new Set(among.filter((event) => event.name === name).map(({ version }) => version)).size === 1;
  return [...byPath]
    .map(([path, declared]): readonly [string, readonly string[]] => {
      const names = declared.map((event) =>
        hasOne(event, declared) && !hasOne(event, events) ? `${event.name}@${event.version}` : event.name,
      );
      return [path, [...new Set(names)].sort(compare)];
    })
    .sort(([a], [b]) => compare(a, b));
}
