import { access } from "node:fs/promises";
import { join } from "node:path";
import { succeed } from "../processes.js";
import type { Step } from "../step.js";

export const lint: Step = {
  name: "lint",
  title: "format, lint and types: npm run check",
  async run({ root, env, processes }) {
    await succeed(
      processes,
      { program: "npm", args: ["run", "check"], cwd: root, env },
      "correct what it names; `npm run format` formats",
    );
    return "npm run check";
  },
};

export const tests: Step = {
  name: "tests",
  title: "every test: npm test",
  needs: ["build"],
  async run({ root, env, processes }) {
    const { stdout } = await succeed(
      processes,
      { program: "npm", args: ["test"], cwd: root, env },
      "correct the code, or the test",
    );
    return /^\s*Tests\s+(.*)$/m.exec(stdout)?.[1] ?? "npm test";
  },
};

export const build: Step = {
  name: "build",
  title: "both packages are built from their sources",
  async run({ root, packages, tag, env, processes }) {
    // A release is built anew. Else a build of the same sources is the same.
    const [own, ...args] =
      tag === undefined ? [process.execPath, "build.mjs", "--if-changed"] : ["npm", "run", "build"];
    await succeed(processes, { program: own ?? "npm", args, cwd: root, env }, "correct the sources that it names");
    for (const { folder } of packages.filter((one) => one.folder !== ".")) {
      const cwd = join(root, folder);
      await access(join(cwd, "package.json"));
      await succeed(
        processes,
        { program: "npm", args: ["run", "build"], cwd, env },
        "correct the sources that it names",
      );
    }
    return packages.map(({ name }) => name).join(", ");
  },
};
