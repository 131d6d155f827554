import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { succeed } from "../processes.js";
import type { Step } from "../step.js";

export const entries: Step = {
  name: "entries",
  title: "package.json is correct for npm, Node and TypeScript: publint and attw on the tarballs",
  needs: ["build", "pack"],
  async run({ root, env, processes, tarballs }) {
    const said: string[] = [];
    const check = async (program: string, args: readonly string[]) => {
      const command = {
        program: process.execPath,
        args: [join(root, "node_modules", program), ...args],
        cwd: root,
        env,
      };
      await succeed(processes, command, "correct package.json as it says");
    };
    for (const { name, path, folder } of await tarballs()) {
      await check("publint/src/cli.js", [path, "--strict"]);
      said.push(`publint ${name}`);
      const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as { exports?: object };
      // A package of a program only has no types that a compiler could look for.
      if (manifest.exports === undefined) continue;
      await check("@arethetypeswrong/cli/dist/index.js", [path, "--profile", "esm-only"]);
      said.push(`attw ${name}`);
    }
    return said.join(", ");
  },
};
