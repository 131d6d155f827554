import { formatHash, parseHash } from "../../audit/hash.js";
import type { JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import {
  type Answer,
  type Behaviour,
  type InvalidMember,
  notFound,
  ok,
  type StoredBehaviour,
  unprocessable,
} from "../http/operation.js";
import { leafHash, merkleTree, verifyProof } from "../merkle-tree.js";
import { pageOf } from "./page.js";
import { reportPdf } from "./report-pdf.js";

type RecordType = "AuditLog" | "AIAuditLog";
type AnchorStatus = "pending" | "submitted" | "confirmed" | "failed";

/** The audit records of one anchor. Hashes, tree and proofs are computed. */
export interface AuditAnchorSeed {
  /** At least one. Records without an `id` are numbered. */
  readonly records: readonly JsonObject[];
  /** Default `AuditLog`. */
  readonly type?: RecordType;
  /** Default `polygon_amoy`. */
  readonly network?: "polygon_amoy" | "polygon_mainnet";
  /** Default `confirmed`. */
  readonly status?: AnchorStatus;
  /** RFC 3339. Default: now. */
  readonly created_at?: string;
}

interface Leaf {
  readonly id: unknown;
  readonly type: RecordType;
  readonly leaf_index: number;
  readonly content_hash: string;
}

interface Anchor {
  readonly summary: {
    readonly id: number;
    readonly merkle_root: string;
    readonly leaf_count: number;
    readonly first_record_at: string | null;
    readonly last_record_at: string | null;
    readonly network: string;
    readonly status: AnchorStatus;
    readonly tx_hash: string | null;
    readonly block_number: number | null;
    readonly block_timestamp: string | null;
    readonly confirmed_at: string | null;
    readonly explorer_url: string | null;
    readonly created_at: string;
  };
  readonly leaves: readonly Leaf[];
  readonly proofs: readonly (readonly string[])[];
}

type Operations = "listAuditAnchors" | "getAuditAnchor" | "getAuditProof" | "verifyAuditProof" | "getAuditReport";

const explorers: Readonly<Record<string, string>> = {
  polygon_amoy: "https://amoy.polygonscan.com/tx/",
  polygon_mainnet: "https://polygonscan.com/tx/",
};

export function createAudit(
  seed: readonly AuditAnchorSeed[],
  now: Clock,
): StoredBehaviour<Operations, readonly AuditAnchorSeed[]> {
  // Hashes and proofs: facts 400 to 414. Shapes: facts 280 to 284.
  const started = timestamp(now());
  let lastRecord = 0;
  const anchors = seed.map((given, index) =>
    createAnchor(given, index + 1, started, () => {
      lastRecord += 1;
      return lastRecord;
    }),
  );
  const byRoot = (root: string): Anchor | undefined =>
    anchors.find(({ summary }) => summary.merkle_root === formatHash(parseHash("merkle_root", root)));

  const behaviour: Behaviour<Operations> = {
    listAuditAnchors({ query }) {
      const invalid = invalidDates(query);
      if (invalid.length > 0) return unprocessable("The request is not valid", invalid);
      const found = anchors.filter(
        ({ summary }) =>
          (query.status === undefined || summary.status === query.status) &&
          (query.network === undefined || summary.network === query.network) &&
          (query.from === undefined || Date.parse(summary.created_at) >= Date.parse(query.from)) &&
          (query.to === undefined || Date.parse(summary.created_at) <= Date.parse(query.to)),
      );
      const { items, page, per_page, total_pages, count } = pageOf(found, query);
      return ok({
        anchors: items.map(({ summary }) => summary),
        pagination: { page, per_page, total: count, total_pages },
      });
    },
    getAuditAnchor({ path, query }) {
      const anchor = byRoot(path.merkle_root);
      if (anchor === undefined) return notFound("Anchor");
      return ok(query.include_records === true ? { ...anchor.summary, records: anchor.leaves } : anchor.summary);
    },
    getAuditProof({ path, query }) {
      const wanted = query.record_type ?? "AuditLog";
      for (const anchor of anchors) {
        const leaf = anchor.leaves.find(({ id, type }) => String(id) === path.record_id && type === wanted);
        if (leaf !== undefined) return ok(proofOf(anchor, leaf));
      }
      return notFound("Record");
    },
    verifyAuditProof: ({ body }) => verify(body, byRoot(body.merkle_root)),
    getAuditReport({ path, query }) {
      const invalid = invalidDates(query);
      if (invalid.length > 0) return unprocessable("The request is not valid", invalid);
      const body = reportPdf(`${path.report}: ${anchors.length} anchors`);
      return { status: 200, headers: { "content-type": "application/pdf" }, body };
    },
  };

  return {
    behaviour,
    // Hashes cover the records as they are given. So these stay, and their numbers come again.
    snapshot: () => seed.map((given) => ({ ...given, created_at: given.created_at ?? started })),
  };
}

function createAnchor(given: AuditAnchorSeed, id: number, started: string, nextRecord: () => number): Anchor {
  const { records, type = "AuditLog", network = "polygon_amoy", status = "confirmed", created_at = started } = given;
  const leaves = records.map((record, index) => ({
    id: record.id ?? nextRecord(),
    type,
    leaf_index: index,
    content_hash: leafHash(record),
  }));
  const { root, proofs } = merkleTree(leaves.map(({ content_hash }) => content_hash));
  const times = records.map((record) => record.created_at).filter((time) => typeof time === "string");
  const confirmed = status === "confirmed";
  // Any 32 bytes can be a transaction hash. This one differs from the root.
  const tx_hash = confirmed || status === "submitted" ? leafHash({ anchor: root }) : null;
  return {
    summary: {
      id,
      merkle_root: root,
      leaf_count: leaves.length,
      first_record_at: times[0] ?? null,
      last_record_at: times.at(-1) ?? null,
      network,
      status,
      tx_hash,
      block_number: confirmed ? 1_000_000 + id : null,
      block_timestamp: confirmed ? created_at : null,
      confirmed_at: confirmed ? created_at : null,
      explorer_url: tx_hash === null ? null : `${explorers[network]}${tx_hash}`,
      created_at,
    },
    leaves,
    proofs,
  };
}

function proofOf({ summary, leaves, proofs }: Anchor, leaf: Leaf): object {
  return {
    record_id: leaf.id,
    record_type: leaf.type,
    content_hash: leaf.content_hash,
    anchor_id: summary.id,
    merkle_root: summary.merkle_root,
    leaf_index: leaf.leaf_index,
    leaf_count: leaves.length,
    proof: proofs[leaf.leaf_index] ?? [],
    network: summary.network,
    tx_hash: summary.tx_hash,
    block_number: summary.block_number,
    block_timestamp: summary.block_timestamp,
    verified: summary.status === "confirmed",
    verification_url: summary.explorer_url,
  };
}

interface ProofToVerify {
  readonly content_hash: string;
  readonly merkle_root: string;
  readonly proof: readonly string[];
  readonly leaf_index: number;
  readonly tx_hash?: string | null;
}

/** A wrong proof is a valid result, not an error response. */
function verify({ content_hash, merkle_root, proof, leaf_index, tx_hash }: ProofToVerify, anchor?: Anchor): Answer {
  const inRange = leaf_index >= 0 && (anchor === undefined || leaf_index < anchor.summary.leaf_count);
  const proofValid = inRange && verifyProof(content_hash, proof, merkle_root);
  const sameTransaction = tx_hash === undefined || tx_hash === null || tx_hash === anchor?.summary.tx_hash;
  const anchored = anchor?.summary.status === "confirmed" && sameTransaction;
  return ok({
    verified: proofValid && anchored,
    proof_valid: proofValid,
    blockchain_verified: anchored,
    content_hash,
    merkle_root,
    leaf_index,
    block_number: anchor?.summary.block_number ?? null,
    block_timestamp: anchor?.summary.block_timestamp ?? null,
    network: anchor?.summary.network ?? null,
    explorer_url: anchor?.summary.explorer_url ?? null,
    error: verificationError(proofValid, anchored, anchor),
  });
}

function verificationError(proofValid: boolean, anchored: boolean, anchor: Anchor | undefined): string | null {
  if (!proofValid) return "The proof does not lead to the Merkle root";
  if (anchor === undefined) return "There is no anchor with this Merkle root";
  return anchored ? null : "The anchor is not confirmed in this transaction";
}

function invalidDates({ from, to }: { readonly from?: string; readonly to?: string }): readonly InvalidMember[] {
  return Object.entries({ from, to })
    .filter(([, text]) => text !== undefined && Number.isNaN(Date.parse(text)))
    .map(([name]) => ({ field: `query.${name}`, message: "must be an ISO 8601 date" }));
}
