import { parseArgs } from "node:util";
import type { Step } from "./step.js";

export interface CheckArguments {
  readonly steps: readonly Step[];
  readonly tag: string | undefined;
  /** Where the tarballs are kept; undefined if they are removed. */
  readonly keep: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** Thrown for a call that cannot be understood. */
export class UsageError extends Error {}

/** What `--skip-tests` leaves out: what CI has run already. */
const testSteps = ["lint", "tests"];

export function checkArguments(args: readonly string[], all: readonly Step[]): CheckArguments {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    tag: text,
    only: text,
    skip: text,
    keep: text,
    "skip-tests": flag,
    list: flag,
    help: { ...flag, short: "h" },
  } as const;
  const { values } = parse(() => parseArgs({ args: [...args], options, allowPositionals: false }));
  const names = (given: string | undefined, option: string) => {
    const list = given?.split(",") ?? [];
    const unknown = list.filter((name) => !all.some((step) => step.name === name));
    if (unknown.length > 0)
      throw new UsageError(`--${option}: there is no step "${unknown.join(", ")}"; --list shows the steps`);
    return list;
  };
  const only = names(values.only, "only");
  const skipped = [...names(values.skip, "skip"), ...(values["skip-tests"] ? testSteps : [])];
  const steps = all.filter(({ name }) => (only.length === 0 || only.includes(name)) && !skipped.includes(name));
  if (steps.length === 0) throw new UsageError("no step is left to run");
  if (values.tag === "") throw new UsageError("--tag needs a tag, such as v1.2.3");
  return { steps, tag: values.tag, keep: values.keep, list: values.list, help: values.help };
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
