import { ConfigError } from "../base/errors.js";

/** A path of the option `eventPaths`. */
export interface DeclaredPath {
  /** As the option has it. */
  readonly path: string;
  /** Its events, each as `event` or `event@version`. */
  readonly events: readonly string[];
}

/** The option `eventPaths`, by `canonicalPath` of the path. */
export type DeclaredPaths = ReadonlyMap<string, DeclaredPath>;

/**
 * The text that all spellings of a path have in common: percent-encoding, empty segments and a slash at the end make no difference.
 * Undefined for a path with the segments `.` or `..`, which clients resolve, and for one that cannot be decoded.
 */
export function canonicalPath(path: string): string | undefined {
  try {
    const segments = path.split("/").filter((segment) => segment !== "");
    const names = segments.map((segment) => encodeURIComponent(decodeURIComponent(segment)));
    return names.some((name) => name === "." || name === "..") ? undefined : `/${names.join("/")}`;
  } catch {
    return undefined;
  }
}

/** A query, a placeholder or a backslash. A delivery would never arrive at such a path. */
const noPath = /[\\?#*{}<>\p{Cc}]|\/:/u;

/** @throws {ConfigError} if a path cannot take deliveries, or has no event. */
export function resolveEventPaths(
  eventPaths: Readonly<Record<string, string | readonly string[]>>,
  webhookPath: string | undefined,
): DeclaredPaths {
  // The extension must stay observable, whatever a manifest declares.
  const taken = new Set(["/health", "/ready"]);
  const ofWebhooks = webhookPath === undefined ? undefined : canonicalPath(webhookPath);
  const declared = new Map<string, DeclaredPath>();
  for (const [path, given] of Object.entries(eventPaths)) {
    const canonical = path.startsWith("/") && !noPath.test(path) ? canonicalPath(path) : undefined;
    const isWebhookPath = canonical !== undefined && canonical === ofWebhooks;
    if (canonical === undefined || taken.has(canonical) || isWebhookPath) {
      // Generated code sets eventPaths, so its user may know of webhookPath only.
      const wayOut = isWebhookPath ? " It is the webhookPath: remove that option, or set eventPaths to {}." : "";
      throw new ConfigError(
        `eventPaths: "${path}" must be a plain path such as "/kiket/created", and not one that the extension already uses.${wayOut}`,
      );
    }
    const events: readonly unknown[] = typeof given === "string" ? [given] : given;
    if (!Array.isArray(events) || events.length === 0 || !events.every(isName)) {
      throw new ConfigError(`eventPaths: "${path}" has no event.`);
    }
    const earlier = declared.get(canonical);
    declared.set(canonical, {
      path: earlier?.path ?? path,
      events: [...new Set([...(earlier?.events ?? []), ...events])],
    });
  }
  return declared;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
