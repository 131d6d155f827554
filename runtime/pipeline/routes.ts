import { encodeSegment } from "../api/path.js";
import { ConfigError } from "../base/errors.js";
import { headerNames, isHeaderText } from "../base/headers.js";
import { member } from "../base/json.js";
import { trimmedText } from "../base/text.js";
import type { Handler } from "../handler/define-handler.js";
import { Refusal } from "../receive/replies.js";
import type { OpenedDelivery } from "../verify/verify-origin.js";
import { findVersion } from "./event-version.js";

/** Events to versions to handlers. */
export type Routes = ReadonlyMap<string, ReadonlyMap<string, Handler>>;

/**
 * The handlers by event and version.
 * @throws {ConfigError} where two handlers share both, or a name cannot be one path segment and header value.
 */
export function createRoutes(handlers: Iterable<Handler>): Routes {
  const routes = new Map<string, Map<string, Handler>>();
  for (const handler of handlers) {
    const { event, version } = handler;
    if (typeof event !== "string" || event.trim() === "") {
      throw new ConfigError("A handler has no event name: give it one in defineHandler({ event, version }).");
    }
    if (encodeSegment(event) === undefined) {
      throw new ConfigError(`The event name "${event}" cannot stand in the path of a delivery: give it another.`);
    }
    if (typeof version !== "string" || !isHeaderText(version) || encodeSegment(version) === undefined) {
      throw new ConfigError(`The handler of ${event} has no usable version: give it one such as "v1".`);
    }
    const versions = routes.get(event) ?? new Map<string, Handler>();
    if (versions.has(version)) {
      throw new ConfigError(
        `Two handlers for ${event} with version ${version}: keep one, or give one another version.`,
      );
    }
    routes.set(event, versions.set(version, handler));
  }
  return routes;
}

/**
 * First value that is not blank: path, header, query (wire contract §1.3). Where the body named the event, its
 * `event_version` follows, then the only version that there is: the path of such deliveries names none.
 */
export function requestedVersion(delivery: OpenedDelivery, routes: Routes): string {
  const { pathVersion, headers, search } = delivery;
  const version =
    trimmedText(pathVersion) ??
    trimmedText(headers.get(headerNames.eventVersion)) ??
    versionInQuery(search) ??
    (delivery.isNamedByBody ? impliedVersion(delivery, routes) : undefined);
  if (version !== undefined) return version;
  throw new Refusal(
    400,
    "Event version required. Provide X-Kiket-Event-Version header, version query param, or /v/{version} path.",
  );
}

function impliedVersion({ event, payload }: OpenedDelivery, routes: Routes): string | undefined {
  const named = member(payload, "event_version");
  const version = typeof named === "string" ? trimmedText(named) : undefined;
  if (version !== undefined) return version;
  const versions = [...(routes.get(event)?.keys() ?? [])];
  // Without a handler any version leads to the same 404.
  return versions.length > 1 ? undefined : (versions[0] ?? "v1");
}

function versionInQuery(search: string): string | undefined {
  if (search === "") return undefined;
  return new URLSearchParams(search)
    .getAll("version")
    .map(trimmedText)
    .find((version) => version !== undefined);
}

/** @throws {Refusal} 404 where there is none. */
export function findHandler(routes: Routes, event: string, version: string): Handler {
  const handler = findVersion(version, (spelling) => routes.get(event)?.get(spelling));
  if (handler === undefined) {
    throw new Refusal(404, `No handler registered for event '${event}' with version '${version}'`);
  }
  return handler;
}
