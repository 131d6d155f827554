import { join } from "node:path";
import { expect, it } from "vitest";
import { createProject, readTree, removeProject, root } from "../support/project.js";
import { runNode } from "../support/run-node.js";
import { check } from "./checklist/check.js";
import { runSteps } from "./checklist/run-steps.js";
import { type Release, type Step, StepFailure } from "./checklist/step.js";

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** A repository with one package, whose manifest names an entry that is not there. */
const broken = {
  "package.json": json({
    name: "kiket-gen",
    version: "0.2.0",
    exports: { ".": "./dist/gone.js" },
    dependencies: { a: "1.0.0" },
  }),
  "package-lock.json": json({
    version: "0.1.0",
    packages: { "": { version: "0.1.0" }, "node_modules/a": { version: "1.0.0", license: "GPL-3.0-only" } },
  }),
  "CHANGELOG.md": "# Changelog\n\n## 0.1.0\n\n* It exists.\n",
  "README.md": "# Broken\n",
  "dist/THIRD-PARTY-LICENSES.txt": "b 1.0.0 (MIT)\n\nText.\n",
  "generator/index.ts": 'import { parse } from "yaml";\n',
  "runtime/index.ts": "",
  ".env.local": "SECRET=1\n",
  "server.key": "x",
  "docs/start.md": `Use ghp_${"aB3dE6gH9".repeat(4)} there.\n`,
};

async function checkFiles(files: Readonly<Record<string, string>>, ...args: string[]) {
  const folder = await createProject({
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`own/${path}`, text])),
    "tmp/.keep": "",
  });
  let text = "";
  try {
    const status = await check(args, {
      root: join(folder, "own"),
      temporary: join(folder, "tmp"),
      env: process.env,
      now: () => 0,
      write: (more) => {
        text += more;
      },
      onInterrupt: () => () => undefined,
      packages: [{ name: "kiket-gen", folder: "." }],
    });
    return { status, text, left: Object.keys(await readTree(join(folder, "tmp"))) };
  } finally {
    await removeProject(folder);
  }
}

it("a broken package is refused, with all that is wrong, and nothing of it is left", async () => {
  const { status, text, left } = await checkFiles(
    broken,
    "--only",
    "versions,pack,entries,licences,publish,owner",
    "--tag",
    "v0.3.0",
  );
  expect(status).toBe(1);
  expect(left).toEqual([".keep"]);
  for (const what of [
    "the version in package-lock.json is 0.1.0, not 0.2.0",
    "the first version in CHANGELOG.md is 0.1.0, not 0.2.0",
    "the tag v0.3.0 is not v0.2.0",
    "kiket-gen lacks dist/gone.js, LICENSE",
    "kiket-gen contains .env.local, generator/index.ts, runtime/index.ts, server.key",
    "kiket-gen has a secret in docs/start.md: github",
    "a 1.0.0 has the licence GPL-3.0-only",
    "dist/THIRD-PARTY-LICENSES.txt does not name yaml",
    "repository of kiket-gen is not set",
    "NOT RUN, because it needs pack",
  ])
    expect(text).toContain(what);
  expect(text).toMatch(/^NOT ready for a release: versions, pack, entries, licences, publish, owner \(0 s\)$/m);
});

it("a repository without what a step reads is refused without a stack", async () => {
  const { status, text, left } = await checkFiles({ "README.md": "# Empty\n" }, "--only", "versions,tree");
  expect(status).toBe(1);
  expect(text).toContain("the step stopped: ENOENT");
  expect(text).toContain("--only versions");
  expect(text).not.toMatch(/^\s+at /m);
  expect(left).toEqual([".keep"]);
});

it.each([
  ["nothing", "nothing"],
  ["", ""],
  ["pack,", ""],
])("--only %j has status 2, and says how to call it", async (only, unknown) => {
  const { status, text } = await checkFiles({}, "--only", only);
  expect(status).toBe(2);
  expect(text).toContain(`there is no step "${unknown}"`);
  expect(text).toContain("Usage: npm run release:check");
});

it.each(["-h", "--help"])("%s says how to call it", async (option) => {
  const { status, text } = await checkFiles({}, option);
  expect([status, text]).toEqual([0, expect.stringContaining("Usage: npm run release:check")]);
});

it("a folder for the tarballs that cannot be one is refused before any step", async () => {
  for (const keep of ["", join(root, "package.json")]) {
    const { status, text, left } = await checkFiles(broken, "--only", "versions", "--keep", keep);
    expect([status, left]).toEqual([2, [".keep"]]);
    expect(text).toContain(`--keep needs a folder, and "${keep}" cannot be one: `);
    expect(text).not.toContain("1/1");
  }
});

it("a step is left out where one that it needs has failed, and others go on", async () => {
  const ran: string[] = [];
  const step = (name: string, needs: readonly string[], problem?: string): Step => ({
    name,
    title: `title of ${name}`,
    needs,
    async run() {
      ran.push(name);
      if (problem !== undefined)
        throw new StepFailure([{ what: problem, why: "it is so\nin two lines", fix: "mend it" }]);
      return "well";
    },
  });
  let text = "";
  let clock = 0;
  const failed = await runSteps(
    [step("a", [], "a broke"), step("b", ["a"]), step("c", []), step("d", ["b"])],
    {} as Release,
    {
      now: () => (clock += 500),
      write: (more) => {
        text += more;
      },
      isInterrupted: () => false,
    },
  );
  expect(ran).toEqual(["a", "c"]);
  expect(failed).toEqual(["a", "b", "d"]);
  expect(text).toBe(` 1/4 a: title of a
      FAILED, 0.5 s
      a broke
        why: it is so
      in two lines
        fix: mend it
 2/4 b: title of b
      NOT RUN, because it needs a
 3/4 c: title of c
      ok, 0.5 s: well
 4/4 d: title of d
      NOT RUN, because it needs b
`);
});

it("the program lists its steps, and prints the part of the changelog of a tag", async () => {
  const program = join(root, "test/release/checklist/release.mjs");
  const listed = await runNode([program, "check", "--list"], root);
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatch(/^publish +both are published to a registry on this machine/m);
  const notes = await runNode([program, "notes", "v0.1.0"], root);
  expect(notes.stdout).toMatch(/^\* /);
  expect(notes.stdout).not.toContain("## 0.1.0");
  expect(await runNode([program, "notes", "v9.9.9"], root)).toEqual({
    code: 1,
    stdout: "",
    stderr: 'CHANGELOG.md has no part for "v9.9.9"\n',
  });
  expect((await runNode([program, "publish"], root)).code).toBe(2);
});
