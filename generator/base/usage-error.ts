/** A wrong call of the command line; answered with exit status 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
