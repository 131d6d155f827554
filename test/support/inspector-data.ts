import { createDataDesk, type DataDesk } from "../../runtime/dev/data/data-desk.js";
import type { DevProject } from "../../runtime/dev/options.js";
import type { DevChange } from "../../runtime/platform/inspector/backend.js";
import type { PlatformSeed } from "../../runtime/platform/operations/index.js";

/** Data in memory, with the rules of the local Kiket. */
export interface StandInData extends DataDesk {
  /** Changes the data as a call would, and tells it. */
  become(change: (seed: PlatformSeed) => PlatformSeed): void;
  /** What they are now. */
  seed(): PlatformSeed;
}

export const boats = "table:com.example.boats/boats";

const seeds: PlatformSeed = {
  tables: [
    {
      module: "com.example.boats",
      table: "boats",
      columns: [
        { name: "name", type: "string", nullable: false, unique: true },
        { name: "decks", type: "integer" },
        { name: "afloat", type: "boolean" },
        { name: "gear", type: "json" },
      ],
    },
  ],
  records: [
    {
      module: "com.example.boats",
      table: "boats",
      projectId: "1",
      lastId: 2,
      rows: [
        { id: 1, name: "Ingrid", decks: 3, afloat: true, gear: { anchor: 2 } },
        { id: 2, name: "Olga", decks: 11, afloat: false, gear: null },
      ],
    },
  ],
  issues: [{ id: 7, key: "OPS-7", title: "Printer is on fire", status: "backlog" }],
  secrets: { API_TOKEN: "do-not-show-me" },
};

const project: DevProject = {
  ...{ kind: "extension", name: "printer-watch", events: [], scopes: [], secrets: ["API_TOKEN", "PIN"], seed: seeds },
  settings: [
    { key: "GREETING", type: "string", default: "Hello" },
    { key: "limit", type: "integer", default: 5 },
  ],
};

export function createStandInData(tell: (change: DevChange) => void): StandInData {
  let seed = seeds;
  let variables: Readonly<Record<string, string>> = {};
  const changed = (): void => {
    desk.stale();
    tell({ kind: "data" });
  };
  const desk = createDataDesk({
    platform: () => ({
      snapshot: () => seed,
      restore(next) {
        seed = next;
      },
      variables: () => variables,
      setVariables(next) {
        variables = next;
      },
    }),
    project: () => project,
    onVariables: () => undefined,
    sources: () => new Map(),
    now: () => 1_764_000_000_000,
    changed,
    forgotten: () => undefined,
  });
  return {
    ...desk,
    seed: () => seed,
    become(change) {
      seed = change(seed);
      changed();
    },
  };
}
