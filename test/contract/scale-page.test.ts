import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { retryMilliseconds } from "../../runtime/stores/delivery-store.js";
import { mostQueued } from "../../runtime/telemetry/queue.js";
// @ts-expect-error Benches are plain JavaScript.
import { deliveries } from "../bench/deliveries.mjs";
// @ts-expect-error
import { clientCommands, modelRows, scaleTables } from "../bench/scale-model.mjs";
import { root } from "../support/project.js";

const path = join(root, "docs/scale.md");
const table = JSON.parse(await readFile(join(root, "test/bench/scale.json"), "utf8"));
const tables: Readonly<Record<string, string>> = scaleTables(table);

function withTables(page: string): string {
  return Object.entries(tables).reduce(
    (text, [name, rows]) => text.replace(new RegExp(`(<!-- table: ${name} -->\n)(?:\\|.*\n)*`), `$1${rows}\n`),
    page,
  );
}

/** Bytes, seconds and plain numbers. */
function amountOf(text: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, us: 1e-6, ms: 1e-3, MB: 1e6, GB: 1e9, "MB/s": 1e6 };
  const [, amount = "", unit = ""] = /^([\d,.]+) ?(\S*)/.exec(text.trim()) ?? [];
  return Number(amount.replaceAll(",", "")) * (units[unit] ?? 1);
}

/** The arithmetic as the page shows it: products and quotients, from left to right. */
function computed(how: string): number {
  const sum = (text: string): number => text.split("+").reduce((total, part) => total + amountOf(part), 0);
  const largest = (text: string): number => Math.max(...text.split(", ").map(amountOf));
  const plain = how
    .replace(/max\(([^)]*)\)/g, (_all, list: string) => `${largest(list)}`)
    .replace(/\(([^)]*)\)/g, (_all, inner: string) => `${sum(inner)}`);
  const [first = "", ...rest] = plain.split(/ (?=[x/] )/);
  return rest.reduce(
    (value, part) => (part.startsWith("x") ? value * amountOf(part.slice(2)) : value / amountOf(part.slice(2))),
    amountOf(first),
  );
}

describe("docs/scale.md", () => {
  it("has the tables of the last measurement and of the model", async () => {
    const page = await readFile(path, "utf8");
    if (process.env.UPDATE_GOLDEN !== undefined) await writeFile(path, withTables(page));
    const now = await readFile(path, "utf8");
    for (const name of Object.keys(tables)) expect(now).toContain(`<!-- table: ${name} -->\n|`);
    expect(now).toBe(withTables(now));
  });

  it("computes each number of the model as it says", () => {
    const rows: readonly (readonly [string, string, string])[] = modelRows(table);
    const checked = rows.filter(([, how]) => /^\(?(?:[\d,]|max)/.test(how) && !how.includes("at a time"));
    expect(checked.length).toBeGreaterThan(15);
    for (const [what, how, result] of checked) {
      const [said, exact] = [amountOf(result), computed(how)];
      // Whole machines are rounded up; what is shown has few digits.
      expect(said / exact, `${what}: ${how} = ${exact}, not ${result}`).toBeGreaterThan(0.97);
      expect(said - exact, `${what}: ${how} = ${exact}, not ${result}`).toBeLessThan(Math.max(1, exact * 0.03));
    }
  });

  it("says what the runtime does", async () => {
    const page = await readFile(path, "utf8");
    const [hours, minutes] = [Math.floor(retryMilliseconds / 3_600_000), Math.floor(retryMilliseconds / 60_000) % 60];
    expect(page).toContain(`repeats a delivery for ${hours} h ${minutes} min 30 s`);
    expect(page).toContain(`lets at most ${mostQueued.toLocaleString("en-US")} wait`);
    const keys = await readFile(join(root, "runtime/verify/signing-keys.ts"), "utf8");
    expect(keys).toMatch(/^const refreshAfter = 10 \* 60_000;$/m);
    expect(page).toContain("fetches Kiket's public keys every 10 minutes");
    expect(clientCommands(table.stores.redis)).toBe(4);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [{ body }] = deliveries(1, "sent-1234", privateKey);
    expect(page).toContain(`deliveries of ${(body.length / 1_000).toFixed(1)} kB`);
  });

  it("reports a Redis store that costs a process less than half as much CPU again as the memory store, and misses its aim of 1.25 openly", async () => {
    const { cpu } = table.stores.redis.ratio;
    expect(cpu).toBeLessThan(1.5);
    expect((await readFile(path, "utf8")).includes("The aim is 1.25")).toBe(cpu > 1.25);
    expect(table.ids.total).toBe(1_000_000);
  });
});
