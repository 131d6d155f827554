/** The polynomial of CRC-32C, with its bits in reverse (RFC 3720, section 12.1). */
const polynomial = 0x82f63b78;

/** The checksum CRC-32C as a whole number from 0 to 2^32 - 1. Node has only another kind of CRC-32. */
export function crc32c(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? polynomial : 0);
  }
  return (sum ^ -1) >>> 0;
}
