/** The command line was used incorrectly; the exit status is 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** By its name, because each file that the build bundles has a class of its own. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === "UsageError";
}
