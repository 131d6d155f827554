const quote = 0x22;
const backslash = 0x5c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** The position after the closing quote of the string that starts at `start`, or the end of the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let end = start;
  for (;;) {
    end = bytes.indexOf(quote, end + 1);
    if (end === -1) return bytes.length;
    let escapes = 0;
    while (bytes[end - 1 - escapes] === backslash) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
}

/**
 * Whether objects and lists in UTF-8 JSON are nested deeper than allowed. This is checked before parsing, because recursive
 * code could overflow the stack. If the bytes are not JSON, the result means nothing.
 */
export function isDeeperThan(bytes: Uint8Array, allowed: number): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === quote) index = endOfText(bytes, index) - 1;
    else if (byte === openObject || byte === openList) {
      depth += 1;
      if (depth > allowed) return true;
    } else if (byte === closeObject || byte === closeList) depth -= 1;
  }
  return false;
}
