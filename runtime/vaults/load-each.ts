import { withValues } from "./live-values.js";
import type { LiveValues } from "./secret-source.js";

/** At the same time: a vault limits how often it is asked, and one after the other would take long with many names. */
const mostAtOnce = 8;

/**
 * Loads each name on its own, a few at a time. After a failure or an abort no other one is started.
 * @throws what the first failed one threw, or the reason of the signal.
 */
export async function loadEach(
  names: readonly string[],
  signal: AbortSignal,
  load: (name: string) => Promise<LiveValues | undefined>,
): Promise<ReadonlyMap<string, LiveValues>> {
  const waiting = [...new Set(names)];
  const loaded: [string, LiveValues | undefined][] = [];
  let isFailed = false;
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined && !isFailed; name = waiting.shift()) {
      signal.throwIfAborted();
      loaded.push([name, await load(name)]);
    }
  };
  const fail = (error: unknown): never => {
    isFailed = true;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, waiting.length) }, () => work().catch(fail)));
  return withValues(loaded);
}
