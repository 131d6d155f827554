import { ConfigError } from "../errors.js";

/**
 * The address of a Redis, such as `redis://user:password@host:6379/0`, or `rediss://` for TLS.
 * @param name How the message names the option.
 * @throws {ConfigError} if it is not one. The message contains nothing of the value, which may hold a password.
 */
export function requireRedisUrl(name: string, value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== "") return text;
  throw new ConfigError(
    `${name} must be the address of a Redis: redis://user:password@host:6379, or rediss:// for TLS. Special characters in the password are percent-encoded.`,
  );
}

/** The address with its password masked, and without the query, for messages and listings. */
export function withoutPassword(url: string): string {
  const { protocol, username, password, host, pathname } = new URL(url);
  const user = username === "" && password === "" ? "" : `${username}${password === "" ? "" : ":***"}@`;
  return `${protocol}//${user}${host}${pathname === "/" ? "" : pathname}`;
}
