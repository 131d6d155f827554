import { describe, expect, it } from "vitest";
import { windowsObjection } from "../../../generator/base/file-name.js";

describe("names on Windows", () => {
  it.each([
    ["con.created.v1.ts", "Windows reserves the name con"],
    ["AUX", "Windows reserves the name AUX"],
    ["nul .txt", "Windows reserves the name nul"],
    ["com1.v1.gen.ts", "Windows reserves the name com1"],
    ["lpt².ts", "Windows reserves the name lpt²"],
    ["CONOUT$", "Windows reserves the name CONOUT$"],
    ["a:b", "on Windows, no name contains :"],
    ["what?", "on Windows, no name contains ?"],
    ["end.", "on Windows, no name ends with a dot or a space"],
    ["end ", "on Windows, no name ends with a dot or a space"],
  ])("%j is refused", (name, reason) => {
    expect(windowsObjection(name)).toBe(reason);
  });

  it.each(["issue.created.v1.ts", "console.v1.ts", "com10.v1.ts", "com.v1.ts", "a.con.ts", "auxiliary", ".env", "a b"])(
    "%j is allowed",
    (name) => {
      expect(windowsObjection(name)).toBeUndefined();
    },
  );
});
