import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { uncommented } from "./comments.js";
import { entries, programOf } from "./declarations.js";

const program = programOf(entries.map(({ types }) => types));

it("finds an export and an option without a comment", async () => {
  const folder = await mkdtemp(join(tmpdir(), "comments-"));
  const file = join(folder, "entry.d.ts");
  await writeFile(
    file,
    `/** Has one. */
export interface GoodOptions {
  /** Has one. */
  readonly a?: number;
  readonly b?: number;
}
export interface Bare {
  readonly c: number;
}
/** */
export declare function empty(): void;
// No comment of a declaration.
export declare const value: number;
`,
  );
  try {
    expect(uncommented(programOf([file]), file).sort()).toEqual(["Bare", "GoodOptions.b", "empty", "value"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each(entries)("every export of $specifier has a comment, and so has every option", ({ types }) => {
  expect(uncommented(program, types)).toEqual([]);
});
