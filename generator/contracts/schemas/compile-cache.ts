import { createHash } from "node:crypto";
import { type DataShape, hasShape } from "../../base/shape.js";
import { fingerprint, version } from "../../base/version.gen.js";
import type { Cache } from "../../project/cache.js";
import type { Source } from "../../yaml/read-yaml.js";

/** Saves compiled schemas, so that the next run does not compile the same sources again. */
export interface CompileCache {
  /** `shape` is that of the result: a saved one of another shape is not used. */
  compiled<T>(name: string, sources: readonly Source[], shape: DataShape, make: () => Promise<T>): Promise<T>;
}

function hashOf(...texts: readonly string[]): string {
  const digest = createHash("sha256");
  for (const text of texts) digest.update(`${text.length}:${text}`);
  return digest.digest("base64url");
}

/** Saves the newest result of each name. If `keep` is false, results are read but not saved. */
export function createCompileCache(cache: Cache | undefined, keep: boolean): CompileCache {
  const known = (name: string, key: string): unknown => {
    const { value, texts: [text = "null"] = [] } = cache?.read(name) ?? {};
    return value === hashOf(key, text) ? JSON.parse(text) : undefined;
  };
  return {
    async compiled<T>(name: string, sources: readonly Source[], shape: DataShape, make: () => Promise<T>) {
      const key = hashOf(version, fingerprint, ...sources.flatMap(({ path, text }) => [path, text]));
      const saved = known(name, key);
      if (hasShape<T>(saved, shape)) return saved;
      const made = await make();
      const text = JSON.stringify(made);
      if (keep) cache?.write(name, { value: hashOf(key, text), texts: [text] });
      return made;
    },
  };
}
