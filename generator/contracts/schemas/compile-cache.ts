import { keyOf, readCached, writeCached } from "../../project/cache.js";
import type { Host } from "../../project/host.js";
import type { Source } from "../../yaml/read-yaml.js";

/** Saves compiled schemas, so that the next run does not compile the same sources again. */
export interface CompileCache {
  compiled<T>(name: string, sources: readonly Source[], make: () => Promise<T>): Promise<T>;
}

/** Saves the newest result of each name. If `keep` is false, results are read but not saved. */
export function createCompileCache(host: Host, keep: boolean): CompileCache {
  return {
    async compiled<T>(name: string, sources: readonly Source[], make: () => Promise<T>) {
      const entry = `kiket-gen-${name}`;
      const key = keyOf(...sources.flatMap(({ path, text }) => [path, text]));
      const known = await readCached(host, entry, key);
      if (known !== undefined) return known as T;
      const value = await make();
      if (keep) await writeCached(host, entry, key, value);
      return value;
    },
  };
}
