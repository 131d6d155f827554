import { createHmac } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson, contentHash, verifyMerkleProof } from "../../runtime/index.js";
import { readTree, root } from "../support/project.js";

interface Row {
  readonly number: number;
  readonly file: string;
  readonly header: readonly string[];
  readonly cells: readonly string[];
}

const record = await readTree(join(root, "schemas/record"));

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

/** Tables of a file: the header's cells and those of each row. */
function tablesIn(text: string): { readonly header: readonly string[]; readonly rows: readonly string[][] }[] {
  const tables = text.match(/(?:^\|.*\|$\n?)+/gm) ?? [];
  return tables.map((table) => {
    const [header = [], , ...rows] = table.trim().split("\n").map(cellsOf);
    return { header, rows };
  });
}

const rows: readonly Row[] = Object.entries(record).flatMap(([file, text]) =>
  tablesIn(text)
    .filter(({ header }) => header[0] === "no.")
    .flatMap(({ header, rows }) => rows.map((cells) => ({ number: Number(cells[0]), file, header, cells }))),
);
const numbers = new Set(rows.map(({ number }) => number));

/** Rows of the table in the README of the record that starts with this header cell. */
function explained(header: string): readonly string[][] {
  return tablesIn(record["README.md"] ?? "").find((table) => table.header[0] === header)?.rows ?? [];
}

/** Values between back quotes in the tables of a file with this header cell, one row of them per table row. */
function vectors(file: string, header: string): string[][] {
  return tablesIn(record[file] ?? "")
    .filter((table) => table.header.includes(header))
    .flatMap((table) => table.rows)
    .map((cells) => cells.map((cell) => /^`(.*)`$/.exec(cell)?.[1] ?? cell));
}

/** Numbers cited in a text, such as (fact 512) or (facts 512, 513), also across the lines of a comment. */
function citedIn(text: string): number[] {
  const joined = text.replace(/\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, " ");
  const lists = joined.matchAll(/\bfacts? (\d{3,4}(?:(?:, and |, | and | to )\d{3,4})*)/gi);
  return [...lists].flatMap(([, list = ""]) => [...list.matchAll(/\d+/g)].map(([number]) => Number(number)));
}

/** Every file with citations, by its path. */
async function sources(): Promise<[path: string, text: string][]> {
  const tests = (await readdir(join(root, "test"))).filter((name) => name !== ".tmp").map((name) => `test/${name}`);
  const folders = ["generator", "runtime", "schemas", ...tests];
  const trees = await Promise.all(folders.map((folder) => readTree(join(root, folder))));
  return trees.flatMap((tree, index) =>
    Object.entries(tree).map(([path, text]): [string, string] => [`${folders[index]}/${path}`, text]),
  );
}

