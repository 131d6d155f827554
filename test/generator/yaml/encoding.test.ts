import { expect, it } from "vitest";
import { decodedText, wrongEncoding } from "../../../generator/yaml/encoding.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...utf8(part)] : part)));
const wide = (text: string, bigEndian: boolean, width = 2) =>
  [...text].flatMap((letter) => {
    const code = letter.charCodeAt(0);
    const little = [code & 255, code >> 8, 0, 0].slice(0, width);
    return bigEndian ? little.reverse() : little;
  });

it.each(["", "a: b\n", "\ufeffa: Größe\r\n", "a: \ufffd\n", "🎉 \ud7ff\ue000", "\0a"])("reads %j unchanged", (text) => {
  expect(decodedText(utf8(text))).toBe(text);
  expect(wrongEncoding(text)).toBeUndefined();
});

it.each([
  ["Latin 1", bytes("name: Gr", [0xf6], [0xdf], "e\n"), 1, 9, "F6"],
  ["Latin 1 after lines and wide letters", bytes("a: ö🎉\nb:\r\n  c: ", [0xe4], "\n"), 3, 6, "E4"],
  ["Latin 1 after the character that replaces others", bytes("a: \ufffd\ufffd ", [0xff]), 1, 7, "FF"],
  ["a letter that is cut off", bytes("a: ", [0xe2, 0x82]), 1, 4, "E2"],
  ["a surrogate", bytes("ab", [0xed, 0xa0, 0x80]), 1, 3, "ED"],
  ["a letter that is too long", bytes([0xc0, 0xaf]), 1, 1, "C0"],
])("finds the first byte of %s", (_what, given, line, column, byte) => {
  expect(wrongEncoding(decodedText(given))).toEqual({
    line,
    column,
    message: `the file is not UTF-8: it contains the byte ${byte}`,
    hint: 'save it as UTF-8: in an editor with "Save with Encoding", or with `iconv -f WINDOWS-1252 -t UTF-8`',
  });
});

it.each([
  ["UTF-16", [0xff, 0xfe, ...wide("a: ö\n", false)]],
  ["UTF-16", [0xfe, 0xff, ...wide("a: ö\n", true)]],
  ["UTF-16", wide("a: b\n", false)],
  ["UTF-16", wide("a: b\n", true)],
  ["UTF-32", [0xff, 0xfe, 0, 0, ...wide("a: b\n", false, 4)]],
  ["UTF-32", [0, 0, 0xfe, 0xff, ...wide("a: b\n", true, 4)]],
])("names %s", (name, given) => {
  const { line, column, message, hint } = wrongEncoding(decodedText(Uint8Array.from(given))) ?? {};
  expect([line, column, message]).toEqual([1, 1, `the file is ${name}, not UTF-8`]);
  expect(hint).toContain("save it as UTF-8");
});
