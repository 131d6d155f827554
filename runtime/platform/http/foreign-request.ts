import type { RequestHead } from "./request-head.js";

/** Why a request is refused before anything is done for it. */
export interface HeadRefusal {
  readonly status: number;
  readonly error: string;
  readonly hint: string;
  /** The methods that are allowed, for a status of 405. */
  readonly allow?: string;
}

/** One address: what is listened on, what has to be guarded, and the port that has to be free. */
export const loopbackAddress = "127.0.0.1";

const ownNames = ["localhost", loopbackAddress, "[::1]"];

/** What `Host` may be, to the letter. So every other spelling of the same address is foreign, and nothing has to be parsed. */
function ownHosts(port: number): readonly string[] {
  // A browser leaves out the usual port of HTTP.
  const ends = port === 80 ? ["", ":80"] : [`:${port}`];
  return ownNames.flatMap((name) => ends.map((end) => `${name}${end}`));
}

function isOnly(values: readonly string[], allowed: readonly string[]): boolean {
  const [value, ...others] = values;
  return value !== undefined && others.length === 0 && allowed.includes(value);
}

/**
 * Refuses what a web page of somebody else can make a browser send, also by a name that it lets point at this machine (DNS rebinding):
 * a `Host` that is not an own one, an `Origin` that is not an own one to scheme, host and port, and a `Sec-Fetch-Site` that is not one
 * of `sites`. A missing `Origin` or `Sec-Fetch-Site` is no refusal: programs send neither. Never throws.
 */
export function refuseForeign(head: RequestHead, port: number, sites: readonly string[]): HeadRefusal | undefined {
  const address = `http://${loopbackAddress}:${port}`;
  // `GET http://somewhere/ HTTP/1.1` would name a host beside `Host`.
  if (!head.target.startsWith("/")) {
    return { status: 400, error: "The request does not begin with a path", hint: `Call ${address} without a proxy.` };
  }
  const hosts = ownHosts(port);
  if (!isOnly(head.headers.get("host") ?? [], hosts)) {
    const ways = [
      `Call ${address}; a forwarded port must have the same number.`,
      "A container calls it over the network of its host: docker run --network host.",
    ];
    return { status: 403, error: "The header Host is not an address of this server", hint: ways.join(" ") };
  }
  const origins = head.headers.get("origin");
  const ownOrigins = hosts.map((host) => `http://${host}`);
  const fetchSites = head.headers.get("sec-fetch-site");
  if (
    (origins !== undefined && !isOnly(origins, ownOrigins)) ||
    (fetchSites !== undefined && !isOnly(fetchSites, sites))
  ) {
    return {
      status: 403,
      error: "The request comes from a web page of another address",
      hint: `Only programs and the pages of this server may call it. In a browser, type ${address} as the address.`,
    };
  }
  return undefined;
}

/** Where Kiket publishes its keys. */
const keySetPath = "/.well-known/jwks.json";

/** For Kiket's API, which programs call and no page: one of its own does not exist. Nothing in a browser needs its keys. */
export function refuseForeignToApi(head: RequestHead, port: number): HeadRefusal | undefined {
  const refusal = refuseForeign(head, port, ["none"]);
  if (refusal !== undefined) return refusal;
  const [path] = head.target.split("?");
  if (path !== keySetPath || !head.headers.has("origin")) return undefined;
  return {
    status: 403,
    error: "The key set is for programs, not for web pages",
    hint: "Call it without the header Origin.",
  };
}
