import { ConfigError } from "../errors.js";

/** Whether percent signs mean what they should: else the client of Redis fails when it reads the address. */
function isDecodable({ username, password }: URL): boolean {
  try {
    return [username, password].every((text) => decodeURIComponent(text) !== undefined);
  } catch {
    return false;
  }
}

/** Whether nothing of a password can have become another part, which messages show: one with `/`, `#` or `?` that is not encoded does. */
function isPlain({ pathname, hash, search }: URL): boolean {
  return /^\/?\d*$/.test(pathname) && hash === "" && !search.includes("@");
}

/**
 * The address of a Redis, such as `redis://user:password@host:6379/0`, or `rediss://` for TLS.
 * @param name How the message names the option.
 * @throws {ConfigError} if it is not one. The message contains nothing of the value, which may hold a password.
 */
export function requireRedisUrl(name: string, value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRedis = url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== "";
  if (isRedis && isPlain(url) && isDecodable(url)) return text;
  if (value === undefined || value === "") {
    throw new ConfigError(
      `${name} is not set. It is the address of a Redis, such as redis://localhost:6379, or rediss:// for TLS.`,
    );
  }
  throw new ConfigError(
    `${name} must be the address of a Redis: redis://user:password@host:6379, or rediss:// for TLS, with nothing after the port but the number of a database, such as /0. Special characters in the password are percent-encoded.`,
  );
}

/** The address with its password masked, and without the query, for messages and listings. A name without a password may be one. */
export function withoutPassword(url: string): string {
  const { protocol, username, password, host, pathname } = new URL(url);
  const user = password === "" ? (username === "" ? "" : "***@") : `${username}:***@`;
  return `${protocol}//${user}${host}${pathname === "/" ? "" : pathname}`;
}

/** The password of an address, as it is before it is percent-encoded; undefined if the text is no address, or has none. */
export function passwordIn(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password) || undefined;
  } catch {
    return password;
  }
}
