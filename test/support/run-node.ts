import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./project.js";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with this Node. A non-zero exit code is a result, not an error. */
export async function runNode(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Finished> {
  return promisify(execFile)(process.execPath, [...args], {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    ...(env === undefined ? {} : { env }),
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      code: error.code ?? -1,
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? String(error),
    }),
  );
}

/** The built command, as a user runs it. */
export function runCli(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Finished> {
  return runNode([join(root, "dist/generator/cli.cjs"), ...args], cwd, env);
}
