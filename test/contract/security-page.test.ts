import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/project.js";

it("SECURITY.md names tests that exist, for each promise", async () => {
  const page = await readFile(join(root, "SECURITY.md"), "utf8");
  const rows = page.split("\n").filter((line) => /^\| (?!promise|---)/.test(line));
  const named = rows.map((row) => row.match(/`test\/[^`]+`/g)?.map((path) => path.slice(1, -1)) ?? []);
  expect(named.flat()).toContain("test/hardness/foreign-pages.test.ts");
  expect(named.filter((paths) => paths.length === 0 || !paths.every((path) => existsSync(join(root, path))))).toEqual(
    [],
  );
});
