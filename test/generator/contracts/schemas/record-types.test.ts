import { describe, expect, it } from "vitest";
import { declaredWithRecords, withRecords } from "../../../../generator/contracts/schemas/record-types.js";

describe("members", () => {
  it.each([
    ["  a?: {\n    [k: string]: unknown;\n  };\n", "  a?: Record<string, unknown>;\n"],
    ["  a?: {}[];\n", "  a?: Record<string, unknown>[];\n"],
    [
      "  a?: {\n    [k: string]: {\n      [k: string]: number | undefined;\n    };\n  };\n",
      "  a?: Record<string, Record<string, number | undefined>>;\n",
    ],
    ["  a?: {\n    [k: string]: {\n      b: 1;\n    };\n  };\n", "  a?: Record<string, {\n      b: 1;\n    }>;\n"],
    ["  a: {\n    /** Why. */\n    [k: string]: string;\n  };\n", "  a: Record<string, string>;\n"],
  ])("%j", (before, after) => {
    expect(withRecords(before)).toBe(after);
  });

  it.each([
    "  a: {\n    b?: string;\n    [k: string]: unknown;\n  };\n",
    '  a: {\n    "[k: string]": 1;\n  };\n',
    "  /** { [k: string]: unknown; } */\n  constructor?: string;\n",
    "  a: {\n",
  ])("stay as they are: %j", (text) => {
    expect(withRecords(text)).toBe(text);
  });
});

describe("a declaration", () => {
  const never = () => false;
  it.each([
    ["export interface A {\n  [k: string]: number;\n}\n", "export type A = Record<string, number>;\n"],
    [
      "/** export interface B {} */\nexport interface A {}\n",
      "/** export interface B {} */\nexport type A = Record<string, unknown>;\n",
    ],
    ["export interface A {\n  b: {};\n}\n", "export interface A {\n  b: Record<string, unknown>;\n}\n"],
    [
      "export type A =\n  | string\n  | {\n      [k: string]: number;\n    };\n",
      "export type A =\n  | string\n  | Record<string, number>;\n",
    ],
  ])("%j", (before, after) => {
    expect(declaredWithRecords(before, never)).toBe(after);
  });

  it.each([
    "export interface A {\n  [k: string]: A;\n}\n",
    "export type A =\n  | string\n  | {\n      [k: string]: A;\n    };\n",
  ])("that uses itself stays as it is: %j", (text) => {
    expect(declaredWithRecords(text, (values) => values === "A")).toBe(text);
  });
});
