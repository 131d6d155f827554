/** Allows a task of a request to continue after its response. */
type WaitUntil = (task: Promise<unknown>) => void;

/**
 * The function `waitUntil` among the arguments that a platform passes to `fetch` after the request. Workers pass
 * `(request, env, context)`; without `context.waitUntil` they may stop tasks when the response is sent. Bun and Deno pass other
 * arguments and do not need it.
 */
export function waitUntilOf(platform: readonly unknown[]): WaitUntil | undefined {
  for (const candidate of platform) {
    if (typeof candidate !== "object" || candidate === null || !("waitUntil" in candidate)) continue;
    const { waitUntil } = candidate;
    if (typeof waitUntil === "function") return (task) => waitUntil.call(candidate, task);
  }
  return undefined;
}
