import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root as repository } from "./project.js";

const record = readFileSync(join(repository, "schemas/record/audit.md"), "utf8");

/** The cells of each row in the record's table whose header starts with this text. */
function table(head: string): readonly (readonly string[])[] {
  const [, rows = ""] = record.split(new RegExp(`^\\| ${head} \\|.*\\n\\| -.*\\n`, "m"));
  const lines = /^(?:\|.*\n?)+/.exec(rows)?.[0].trim().split("\n") ?? [];
  return lines.map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
}

const leafRows = table("leaf");
const hashes = new Map(table("node").map(([, node = "", hash = ""]) => [node, hash]));

function hashOf(node: string): string {
  const hash = hashes.get(node);
  if (hash === undefined) throw new Error(`The record has no hash of the node ${node}.`);
  return hash;
}

type Four = readonly [string, string, string, string];

export const records: readonly Readonly<Record<string, unknown>>[] = leafRows.map(([, , json = ""]) =>
  JSON.parse(json),
);
export const leaves: Four = leafRows.map(([, , , hash = ""]) => hash) as readonly string[] as Four;
export const n01: string = hashOf("0-1");
export const n23: string = hashOf("2-3");
export const merkleRoot: string = hashOf("root");
export const positionalRoot: string = hashOf("root without sorting, which must not verify");
export const proofs = [
  [leaves[1], n23],
  [leaves[0], n23],
  [leaves[3], n01],
  [leaves[2], n01],
] as const;

/** A record and its content hash in one form of canonical JSON, or `every` if all forms agree. */
export const byForm: readonly { readonly json: string; readonly form: string; readonly hash: string }[] = table(
  "record",
).map(([, json = "", form = "", hash = ""]) => ({ json, form: form.toLowerCase(), hash }));

/** More records, with their hashes from Python's `json.dumps` and `hashlib`. */
export const python: readonly (readonly [record: object, hash: string])[] = [
  [{ rate: 0.0001 }, "0x45c6916eca9daf74ceb791340ea3d53a6ead1d231885b7b51dba1ecf371846ec"],
  [{ rate: 0.000099 }, "0x14f23b75fa31bd024ff5429eb053dea2fca8db317fbf57bca08f6cea46a67fd9"],
  [{ id: 2, rate: 0.00001 }, "0x8d22b91dfac54ee13ef393bfd10a4d8f9f0b49f4f57d9ddf354d25a4e304276b"],
  [{ rate: 1e-7 }, "0xab13ee6baaed6b29c2b4c2031f2a0a3b266d850ab4a18dedddc254a591a7804f"],
  [{ n: 9007199254740991 }, "0xe1da48c6a6089f06ecb4e0a2259e658e3786b2420f52baccdf929ec6460d7b41"],
  [{ n: -9007199254740991 }, "0xd49d713821fc149f81ef6ca8054beeba696f5da052f0ab3e2d773808c5a9d625"],
  [{ "\u{1f600}": 3, "\ud83d": 1, "\ue000": 2 }, "0x68830cce2b93bc88f576ef051abaf9078a99026b236539e25d59b1d5795fa514"],
  [{ when: new Date(0) }, "0xc12a4c3ebbe75dffa2bea552ae176ab92c7622e7d6a944bd43f6a6ebd6c11d2b"],
];

/** Values that cannot be hashed: they are not JSON, or they are numbers that JavaScript cannot represent exactly. */
export const unhashable: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  9007199254740992,
  -9007199254740992,
  123456789012345680000,
  1e21,
  1.5e300,
];
