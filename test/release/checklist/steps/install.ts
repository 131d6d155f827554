import { succeed } from "../processes.js";
import type { Step } from "../step.js";

export const install: Step = {
  name: "install",
  title: "the tarball works in an empty project: few packages, small, every entry, every template",
  needs: ["build", "pack"],
  async run({ root, env, processes, tarballs }) {
    const [own] = await tarballs();
    const { stdout } = await succeed(
      processes,
      {
        program: process.execPath,
        args: ["test/package/install.mjs"],
        cwd: root,
        env: { ...env, KIKET_GEN_TARBALL: own?.path },
      },
      "run `node test/package/install.mjs`; if it is the size, `npm ls --omit=dev --all` shows what comes along",
    );
    return /^\d+ packages, [\d.]+ MB/m.exec(stdout)?.[0] ?? stdout.trim();
  },
};
