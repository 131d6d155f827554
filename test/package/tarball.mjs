// The packed package, and commands on it.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Runs a command; throws with its output unless it ends with this exit code. */
export async function expectExit(code, command, args, cwd, env = {}) {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  const outcome = await promisify(execFile)(command, args, options).then(
    (done) => ({ ...done, code: 0 }),
    (error) => error,
  );
  if (outcome.code !== code) {
    const said = `${outcome.stdout}${outcome.stderr}`;
    throw new Error(`${command} ${args.join(" ")}: exit ${outcome.code}, not ${code}\n${said}`);
  }
  return outcome;
}

export function check(holds, message) {
  if (!holds) throw new Error(message);
}

export async function npmInstall(cwd, ...args) {
  return expectExit(0, "npm", ["install", "--no-audit", "--no-fund", ...args], cwd);
}

/**
 * Packs the package as built into a new folder, and calls `use` with the folder and the tarball's path; deletes the folder. A release
 * check has packed it already, and names the tarball in KIKET_GEN_TARBALL.
 */
export async function withTarball(use) {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-package-"));
  const { KIKET_GEN_TARBALL: given } = process.env;
  try {
    if (given !== undefined) return await use(folder, given);
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const { stdout } = await expectExit(0, "npm", args, root);
    const [{ filename }] = Object.values(JSON.parse(stdout));
    await use(folder, join(folder, filename));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
