/** A request that cannot be done: what is wrong, and the way out. */
export class RequestProblem extends Error {
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly hint: string | undefined;

  constructor(status: number, message: string, hint?: string) {
    super(message);
    this.name = "RequestProblem";
    this.status = status;
    this.hint = hint;
  }
}
