import { join, relative } from "node:path";
import { root } from "./project.js";
import { runNode } from "./run-node.js";

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Runs the tests of a project as its user does. For each test file: how many of its tests passed, and how many it has. */
export async function runVitest(folder: string): Promise<Readonly<Record<string, string>>> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { stdout, stderr } = await runNode([vitest, "run", "--reporter=json"], folder);
  if (stdout === "") throw new Error(stderr);
  const { testResults } = JSON.parse(stdout) as Results;
  return Object.fromEntries(
    testResults.map(({ name, assertionResults }) => {
      const passed = assertionResults.filter(({ status }) => status === "passed");
      return [relative(folder, name), `${passed.length} of ${assertionResults.length}`];
    }),
  );
}
