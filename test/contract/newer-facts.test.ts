import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTree, root } from "../support/project.js";

interface Group {
  /** Such as N3. */
  readonly name: string;
  readonly facts: readonly number[];
  /** Paths of the files with its tests. */
  readonly tests: readonly string[];
  /** What has no test, and why; "–" if nothing. */
  readonly untested: string;
}

const record = await readTree(join(root, "schemas/record"));
const [, section = ""] = (record["README.md"] ?? "").split("\n## The newer facts\n");

const groups: readonly Group[] = [
  ...section.matchAll(/^\| (N\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm),
].map(([, name = "", facts = "", tests = "", untested = ""]) => ({
  name,
  facts: (facts.match(/\d+/g) ?? []).map(Number),
  tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => `test/${path}`),
  untested,
}));

describe("the newer facts", () => {
  it("are ten groups", () => {
    expect([...new Set(groups.map(({ name }) => name))]).toEqual(
      Array.from({ length: 10 }, (_, index) => `N${index + 1}`),
    );
  });

  it.each(groups.map((group) => [group.name, group] as const))(
    "%s stands in the record, and has a test with its name or a reason",
    async (name, group) => {
      const rows = Object.values(record).join("\n");
      expect(group.facts.filter((fact) => !rows.includes(`\n| ${fact} |`))).toEqual([]);
      expect(group.facts).not.toEqual([]);
      const texts = await Promise.all(group.tests.map((path) => readFile(join(root, path), "utf8")));
      const without = group.tests.filter((_path, index) => !texts[index]?.includes(`"${name}: `));
      expect(without).toEqual([]);
      expect([group.tests.length > 0, group.untested !== "–"]).toContain(true);
    },
  );
});
