import { type Release, type Step, StepFailure } from "./step.js";

export interface StepRun {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly write: (text: string) => void;
  /** Whether somebody asked to end. */
  readonly isInterrupted: () => boolean;
}

function indented(text: string): string {
  return text.split("\n").join("\n      ");
}

/** Runs each step, and tells what came of it. Resolves with the names of those that failed or could not be run. */
export async function runSteps(
  steps: readonly Step[],
  release: Release,
  { now, write, isInterrupted }: StepRun,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const [index, { name, title, needs = [], run }] of steps.entries()) {
    if (isInterrupted()) break;
    write(`${String(index + 1).padStart(2)}/${steps.length} ${name}: ${title}\n`);
    const missing = needs.filter((one) => failed.includes(one));
    if (missing.length > 0) {
      write(`      NOT RUN, because it needs ${missing.join(" and ")}\n`);
      failed.push(name);
      continue;
    }
    const start = now();
    const seconds = () => `${((now() - start) / 1000).toFixed(1)} s`;
    try {
      const found = await run(release);
      write(`      ok, ${seconds()}: ${indented(found)}\n`);
    } catch (error) {
      if (isInterrupted()) break;
      failed.push(name);
      write(`      FAILED, ${seconds()}\n`);
      const problems =
        error instanceof StepFailure
          ? error.problems
          : [
              {
                what: `the step stopped: ${error instanceof Error ? error.message : error}`,
                why: "it did not expect that",
                fix: `see test/release/checklist/steps, and run it alone: --only ${name}`,
              },
            ];
      for (const { what, why, fix } of problems)
        write(`      ${indented(what)}\n        why: ${indented(why)}\n        fix: ${indented(fix)}\n`);
    }
  }
  return failed;
}
