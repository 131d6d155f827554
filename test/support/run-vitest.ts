import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { root } from "./project.js";
import { runNode } from "./run-node.js";

const results = "vitest-results.json";

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    /** Why the file could not be loaded, if it could not. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Runs the tests of a project as its user does. For each test file: how many of its tests passed, how many it has, and why others failed. */
export async function runVitest(
  folder: string,
  more: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  // Into a file: standard output has what the tests write as well.
  const { stderr } = await runNode([vitest, "run", "--reporter=json", `--outputFile=${results}`, ...more], folder);
  const text = await readFile(join(folder, results), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(stderr);
  const { testResults } = JSON.parse(text) as Results;
  return Object.fromEntries(
    testResults.map(({ name, message = "", assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status !== "passed");
      const why = failed.map(
        ({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.join("\n") ?? "not run"}`,
      );
      const count = `${assertionResults.length - failed.length} of ${assertionResults.length}`;
      const reasons = [...why, message].filter((text) => text !== "");
      return [relative(folder, name), [count, ...reasons].join("\n")];
    }),
  );
}
