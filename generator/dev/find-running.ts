import { type Launch, tokenHeader } from "./launch.js";
import type { LoopbackFetch } from "./loopback-fetch.js";

/** The inspector answers at once. In milliseconds. */
const longestWait = 2000;

/** The launch if its inspector answers that it is this one. Who else listens at the address is not believed, and not followed to another one. */
export async function findRunning(launch: Launch | undefined, fetch: LoopbackFetch): Promise<Launch | undefined> {
  if (launch === undefined) return undefined;
  try {
    const response = await fetch(`${launch.inspector}/api/launch`, {
      headers: { [tokenHeader]: launch.token },
      redirect: "error",
      signal: AbortSignal.timeout(longestWait),
    });
    const answer = (await response.json()) as { readonly launchId?: unknown } | null;
    return response.ok && answer?.launchId === launch.launchId ? launch : undefined;
  } catch {
    return undefined;
  }
}
