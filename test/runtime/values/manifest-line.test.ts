import { describe, expect, it } from "vitest";
import { manifestLine } from "../../../runtime/values/manifest-line.js";

const manifest = `extension:
  callback: { secret: env.TOKEN }
  # TOKEN is from the vendor
  configuration:
    TOKEN_URL: { type: string }
    TOKEN: { type: string, secret: true }
    "a.b": { type: string }
`;

describe("the line of a key in the manifest", () => {
  it.each([
    ["TOKEN", "m.yaml:6"],
    ["TOKEN_URL", "m.yaml:5"],
    ["a.b", "m.yaml:7"],
    ["ABSENT", "m.yaml"],
  ])("of %s is %s", (key, place) => {
    expect(manifestLine("m.yaml", key, () => manifest)).toBe(place);
  });

  it("is only the file if it cannot be read", () => {
    expect(manifestLine("m.yaml", "TOKEN", () => undefined)).toBe("m.yaml");
  });
});
