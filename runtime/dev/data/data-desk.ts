import { isDeepStrictEqual } from "node:util";
import { reasonOf } from "../../base/errors.js";
import { type JsonObject, member } from "../../base/json.js";
import type { DataCollection, DataRow, InspectedData } from "../../platform/inspector/data-view.js";
import { RequestProblem } from "../../platform/inspector/request-problem.js";
import type { PlatformSeed } from "../../platform/operations/index.js";
import type { DevKiketOptions, DevProject } from "../options.js";
import { type Collection, type EditedData, gone } from "./collection.js";
import { organizationCollections } from "./organization-collections.js";
import { reportCollections } from "./report-collections.js";
import { secretCollection } from "./secret-collection.js";
import { settingCollection } from "./setting-collection.js";
import { tableCollections } from "./table-collections.js";
import { workCollections } from "./work-collections.js";

/** The platform, as far as its data are concerned. */
interface DataPlatform {
  snapshot(): PlatformSeed;
  restore(seed: PlatformSeed): void;
  variables(): Readonly<Record<string, string>>;
  setVariables(next: Readonly<Record<string, string>>): void;
}

interface DeskInputs extends Pick<DevKiketOptions, "variable" | "onVariables"> {
  readonly platform: () => DataPlatform;
  readonly project: () => DevProject;
  /** The deliveries whose handlers have written rows, by `sourceName`. */
  readonly sources: () => ReadonlyMap<string, string>;
  readonly now: () => number;
  /** The data are others. */
  readonly changed: () => void;
  /** A reset has removed what is under way too. */
  readonly forgotten: () => void;
}

export interface DataDesk extends InspectedData {
  /** The data have changed by a call or a delivery. */
  stale(): void;
}

/** Rows that are answered at once, and what they may have in all, in characters. */
const mostRows = 5_000;
const mostCharacters = 8 * 1024 * 1024;

/** Names a row for `sources`. */
export function sourceName(collection: string, key: string): string {
  return JSON.stringify([collection, key]);
}

function collectionsOf(
  { project, variable = () => undefined, onVariables, now }: DeskInputs,
  seed: PlatformSeed,
  variables: Readonly<Record<string, string>>,
) {
  const { secrets, settings = [] } = project();
  const inputs = { seed, variables, now };
  return [
    ...tableCollections(inputs),
    ...workCollections(inputs),
    settingCollection(settings, variable, onVariables !== undefined, inputs),
    secretCollection(secrets, variable, inputs),
    ...organizationCollections(inputs),
    ...reportCollections(inputs),
  ];
}

function shown({ about, rows, add, change, remove }: Collection): DataCollection {
  const can = { add: add !== undefined, change: change !== undefined, remove: remove !== undefined };
  return { ...about, count: rows.length, can };
}

/** The newest rows that fit, in order. */
function bounded(rows: readonly DataRow[]): readonly DataRow[] {
  let left = mostCharacters;
  let first = rows.length;
  while (first > 0 && rows.length - first < mostRows) {
    left -= JSON.stringify(rows[first - 1]).length;
    if (left < 0 && first < rows.length) break;
    first -= 1;
  }
  return rows.slice(first);
}

function isFound({ values }: DataRow, text: string): boolean {
  return Object.values(values).some((value) =>
    (typeof value === "string" ? value : JSON.stringify(value ?? null)).toLowerCase().includes(text),
  );
}

/** Shows and edits the data of a local Kiket. Whoever changes data beside it calls `stale`. */
export function createDataDesk(inputs: DeskInputs): DataDesk {
  const { platform, project, sources, changed } = inputs;
  let known: readonly Collection[] | undefined;

  // A snapshot costs as much as the data are large, and a page asks twice.
  function all(): readonly Collection[] {
    known ??= collectionsOf(inputs, platform().snapshot(), platform().variables());
    return known;
  }

  function find(id: string): Collection {
    const found = all().find(({ about }) => about.id === id);
    if (found === undefined) throw new RequestProblem(404, "There is no such collection", "GET /api/data lists them.");
    return found;
  }

  function take({ seed, variables }: EditedData): void {
    const before = platform().variables();
    try {
      platform().restore(seed);
    } catch (error) {
      throw new RequestProblem(422, `The local Kiket cannot have this: ${reasonOf(error)}`);
    }
    known = undefined;
    const isSet = !isDeepStrictEqual(before, variables);
    if (isSet) platform().setVariables(variables);
    changed();
    if (isSet) inputs.onVariables?.();
  }

  function requireExpected(row: DataRow | undefined, expected: JsonObject): void {
    if (row === undefined) throw gone();
    const other = Object.keys(expected).find(
      (name) => !isDeepStrictEqual(member(row.values, name) ?? null, expected[name] ?? null),
    );
    if (other === undefined) return;
    const message = "has been changed meanwhile";
    throw new RequestProblem(409, `${other} ${message}`, "Look at the new value, and save again.", [
      { column: other, message },
    ]);
  }

  return {
    collections: () => all().map(shown),
    rows(id, search = "") {
      const collection = all().find(({ about }) => about.id === id);
      if (collection === undefined) return undefined;
      const text = search.toLowerCase();
      const found = text === "" ? collection.rows : collection.rows.filter((row) => isFound(row, text));
      const written = sources();
      const rows = bounded(found).map((row) => {
        const source = written.get(sourceName(id, row.key));
        return source === undefined ? row : { ...row, source };
      });
      return { collection: shown(collection), rows, found: found.length };
    },
    edit({ collection: id, key, values, expected }) {
      // What is read here has not changed since, whoever has written it.
      known = undefined;
      const collection = find(id);
      const { title } = collection.about;
      const { add, change, remove } = collection;
      if (key !== undefined && expected !== undefined) {
        requireExpected(
          collection.rows.find((row) => row.key === key),
          expected,
        );
      }
      const refused = (what: string) =>
        new RequestProblem(422, `${title}: rows cannot be ${what}`, collection.about.note);
      let edited: EditedData;
      if (key === undefined) {
        if (add === undefined) throw refused("added");
        edited = add(values ?? {});
      } else if (values === undefined) {
        if (remove === undefined) throw refused("removed");
        edited = remove(key);
      } else {
        if (change === undefined) throw refused("changed");
        edited = change(key, values);
      }
      take(edited);
      return { key: edited.key ?? find(id).rows.at(-1)?.key ?? "" };
    },
    reset(seed) {
      const { tables, transitions, extension, ingestionContract, progress } = platform().snapshot();
      // Keys that were given to runners stay, as all credentials do.
      const kept = {
        tables,
        transitions,
        extension,
        ingestionContract,
        progress: { apiKeys: progress?.apiKeys ?? [] },
      };
      const declared = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
      take({ seed: { ...(seed ? project().seed : {}), ...declared }, variables: {} });
      inputs.forgotten();
    },
    stale() {
      known = undefined;
    },
  };
}
