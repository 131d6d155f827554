import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rowsInTurn } from "./process.mjs";

/** Runs that do next to nothing, against Node with an empty file. */
export async function benchStart(root, rounds) {
  const work = await mkdtemp(join(tmpdir(), "kiket-gen-bench-"));
  const cli = join(root, "dist/generator/cli.cjs");
  const at = (path) => join(work, path);
  const commands = [
    { name: "bare node", args: [at("empty.mjs")] },
    { name: "--version", args: [cli, "--version"], aim: 1.12 },
    { name: "--help", args: [cli, "--help"] },
    { name: "nothing to do", args: [cli, at("own")], aim: 1.3 },
    { name: "nothing to do, packages in the workspace", args: [cli, at("workspace/member")], aim: 1.3 },
    { name: "--check", args: [cli, at("own"), "--check"], aim: 1.3 },
    // A project without packages has no cache.
    { name: "nothing to do, no cache", args: [cli, at("bare")], aim: 2 },
  ];
  try {
    await writeFile(at("empty.mjs"), "");
    for (const packages of ["own/node_modules", "workspace/node_modules"])
      await mkdir(at(packages), { recursive: true });
    await writeFile(at("workspace/package.json"), '{ "workspaces": ["member"] }');
    for (const project of ["own", "workspace/member", "bare"]) {
      await cp(join(root, "examples/marketing-automation/.kiket"), join(at(project), ".kiket"), { recursive: true });
    }
    return await rowsInTurn(commands, rounds);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
