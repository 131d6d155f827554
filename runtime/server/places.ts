import type { InboundConfig } from "../config/inbound.js";
import type { Routes } from "../pipeline/routes.js";
import { createEventPaths, type NamedByPath, namedByStandard } from "./event-paths.js";

/** What is at a path: one of the two answers of every extension, or where deliveries arrive. */
type Place = "health" | "ready" | NamedByPath;

/** A path that names nothing. */
export const unnamed: NamedByPath = Object.freeze({ event: undefined, eventPath: undefined, pathVersion: undefined });

/** Finds what is at the path of a request, by the path as h3 gives it. One slash at its end makes no difference. */
export function createPlaces(
  { basePath, webhookPath, eventPaths }: Pick<InboundConfig, "basePath" | "webhookPath" | "eventPaths">,
  routes: Routes,
): (pathname: string) => Place | undefined {
  const declaredAt = eventPaths.size > 0 ? createEventPaths(eventPaths, basePath, routes) : undefined;
  return (pathname) => {
    const declared = declaredAt?.(pathname);
    if (declared !== undefined) return declared;
    if (!pathname.startsWith(basePath)) return undefined;
    const path = pathname.slice(basePath.length, pathname.endsWith("/") ? -1 : undefined);
    if (path === "/health") return "health";
    if (path === "/ready") return "ready";
    return path === webhookPath ? unnamed : namedByStandard(path);
  };
}
