import { createHash } from "node:crypto";
import { canonicalJson } from "../audit/canonical-json.js";
import { formatHash, parseHash } from "../audit/hash.js";

/** The leaf of a record: `0x` and the SHA-256 of its canonical JSON. */
export function leafHash(record: unknown): string {
  // See facts 400 and 410.
  return formatHash(sha256(Buffer.from(canonicalJson(record))));
}

/**
 * The root of the tree over the leaves, and the siblings of each leaf from the bottom up. In each pair the smaller bytes come
 * first. A node without a sibling moves up unchanged; this is a choice of the local Kiket, which no client can see.
 */
export function merkleTree(leaves: readonly string[]): {
  readonly root: string;
  readonly proofs: readonly (readonly string[])[];
} {
  // See facts 411 and 414.
  const proofs: string[][] = leaves.map(() => []);
  let level = leaves.map((leaf, index) => ({ hash: bytesOf(leaf), leaves: [index] }));
  while (level.length > 1) {
    const next: typeof level = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left === undefined) continue;
      if (right === undefined) {
        next.push(left);
        continue;
      }
      for (const index of left.leaves) proofs[index]?.push(formatHash(right.hash));
      for (const index of right.leaves) proofs[index]?.push(formatHash(left.hash));
      next.push({ hash: joined(left.hash, right.hash), leaves: [...left.leaves, ...right.leaves] });
    }
    level = next;
  }
  const top = level[0];
  if (top === undefined) throw new Error("An anchor needs at least one record.");
  return { root: formatHash(top.hash), proofs };
}

/** Whether the siblings lead from the leaf to the root. The index of the leaf does not matter, since pairs are sorted. */
export function verifyProof(leaf: string, proof: readonly string[], root: string): boolean {
  // See fact 413.
  return proof.reduce((current, sibling) => joined(current, bytesOf(sibling)), bytesOf(leaf)).equals(bytesOf(root));
}

function bytesOf(hash: string): Buffer {
  return Buffer.from(parseHash("A hash", hash));
}

function joined(a: Buffer, b: Buffer): Buffer {
  return sha256(Buffer.concat(Buffer.compare(a, b) <= 0 ? [a, b] : [b, a]));
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
