/** What an HTTP request says before its body, as plain data. */
export interface RequestHead {
  /** Upper case. */
  readonly method: string;
  /** As it was sent: the path and the query, or whatever else stood there. */
  readonly target: string;
  /** The values of each header, in order, one for each line. Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/**
 * From Node's `rawHeaders`. Node's own objects join some headers, drop the second of others, and trip over a header with the name
 * `__proto__`.
 */
export function readHead(
  method: string | undefined,
  target: string | undefined,
  rawHeaders: readonly string[],
): RequestHead {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(rawHeaders[index + 1] ?? "");
    headers.set(name, values);
  }
  return { method: method ?? "GET", target: target ?? "/", headers };
}
