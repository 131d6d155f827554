import { describe, expect, it } from "vitest";
import { createLineSplitter } from "../../../../generator/dev/process/line-splitter.js";

/** The lines of these pieces, and what is told at the end. */
function split(...pieces: readonly (string | Uint8Array)[]): string[][] {
  const splitter = createLineSplitter();
  return [...pieces.map((piece) => splitter.add(Buffer.from(piece))), splitter.end()];
}

describe("the lines of a program", () => {
  it("are told when they are complete, and the rest at the end", () => {
    expect(split("one\ntw", "o\r\n", "\nthree")).toEqual([["one"], ["two"], [""], ["three"]]);
    expect(split("one\r", "\ntwo\n")).toEqual([[], ["one", "two"], []]);
    expect(split("")).toEqual([[], []]);
  });

  it("keep a carriage return that is in them", () => {
    expect(split("10 %\r20 %\r\n")).toEqual([["10 %\r20 %"], []]);
  });

  it("have no character in pieces, and replace what is not UTF-8", () => {
    const [first, second] = [Buffer.from("ü\n").subarray(0, 1), Buffer.from("ü\n").subarray(1)];
    expect(split(first, second)).toEqual([[], ["ü"], []]);
    expect(split(new Uint8Array([0x61, 0xff, 0x0a, 0xc3]))).toEqual([["a\ufffd"], ["\ufffd"]]);
    expect(split("\ufeffa\n")).toEqual([["\ufeffa"], []]);
  });

  it("are told in pieces if they are long, whether they have an end or not", () => {
    const long = "x".repeat(64 * 1024);
    expect(split(`${long}y\n`)).toEqual([[long, "y"], []]);
    expect(split(long, "y", "\n")).toEqual([[], [long], ["y"], []]);
    const emoji = `${"x".repeat(64 * 1024 - 1)}😀😀`;
    const [pieces, rest] = split(emoji);
    expect([...(pieces ?? []), ...(rest ?? [])].map((piece) => piece.length)).toEqual([64 * 1024 - 1, 4]);
    const endless = split(...Array.from({ length: 10 }, () => long));
    expect(endless.flat()).toEqual(Array.from({ length: 10 }, () => long));
  });
});
