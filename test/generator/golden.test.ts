import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import { allCompilers, compile } from "../support/compile.js";
import { createProject, readTree, removeProject, root } from "../support/project.js";

const folder = join(root, "test/golden");
const cases = (await readdir(folder, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** `UPDATE_GOLDEN=1 npm test` accepts what the generator gives now; read the difference before it is committed. */
async function accept(expected: string, output: Readonly<Record<string, string>>): Promise<void> {
  await rm(expected, { recursive: true, force: true });
  for (const [path, text] of Object.entries(output)) {
    await mkdir(dirname(join(expected, path)), { recursive: true });
    await writeFile(join(expected, path), text);
  }
}

describe.each(cases)("golden case %s", (name) => {
  it("gives the files expected, and they compile", async () => {
    const project = await createProject({});
    try {
      await cp(join(folder, name, "input"), project, { recursive: true });
      const report = await generate({ dir: project });
      const tree = await readTree(project);
      const output = Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith("src/")));
      const diagnostics = report.diagnostics.map(
        ({ at, severity, code, message }) => `${at.file}:${at.line}:${at.column}  ${severity}  ${code}  ${message}\n`,
      );
      const actual = { ...output, ...(diagnostics.length > 0 ? { "diagnostics.txt": diagnostics.join("") } : {}) };
      const expected = join(folder, name, "expected");
      if (process.env.UPDATE_GOLDEN !== undefined) await accept(expected, actual);
      expect(actual).toEqual(await readTree(expected));
      if (report.model === undefined) return;
      for (const version of allCompilers) expect(await compile(project, version)).toBe("");
    } finally {
      await removeProject(project);
    }
  });
});
