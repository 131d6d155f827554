/** Why no delivery arrives at a path of a manifest. `own`: the extension needs the path itself. */
export type PathProblem = "blank" | "address" | "reference" | "placeholder" | "malformed" | "own";

/** The path as the runtime's option `eventPaths` accepts it, or why there is none. */
export type EventPath =
  | { readonly path: string; readonly problem?: undefined }
  | { readonly path?: undefined; readonly problem: PathProblem };

const address = /^[a-z][a-z\d+.-]*:|^[\\/]{2}/i;
const reference = /^\$|^(?:env|ext)[.:]|\$[{(]|\{[{%]/;
const placeholder = /[*{}<>]|(?:^|\/):/;
const own: ReadonlySet<string> = new Set(["/health", "/ready"]);

/** Characters that URLs do not encode in a path, but `encodeURIComponent` does. A colon at the start of a segment would be a placeholder. */
const readable = /%(?:24|26|2B|2C|3B|3D|40)|(?<=[^/])%3A/g;

/** One spelling of a path, however it is percent-encoded. */
function spelled(path: string): EventPath {
  try {
    const names = path.split("/").flatMap((segment) => decodeURIComponent(segment) || []);
    if (names.includes(".") || names.includes("..")) return { problem: "malformed" };
    const encoded = `/${names.map(encodeURIComponent).join("/")}`;
    if (own.has(encoded)) return { problem: "own" };
    return { path: encoded.replace(/\*/g, "%2A").replace(readable, decodeURIComponent) };
  } catch {
    // It is not decodable, or it has half a surrogate pair.
    return { problem: "malformed" };
  }
}

/**
 * The path on which an event arrives, as a manifest writes it. Without a slash at the start it is taken as if it had one. A query
 * is left out, because a path is compared without it.
 */
export function readEventPath(text: string): EventPath {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "blank" };
  if (reference.test(trimmed)) return { problem: "reference" };
  if (address.test(trimmed)) return { problem: "address" };
  if (placeholder.test(trimmed)) return { problem: "placeholder" };
  const path = trimmed.replace(/[?#].*$/s, "");
  return /[\\\p{Cc}]/u.test(path) ? { problem: "malformed" } : spelled(path);
}

/** The event of a standard path, such as `/webhooks/issue.created` or `/v/v1/webhooks/issue.created`. */
export function eventOfStandardPath(path: string): string | undefined {
  const [, event] = /^(?:\/v\/[^/]+)?\/webhooks\/([^/]+)$/.exec(path) ?? [];
  return event === undefined ? undefined : decodeURIComponent(event);
}
