import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { type Refusal, refuse } from "../../base/refusal.js";

/** Where a delivery is sent. */
export interface DeliveryTarget {
  /** Without a slash at the end. A name that was resolved on this machine is replaced by its address, so that it stays the one that was checked. */
  readonly url: string;
  /** Whether it is on this machine. */
  readonly isLoopback: boolean;
  /** The addresses of the name, as text for a message. */
  readonly addresses: readonly string[];
}

/** The addresses of a name. Rejects if there are none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Resolves the address of a receiver. What counts as this machine is decided by the address of a name, and not by the name: `localhost` may
 * lead elsewhere.
 */
export async function findTarget(text: string, find: Lookup = addressesOf): Promise<DeliveryTarget | Refusal> {
  const url = parsed(text);
  const example = "pass the base URL of the receiver, such as http://127.0.0.1:8000";
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return refuse(`--url must be an http or https URL, not "${text}"`, example);
  if (url.username !== "" || url.password !== "") return refuse("--url must not contain a user or a password", example);
  if (url.search !== "" || url.hash !== "") return refuse("--url must not have a query or a fragment", example);
  const name = url.hostname.replace(/^\[|\]$/g, "");
  let addresses: readonly string[];
  try {
    addresses = isIP(name) === 0 ? await find(name) : [name];
  } catch {
    return refuse(`the host "${name}" cannot be resolved`, "check --url, and the network");
  }
  const [first = ""] = addresses;
  const isLocal = addresses.length > 0 && addresses.every(isLoopback);
  // With https the certificate proves the name, so it must stay.
  if (isLocal && url.protocol === "http:") url.hostname = isIP(first) === 6 ? `[${first}]` : first;
  return { url: url.href.replace(/\/+$/, ""), isLoopback: isLocal, addresses };
}
