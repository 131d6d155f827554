import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Finished } from "../support/run-node.js";

/** Runs bash with these arguments. */
export async function runShell(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return promisify(execFile)("bash", [...args], { env: { ...process.env, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      code: error.code ?? -1,
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? String(error),
    }),
  );
}
