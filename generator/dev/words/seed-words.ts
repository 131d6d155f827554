import type { NewSeeds } from "kiket-gen/dev";
import { count } from "../../terminal/report.js";
import { type LogWord, note } from "./dev-word.js";

/** The tables of seeds, each with the number of its records: `shifts (2 records)`. */
function listed(seeds: NewSeeds["loaded"]): string {
  const sums = new Map<string, number>();
  for (const { table, rows } of seeds) sums.set(table, (sums.get(table) ?? 0) + rows.length);
  return [...sums].map(([table, sum]) => `${table} (${count(sum, "record")})`).join(", ");
}

/** What `dev` tells when the seeds have changed. */
export function seedWords({ loaded, unused }: NewSeeds): readonly LogWord[] {
  const words = [];
  if (loaded.length > 0) words.push(note(`seeds were loaded: ${listed(loaded)}`));
  if (unused.length > 0)
    words.push(
      note(
        `seeds were not loaded: ${listed(unused)}; where a table has records, only Reset… on the page, or a start with --reset, loads its seeds`,
      ),
    );
  return words;
}
