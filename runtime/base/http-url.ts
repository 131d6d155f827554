import { ConfigError } from "./errors.js";

/** An http or https URL without user name and password, or undefined. */
export function parseHttpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  return isHttp && url.username === "" && url.password === "" ? url : undefined;
}

/** Whether nobody can read what is sent there: it is encrypted, or stays on this machine. */
export function isPrivate({ protocol, hostname }: URL): boolean {
  return (
    protocol === "https:" || hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** @throws {ConfigError} if it is not such a URL. The message contains the name but not the URL, which may have a password. */
export function requireHttpUrl(name: string, text: string): URL {
  const url = parseHttpUrl(text);
  if (url === undefined) throw new ConfigError(`${name} must be an http or https URL without user name and password.`);
  return url;
}
