import { sha256 } from "../base/digest.js";
import { KiketError } from "../base/errors.js";
import { type CanonicalForm, canonicalJson } from "./canonical-json.js";
import { formatHash, parseHash } from "./hash.js";

/** The path from a record to the root of its anchor, for example an `AuditProof`. Hashes are 32 bytes in hex; `0x` is optional. */
export interface MerkleProof {
  /** Compute it from the record with `contentHash`: a hash that came with the proof proves nothing about the record. */
  readonly contentHash: string;
  /** Hashes of the siblings, from the leaf up. Empty if the anchor has one record only. */
  readonly proof: readonly string[];
  /** Hex, with or without `0x`. */
  readonly merkleRoot: string;
  /** The place of the record among those of the anchor, from 0. */
  readonly leafIndex?: number | undefined;
  readonly leafCount?: number | undefined;
}

/**
 * `0x` and the SHA-256 of a record's canonical JSON. Confirmed by a fixture.
 * @throws {KiketError} if the record is not JSON.
 */
export async function contentHash(record: unknown, form: CanonicalForm = "python"): Promise<string> {
  // See fact 400.
  return formatHash(await sha256(new TextEncoder().encode(canonicalJson(record, form))));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The index does not change the result (fact 413), so only an impossible index is an error. */
function checkIndex({ leafIndex, leafCount }: MerkleProof): void {
  if (leafCount !== undefined && (!isCount(leafCount) || leafCount === 0)) {
    throw new KiketError("leafCount must be a whole number, at least 1.");
  }
  if (leafIndex !== undefined && (!isCount(leafIndex) || leafIndex >= (leafCount ?? Number.POSITIVE_INFINITY))) {
    throw new KiketError("leafIndex must be a whole number, at least 0 and less than leafCount.");
  }
}

/**
 * Whether the siblings lead from the content hash to the root. In each pair the smaller bytes come first; a leaf is the content
 * hash itself.
 * @throws {KiketError} if a hash is not 32 bytes in hex, or the index is out of range.
 */
export async function verifyMerkleProof(given: MerkleProof): Promise<boolean> {
  // See facts 410 to 412.
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
