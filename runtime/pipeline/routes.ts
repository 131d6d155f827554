import { encodeSegment } from "../api/path.js";
import { ConfigError, reasonOf } from "../base/errors.js";
import { headerNames, isHeaderText, singleValue } from "../base/headers.js";
import { member } from "../base/json.js";
import { trimmedText } from "../base/text.js";
import { type Deferral, requireDeferral, verdictEvents } from "../handler/deferral.js";
import type { Handler } from "../handler/define-handler.js";
import { otherName } from "../handler/event-family.js";
import { Refusal } from "../receive/failure.js";
import type { ParsedDelivery } from "../verify/verify-origin.js";
import { findVersion } from "./event-version.js";
import { replyOfResult } from "./handler-result.js";

/** Handlers by version, by event. */
export type Routes = ReadonlyMap<string, ReadonlyMap<string, Handler>>;

/** @throws {ConfigError} if JSON would lose something of the verdict that Kiket is answered. */
function requireSendable({ verdict }: Deferral, name: string): void {
  try {
    replyOfResult(verdict);
  } catch (cause) {
    throw new ConfigError(`defer.verdict of the handler of ${name} cannot be sent: ${reasonOf(cause)}.`);
  }
}

/**
 * The handlers by event and version.
 * @throws {ConfigError} if two handlers have the same event and version, an event or version cannot be used in a path or header, or a
 *   handler is deferred in a way that is not possible.
 */
export function createRoutes(handlers: Iterable<Handler>): Routes {
  const routes = new Map<string, Map<string, Handler>>();
  for (const handler of handlers) {
    const { event, version, deferral, wantsVerdict = verdictEvents.has(event) } = handler;
    if (typeof event !== "string" || event.trim() === "") {
      throw new ConfigError("A handler has no event name: set it in defineHandler({ event, version }).");
    }
    if (encodeSegment(event) === undefined) {
      throw new ConfigError(`The event name "${event}" cannot be used in the path of a delivery: choose another name.`);
    }
    if (typeof version !== "string" || !isHeaderText(version) || encodeSegment(version) === undefined) {
      throw new ConfigError(`The handler for ${event} has no valid version: set one such as "v1".`);
    }
    if (deferral !== undefined) {
      requireDeferral(`${event} ${version}`, deferral, wantsVerdict);
      requireSendable(deferral, `${event} ${version}`);
    }
    const versions = routes.get(event) ?? new Map<string, Handler>();
    if (versions.has(version)) {
      throw new ConfigError(`Two handlers for ${event} have version ${version}: remove one, or change its version.`);
    }
    routes.set(event, versions.set(version, handler));
  }
  return routes;
}

/**
 * The version that a delivery requests: the first of path, header and query that is not blank. If the request's path does not name
 * the event, the next sources are `event_version` in the body, the version that the configuration names for the path, and the only
 * version that has a handler.
 */
export function requestedVersion(delivery: ParsedDelivery, routes: Routes): string {
  // The order of path, header and query is that of the SDKs (fact 110).
  const { pathVersion, headers, search } = delivery;
  const version =
    trimmedText(pathVersion) ??
    singleValue(headers, headerNames.eventVersion) ??
    versionInQuery(search) ??
    (delivery.mayImplyVersion ? impliedVersion(delivery, routes) : undefined);
  if (version !== undefined) return version;
  throw new Refusal(
    400,
    "version-missing",
    "Event version required. Provide X-Kiket-Event-Version header, version query param, or /v/{version} path.",
  );
}

function impliedVersion({ event, payload, declaredVersion }: ParsedDelivery, routes: Routes): string | undefined {
  const named = member(payload, "event_version");
  const version = (typeof named === "string" ? trimmedText(named) : undefined) ?? declaredVersion;
  if (version !== undefined) return version;
  const versions = [...(handlersOf(routes, event)?.keys() ?? [])];
  // If there is no handler, any version gives the same 404.
  return versions.length > 1 ? undefined : (versions[0] ?? "v1");
}

function versionInQuery(search: string): string | undefined {
  if (search === "") return undefined;
  return new URLSearchParams(search)
    .getAll("version")
    .map(trimmedText)
    .find((version) => version !== undefined);
}

/** The handlers of an event by version; those of its other name if it has none. */
function handlersOf(routes: Routes, event: string): ReadonlyMap<string, Handler> | undefined {
  return routes.get(event) ?? routes.get(otherName(event) ?? event);
}

/**
 * The handler of the event and version, or of the event's other name: one of `issue.created` gets `case.created` if that has no
 * handler of its own for the version. Undefined if there is none.
 */
export function handlerFor(routes: Routes, event: string, version: string): Handler | undefined {
  const find = (name: string): Handler | undefined =>
    findVersion(version, (spelling) => routes.get(name)?.get(spelling));
  return find(event) ?? find(otherName(event) ?? event);
}

/**
 * As `handlerFor`, for a delivery that needs a handler.
 * @throws {Refusal} 404 if there is none.
 */
export function findHandler(routes: Routes, event: string, version: string): Handler {
  const handler = handlerFor(routes, event, version);
  if (handler === undefined) {
    throw new Refusal(404, "no-handler", `No handler registered for event '${event}' with version '${version}'`);
  }
  return handler;
}
