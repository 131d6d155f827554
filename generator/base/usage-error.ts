/** The command line was used incorrectly; the exit status is 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
