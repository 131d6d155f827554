import type { DataProblem } from "./data-view.js";

/** A request that cannot be done: what is wrong, and the way out. */
export class RequestProblem extends Error {
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly hint: string | undefined;
  /** The values that are wrong, for an edit of data. */
  readonly problems: readonly DataProblem[];

  constructor(status: number, message: string, hint?: string, problems: readonly DataProblem[] = []) {
    super(message);
    this.name = "RequestProblem";
    this.status = status;
    this.hint = hint;
    this.problems = problems;
  }
}
