import { bytesOf, hexOf } from "../base/digest.js";
import { KiketError } from "../base/errors.js";

const hashPattern = /^(?:0x)?([0-9a-f]{64})$/i;

/**
 * The 32 bytes of a hash that is written in hex, with or without `0x`.
 * @throws {KiketError} for anything else. The message contains the name.
 */
export function parseHash(name: string, text: unknown): Uint8Array<ArrayBuffer> {
  const digits = typeof text === "string" ? hashPattern.exec(text)?.[1] : undefined;
  if (digits === undefined) throw new KiketError(`${name} must be 32 bytes in hexadecimal, with or without 0x.`);
  return bytesOf(digits);
}

export function formatHash(bytes: Uint8Array): string {
  return `0x${hexOf(bytes)}`;
}
