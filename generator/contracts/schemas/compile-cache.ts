import { createHash } from "node:crypto";
import { fingerprint } from "../../base/version.gen.js";
import type { Host } from "../../project/host.js";
import type { Source } from "../../yaml/read-yaml.js";

/** Beside the packages, where tools keep what may be lost and is never committed. */
const packages = "node_modules";

/** Compilations by content hash: what one call made of the same sources, the next one need not make again. */
export interface Memory {
  recall<T>(name: string, sources: readonly Source[], make: () => Promise<T>): Promise<T>;
}

function hashOf(sources: readonly Source[]): string {
  const digest = createHash("sha256").update(fingerprint);
  for (const { path, text } of sources) digest.update(`${path.length}:${path}${text.length}:${text}`);
  return digest.digest("base64url");
}

function parse<T>(text: string, hash: string): { readonly value: T } | undefined {
  try {
    const found = JSON.parse(text) as { hash?: unknown; value: T };
    return found.hash === hash ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the newest compilation of each name; nothing where no packages are installed, or when `keep` is false. */
export function createMemory(host: Host, keep: boolean): Memory {
  return {
    async recall(name, sources, make) {
      const file = `${packages}/.cache/kiket-gen-${name}.json`;
      const hash = hashOf(sources);
      const known = parse<Awaited<ReturnType<typeof make>>>((await host.read(file)) ?? "", hash);
      if (known !== undefined) return known.value;
      const value = await make();
      if (keep && (await host.exists(packages))) await host.replace(file, JSON.stringify({ hash, value }));
      return value;
    },
  };
}
