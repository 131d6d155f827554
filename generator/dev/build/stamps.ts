import type { ts } from "ts-morph";
import { namedModules } from "./named-modules.js";
import type { SourceProgram } from "./program.js";

/** A number for each source, by its path. It is another one if the source, or one that it leads to, is another one or leads elsewhere. */
export type Stamps = (opened: SourceProgram) => ReadonlyMap<string, number>;

export function createStamps(): Stamps {
  const known = new WeakMap<ts.SourceFile, { readonly targets: string; readonly id: number }>();
  let lastId = 0;

  return ({ program, resolve }) => {
    const importers = new Map<string, string[]>();
    const ids: [path: string, id: number][] = [];
    for (const file of program.getSourceFiles()) {
      const paths = namedModules(file).map((named) => resolve(file, named)?.path ?? "");
      for (const path of paths) {
        const list = importers.get(path);
        if (list === undefined) importers.set(path, [file.fileName]);
        else list.push(file.fileName);
      }
      const targets = paths.join("\n");
      let own = known.get(file);
      if (own?.targets !== targets) {
        lastId += 1;
        own = { targets, id: lastId };
        known.set(file, own);
      }
      ids.push([file.fileName, own.id]);
    }
    // The newest goes first, so that each source is visited once.
    const stamps = new Map<string, number>();
    for (const [path, id] of ids.sort(([, a], [, b]) => b - a)) {
      const waiting = [path];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (stamps.has(next)) continue;
        stamps.set(next, id);
        waiting.push(...(importers.get(next) ?? []));
      }
    }
    return stamps;
  };
}
