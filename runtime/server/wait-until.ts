/** Lets work that was begun by a request go on after its response. */
type WaitUntil = (task: Promise<unknown>) => void;

/**
 * `waitUntil` in what a runtime passes to `fetch` beside the request: workers pass it as `(request, env, context)`, and
 * without it they may drop what is still running when the response is sent. Bun and Deno pass other things, and need none.
 */
export function waitUntilOf(platform: readonly unknown[]): WaitUntil | undefined {
  for (const candidate of platform) {
    if (typeof candidate !== "object" || candidate === null || !("waitUntil" in candidate)) continue;
    const { waitUntil } = candidate;
    if (typeof waitUntil === "function") return (task) => waitUntil.call(candidate, task);
  }
  return undefined;
}
