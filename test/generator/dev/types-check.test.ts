import { expect, it } from "vitest";
import { createTypesReader } from "../../../generator/dev/types-check.js";
import type { DevWord } from "../../../generator/dev/words/dev-word.js";

function read(...lines: readonly string[]): DevWord[] {
  const words: DevWord[] = [];
  const reader = createTypesReader(
    (word) => words.push(word),
    ({ line }) => line === 99,
  );
  for (const line of lines) reader(line);
  return words;
}

const started = "[10:02:11 AM] Starting compilation in watch mode...";
const again = "[10:02:15 AM] File change detected. Starting incremental compilation...";
const error = "src/handlers/a.ts(5,3): error TS2322: Type 'number' is not assignable to type 'string'.";
const found = (count: number) =>
  `[10:02:12 AM] Found ${count} error${count === 1 ? "" : "s"}. Watching for file changes.`;

it("tells an error with its place, and when types are right again", () => {
  expect(read(started, "", error, "  The expected type comes from property 'x'", found(1), again, found(0))).toEqual([
    {
      type: "error",
      stage: "types",
      severity: "error",
      code: "TS2322",
      message: "Type 'number' is not assignable to type 'string'.\n  The expected type comes from property 'x'",
      file: "src/handlers/a.ts",
      line: 5,
      column: 3,
    },
    { type: "log", source: "dev", level: "info", message: "types are right again" },
  ]);
});

it("does not tell an error that was told already", () => {
  expect(read(started, error.replace("(5,", "(99,"), error, found(2))).toHaveLength(1);
});

it("says nothing where types were right, and tells the same errors once", () => {
  expect(read(started, found(0), again, found(0))).toEqual([]);
  expect(read(started, error, found(1), again, error, found(1))).toHaveLength(1);
});

it("tells an error of the configuration, which has no place", () => {
  expect(read("error TS5083: Cannot read file '/p/base.json'.", found(1))).toEqual([
    { type: "error", stage: "types", severity: "error", code: "TS5083", message: "Cannot read file '/p/base.json'." },
  ]);
});
