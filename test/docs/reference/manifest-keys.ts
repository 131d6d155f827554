import { keysOfFormat, type ReferenceKey } from "../../../generator/contracts/manifest-reference.js";
import type { JsonObject } from "../../schemas/read.js";
import type { Reader } from "./keys-read.js";

/** A key with what is shown of it. Its `path` is below the section. */
export interface ShownKey extends ReferenceKey {
  /** From the root of the file. */
  readonly whole: string;
  readonly reader: Reader;
  readonly codes: readonly string[];
  /** The section that has the keys below this one. */
  readonly section?: string;
}

/** A part of a format: a key with a table of what is below it. */
export interface KeySection {
  /** The path of the key; empty for the root of the file. */
  readonly path: string;
  readonly about: ReferenceKey | undefined;
  readonly keys: readonly ShownKey[];
}

/** A key with more keys below it than this has a section of its own. */
const mostInline = 6;

function below(path: string, parent: string): boolean {
  return parent === "" || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[]`);
}

function relative(path: string, parent: string): string {
  return parent === "" ? path : path.slice(parent.length).replace(/^(?:\[\])*\.?/, "");
}

export interface KeyFacts {
  readonly readerOf: (path: string) => Reader;
  readonly codesOf: (path: string) => readonly string[];
}

/** The sections of a format, each before those below it. `definition`: absent if the whole schema is one format. */
export function sectionsOf(schema: JsonObject, definition: string | undefined, facts: KeyFacts): readonly KeySection[] {
  const all = keysOfFormat(schema, definition);
  const sectionAt = (path: string): readonly KeySection[] => {
    const inside = all.filter((key) => key.path !== path && below(key.path, path));
    const isLarge = ({ path: own }: ReferenceKey): boolean =>
      inside.filter((key) => key.path !== own && below(key.path, own)).length > mostInline;
    const large = inside
      .filter(isLarge)
      .filter((key, _index, list) => !list.some((other) => other !== key && below(key.path, other.path)));
    const shown = inside.filter(
      (key) => !large.some((other) => other.path !== key.path && below(key.path, other.path)),
    );
    const keys = shown.map((key): ShownKey => {
      const section = large.includes(key) ? { section: key.path } : {};
      const found = { reader: facts.readerOf(key.path), codes: facts.codesOf(key.path) };
      return { ...key, ...found, ...section, path: relative(key.path, path), whole: key.path };
    });
    const own: KeySection = { path, about: all.find((key) => key.path === path), keys };
    return [own, ...large.flatMap((key) => sectionAt(key.path))];
  };
  return sectionAt("");
}

/** Equal for sections with the same keys, wherever they stand. */
export function contentOf({ keys }: KeySection): string {
  return JSON.stringify(
    keys.map(({ whole: _, section, codes: __, ...key }) => ({ ...key, hasSection: section !== undefined })),
  );
}
