import { keyOf, readCached, writeCached } from "../../project/cache.js";
import type { Host } from "../../project/host.js";
import type { Source } from "../../yaml/read-yaml.js";

/** Compilations by what they were made of: what one run made of the same sources, the next one need not make again. */
export interface CompileCache {
  compiled<T>(name: string, sources: readonly Source[], make: () => Promise<T>): Promise<T>;
}

/** Keeps the newest compilation of each name; nothing when `keep` is false. */
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
