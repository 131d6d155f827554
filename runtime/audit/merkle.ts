import { sha256 } from "../base/digest.js";
import { KiketError } from "../base/errors.js";
import { type CanonicalForm, canonicalJson } from "./canonical-json.js";
import { formatHash, parseHash } from "./hash.js";

/** A record's way to its anchor's root; `AuditProof` fits. Hashes are 32 bytes in hexadecimal, with or without `0x`. */
export interface MerkleProof {
  /** Compute it with `contentHash` from the record itself: a hash that came with the proof proves nothing of a record. */
  readonly contentHash: string;
  /** Siblings, from the leaf up; empty where the record is its anchor's only one. */
  readonly proof: readonly string[];
  readonly merkleRoot: string;
  readonly leafIndex?: number | undefined;
  readonly leafCount?: number | undefined;
}

/**
 * `0x` and the SHA-256 of a record's canonical JSON (wire contract §4.1).
 * @throws {KiketError} for a record that is not JSON.
 */
export async function contentHash(record: unknown, form: CanonicalForm = "python"): Promise<string> {
  return formatHash(await sha256(new TextEncoder().encode(canonicalJson(record, form))));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The index never decides (wire contract §4.2), so one that cannot be is the only thing to find wrong with it. */
function checkIndex({ leafIndex, leafCount }: MerkleProof): void {
  if (leafCount !== undefined && (!isCount(leafCount) || leafCount === 0)) {
    throw new KiketError("leafCount must be a whole number from 1.");
  }
  if (leafIndex !== undefined && (!isCount(leafIndex) || leafIndex >= (leafCount ?? Number.POSITIVE_INFINITY))) {
    throw new KiketError("leafIndex must be a whole number from 0, and below leafCount.");
  }
}

/**
 * Whether the siblings lead from the content hash to the root. Pairs are hashed in byte order, the smaller first, and a leaf
 * is its content hash as it is (wire contract §4.2).
 * @throws {KiketError} where a hash is not 32 bytes of hexadecimal, or the index is out of range.
 */
export async function verifyMerkleProof(given: MerkleProof): Promise<boolean> {
  checkIndex(given);
  const root = parseHash("merkleRoot", given.merkleRoot);
  const siblings = given.proof.map((text, index) => parseHash(`proof[${index}]`, text));
  let current = parseHash("contentHash", given.contentHash);
  for (const sibling of siblings) {
    const pair = compare(current, sibling) <= 0 ? [...current, ...sibling] : [...sibling, ...current];
    current = await sha256(Uint8Array.from(pair));
  }
  return compare(current, root) === 0;
}
