import { hasShape } from "../base/shape.js";

/** A running `kiket-gen dev` of one project, as `.kiket-gen/launch.json` has it. */
export interface Launch {
  /** Random. Every process of the launch has it in its environment, and the inspector answers it. */
  readonly launchId: string;
  /** The inspector's token. */
  readonly token: string;
  /** Of the boot of this machine. Process ids of another boot say nothing. */
  readonly bootId: string;
  readonly pid: number;
  /** Process groups that it has started. */
  readonly groups: readonly number[];
  /** Addresses on 127.0.0.1 or [::1], without a slash at the end. */
  readonly inspector: string;
  readonly kiket: string;
  readonly extension?: string;
}

/** The header in which the inspector wants the token. */
export const tokenHeader = "x-kiket-gen-token";

/** The largest process id of Linux; other systems have smaller ones. */
const maxPid = 2 ** 22;

/** More than a launch ever has: its programs and their warden. */
const maxGroups = 32;

function isPid(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxPid;
}

/** 0, 1 and negative numbers mean other processes than one group when a signal is sent to them. */
function isGroup(value: unknown): value is number {
  return isPid(value) && value > 1;
}

/** At least 128 bits in hexadecimal digits. */
function isSecret(text: string): boolean {
  return /^[0-9a-f]{32,128}$/.test(text);
}

/** Whether this is `http://127.0.0.1:<port>` or `http://[::1]:<port>`, and nothing more. */
export function isLoopbackAddress(text: string): boolean {
  const port = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):([1-9]\d{0,4})$/.exec(text)?.[1];
  return port !== undefined && Number(port) < 65_536;
}

/** A launch that somebody wrote; undefined if any part of it is not as a launch has it. Members that a launch does not have are dropped. */
export function parseLaunch(text: string): Launch | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const texts = {
    launchId: "string",
    token: "string",
    bootId: "string",
    inspector: "string",
    kiket: "string",
  } as const;
  if (!hasShape<Launch>(data, { ...texts, "extension?": "string" })) return undefined;
  const { launchId, token, bootId, pid, groups, inspector, kiket, extension } = data;
  if (!isSecret(launchId) || !isSecret(token) || !isPid(pid)) return undefined;
  if (!Array.isArray(groups) || groups.length > maxGroups || !groups.every(isGroup)) return undefined;
  const addresses = [inspector, kiket, ...(extension === undefined ? [] : [extension])];
  if (!addresses.every(isLoopbackAddress)) return undefined;
  const launch = { launchId, token, bootId, pid, groups, inspector, kiket };
  return extension === undefined ? launch : { ...launch, extension };
}
