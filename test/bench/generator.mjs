import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interleaved } from "./process.mjs";

/** Cold generation against the schema compilers' command lines on this project's schemas. */
export async function benchGenerator(root, rounds) {
  const work = await mkdtemp(join(tmpdir(), "kiket-gen-bench-"));
  const cli = join(root, "dist/generator/cli.cjs");
  const bin = (path) => join(root, "node_modules", path);
  const project = join(work, "project");
  try {
    await writeFile(join(work, "empty.mjs"), "");
    // A project that runs the command has packages installed.
    await mkdir(join(project, "node_modules"), { recursive: true });
    await cp(join(root, "examples/marketing-automation/.kiket"), join(project, ".kiket"), { recursive: true });
    const commands = [
      { name: "bare node", args: [join(work, "empty.mjs")] },
      {
        name: "kiket-gen, cold",
        args: [cli, project],
        before: async () => {
          for (const name of ["src", "node_modules/.cache"])
            await rm(join(project, name), { recursive: true, force: true });
        },
      },
      {
        name: "openapi-typescript",
        args: [bin("openapi-typescript/bin/cli.js"), join(root, "schemas/openapi.yaml"), "-o", join(work, "api.ts")],
      },
      {
        name: "json2ts",
        args: [
          bin("json-schema-to-typescript/dist/src/cli.js"),
          "-i",
          join(root, "schemas/events/issue.created.v1.schema.json"),
          "-o",
          join(work, "event.d.ts"),
        ],
        cwd: join(root, "schemas/events"),
      },
    ];
    const medians = await interleaved(commands, rounds);
    return Object.fromEntries(commands.map(({ name }, index) => [name, medians[index]]));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
