import { expect, it } from "vitest";
import { seedWords } from "../../../../generator/dev/words/seed-words.js";

const seed = (table: string, count: number, projectId = 1) => ({
  module: "com.example.boats",
  table,
  projectId,
  rows: Array.from({ length: count }, (_, index) => ({ id: index + 1 })),
});

it.each([
  [{ loaded: [], unused: [] }, []],
  [
    { loaded: [seed("boats", 1), seed("berths", 2), seed("berths", 1, 7)], unused: [] },
    ["seeds were loaded: boats (1 record), berths (3 records)"],
  ],
  [
    { loaded: [], unused: [seed("boats", 2)] },
    [
      "seeds were not loaded: boats (2 records); where a table has records, only Reset… on the page, or a start with --reset, loads its seeds",
    ],
  ],
])("tells what came of changed seeds: %j", (seeds, messages) => {
  expect(seedWords(seeds).map(({ message }) => message)).toEqual(messages);
});