describe("the record", () => {
  it("gives each number once, in the range of its file", () => {
    expect(rows.length).toBeGreaterThan(300);
    expect(rows.map(({ number }) => number).filter((number, index, all) => all.indexOf(number) !== index)).toEqual([]);
    const ranges = new Map(
      explained("file").map(([file = "", range = ""]) => [file.replaceAll("`", ""), range.split("–").map(Number)]),
    );
    expect([...ranges.keys(), "README.md"].sort()).toEqual(Object.keys(record).sort());
    const astray = rows.filter(({ number, file }) => {
      const [first = Number.NaN, last = Number.NaN] = ranges.get(file) ?? [];
      return !(first <= number && number <= last);
    });
    expect(astray).toEqual([]);
  });

  it("gives each fact a grade and a source that are explained", () => {
    const grades = new Set(explained("grade").map(([grade]) => grade));
    const kinds = new Set([...explained("source").map(([source]) => source), "–"]);
    const wrong = rows.filter(({ header, cells }) => {
      const [grade, source] = [cells[header.indexOf("grade")], cells[header.indexOf("source")] ?? ""];
      const isKnown = source.split(", ").every((kind) => kinds.has(kind));
      return cells.length !== header.length || cells.includes("") || !grades.has(grade) || !isKnown;
    });
    expect(wrong).toEqual([]);
  });

  it("has every fact that is cited", async () => {
    expect(citedIn("(fact 512), (facts 100, 101 and 1043)\n * and facts\n * 300 to 302")).toEqual([
      512, 100, 101, 1043, 300, 302,
    ]);
    const missing = (await sources()).flatMap(([path, text]) =>
      citedIn(text)
        .filter((number) => !numbers.has(number))
        .map((number) => `${path}: fact ${number}`),
    );
    expect(missing).toEqual([]);
  });

  it("is not in the package", async () => {
    const { files } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    expect(files).toContain("!schemas/record");
  });

  it("has vectors that hold: signatures", () => {
    const [, secret = "", timestamp = "", body = ""] =
      /^Vector: secret `(.*)`, timestamp `(.*)`, body `(.*)`\.$/m.exec(record["inbound.md"] ?? "") ?? [];
    const sign = (text: string) => createHmac("sha256", secret).update(text).digest("hex");
    expect(vectors("inbound.md", "HMAC-SHA256").map(([, hash]) => hash)).toEqual([
      sign(body),
      sign(`${timestamp}.${body}`),
    ]);
  });

  it("has vectors that hold: hashes and proofs", async () => {
    const leaves = vectors("audit.md", "canonical JSON");
    expect(leaves.length).toBe(4);
    for (const [, json = "", hash] of leaves) {
      expect(canonicalJson(JSON.parse(json))).toBe(json);
      expect(await contentHash(JSON.parse(json))).toBe(hash);
    }
    const hashes = leaves.map(([, , hash = ""]) => hash);
    const [left = "", right = "", top = "", unsorted = ""] = vectors("audit.md", "node").map(([, hash = ""]) => hash);
    const proofs = [[1, right] as const, [0, right] as const, [3, left] as const, [2, left] as const];
    for (const [index, [sibling, node]] of proofs.entries()) {
      const proof = { contentHash: hashes[index] ?? "", proof: [hashes[sibling] ?? "", node], leafIndex: index };
      expect(await verifyMerkleProof({ ...proof, merkleRoot: top })).toBe(true);
      expect(await verifyMerkleProof({ ...proof, merkleRoot: unsorted })).toBe(false);
    }
    for (const [json = "", form = "", hash] of vectors("audit.md", "form").filter(([, form]) => form !== "Go")) {
      for (const known of ["python", "node"] as const) {
        if (form !== "every" && form.toLowerCase() !== known) continue;
        expect(await contentHash(JSON.parse(json), known), `${json} ${known}`).toBe(hash);
      }
    }
  });
});

describe("what users see of the schemas", () => {
  it("cites no section, and speaks of formats by their names", async () => {
    const files = (await sources()).filter(
      ([path]) => path.startsWith("schemas/") || /^test\/golden\/[^/]+\/expected\//.test(path),
    );
    const shown = await readTree(join(root, "examples"));
    const generated = Object.entries(shown).filter(([path]) => /^[^/]+\/src\/generated\//.test(path));
    expect(generated.length).toBeGreaterThan(10);
    const wrong = [...files, ...generated].filter(([, text]) => /\u00a7|dialect/i.test(text));
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it("cites nothing in the declarations of the package", async () => {
    const declarations = Object.entries(await readTree(join(root, "dist"))).filter(([path]) => path.endsWith(".d.ts"));
    expect(declarations.length).toBeGreaterThan(5);
    const wrong = declarations.filter(([, text]) => /\u00a7|\bfacts? \d{3}|dialect/i.test(text));
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it("says in words where the members of an event were seen", async () => {
    const words: Readonly<Record<string, string>> = {
      fixture: "Confirmed by",
      read: "Seen in shipped code",
      documented: "Seen only",
      guessed: "A guess: ",
      none: "Only the envelope is described.",
    };
    const events = Object.values(await readTree(join(root, "schemas/events"))).map((text) => JSON.parse(text));
    const graded = events.filter((schema) => "x-kiket-confidence" in schema);
    expect(graded.length).toBeGreaterThan(100);
    for (const { title, description, "x-kiket-confidence": confidence } of graded) {
      expect(description, title).toContain(words[confidence]);
    }
  });
});
