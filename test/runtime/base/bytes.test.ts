import { afterEach, describe, expect, test, vi } from "vitest";
import { fromBase64Url, toBase64Url } from "../../../runtime/base/bytes.js";

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["with Buffer", Buffer],
  ["without it, as in a worker", undefined],
])("base64 for URLs, %s", (_where, buffer) => {
  test.each([
    ["", []],
    ["_w", [255]],
    ["-_8", [251, 255]],
    ["AAEC", [0, 1, 2]],
  ])("%j", (text, bytes) => {
    vi.stubGlobal("Buffer", buffer);
    expect([...fromBase64Url(text)]).toEqual(bytes);
    expect(toBase64Url(Uint8Array.from(bytes))).toBe(text);
  });

  test.each(["A", "AAAAA", "AA==", "AA A", "A+AA", "A/AA", "AA\n", "\u0141AAA"])("never %j", (text) => {
    vi.stubGlobal("Buffer", buffer);
    expect(() => fromBase64Url(text)).toThrow(TypeError);
  });
});
