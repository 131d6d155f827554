/** A byte that is not UTF-8 becomes the lone surrogate at this code plus the byte. No text in UTF-8 contains one. */
const ofBytes = 0xdc00;

/** The text of a file, with its byte order mark. The first byte that is not UTF-8 can be found with `wrongEncoding`. */
export function decodedText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodedUpToTheFirst(bytes);
  }
}

function decodedUpToTheFirst(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let [done, offset] = [0, 0];
  for (const { index } of text.matchAll(/\ufffd/g)) {
    offset += encoder.encode(text.slice(done, index)).length;
    done = index;
    // The character may be in the file, as EF BF BD.
    if (bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd) continue;
    return text.slice(0, index) + String.fromCharCode(ofBytes + (bytes[offset] ?? 0)) + text.slice(index + 1);
  }
  return text;
}

/** What is wrong with the encoding of a text, and where: line and column start at 1. */
export interface WrongEncoding {
  readonly message: string;
  readonly hint: string;
  readonly line: number;
  readonly column: number;
}

const start = { line: 1, column: 1 };

/** Tells a text that is not UTF-8 from one that is. */
export function wrongEncoding(text: string): WrongEncoding | undefined {
  // The bytes of a byte order mark in UTF-16 are FF FE or FE FF; neither is in any text in UTF-8.
  const wide = /^(?:\0\0\udcfe|\udcff\ufffd\0\0)/.test(text) ? "UTF-32" : "UTF-16";
  if (/^(?:\udcff\ufffd|\udcfe\ufffd|\0\0\udcfe|\0?[^\0]\0[^\0]\0)/.test(text)) {
    const hint =
      'save it as UTF-8: in an editor with "Save with Encoding", in PowerShell with `Set-Content -Encoding utf8`';
    return { ...start, message: `the file is ${wide}, not UTF-8`, hint };
  }
  const index = text.search(/(?<![\ud800-\udbff])[\udc80-\udcff]/);
  if (index < 0) return undefined;
  const before = text.slice(0, index).split("\n");
  const byte = (text.charCodeAt(index) - ofBytes).toString(16).toUpperCase();
  return {
    message: `the file is not UTF-8: it contains the byte ${byte}`,
    hint: 'save it as UTF-8: in an editor with "Save with Encoding", or with `iconv -f WINDOWS-1252 -t UTF-8`',
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  };
}
