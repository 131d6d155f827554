import { parseHash } from "../../audit/hash.js";
import type { Id } from "../../base/envelope.js";
import { defined, isJsonObject, type JsonObject, member } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { type Pagination, paginationIn } from "./pagination.js";
import { isoTime, listIn, objectIn, orNull } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

// As in the API (facts 281, 282).
type WireAnchor = components["schemas"]["AuditAnchorDetail"];
// As in the API (fact 283).
type WireProof = components["schemas"]["AuditProof"];

/** Audit records that were anchored together. Times are RFC 3339. */
export type AuditAnchor = FromWire<WireAnchor>;

/** The path from one record to the root of its anchor. `verifyMerkleProof` verifies it without a call. */
export type AuditProof = FromWire<WireProof>;

/** Which anchors `listAnchors` returns. Every member is optional. */
export interface AuditAnchorsQuery {
  readonly status?: components["schemas"]["AnchorStatus"] | undefined;
  /** The blockchain. */
  readonly network?: "polygon_amoy" | "polygon_mainnet" | undefined;
  /** Only anchors created at or after this time. A string is ISO 8601. */
  readonly from?: Date | string | undefined;
  /** Only anchors created at or before this time. A string is ISO 8601. */
  readonly to?: Date | string | undefined;
  /** The page, from 1. Default 1. */
  readonly page?: number | undefined;
  /** Anchors per page, at most 100. Default 25. */
  readonly perPage?: number | undefined;
}

/** One page of anchors. */
export interface AuditAnchorPage {
  readonly anchors: readonly AuditAnchor[];
  readonly pagination: Pagination;
}

/** The result of a verification by Kiket. Members other than `verified` are null if the response does not have them. */
export interface AuditVerification {
  /** True only if Kiket says so; anything else counts as false. */
  readonly verified: boolean;
  /** Whether the path leads from the record to the root. */
  readonly proofValid: boolean | null;
  /** Whether the root is on the blockchain. */
  readonly blockchainVerified: boolean | null;
  readonly contentHash: string | null;
  readonly merkleRoot: string | null;
  readonly leafIndex: number | null;
  readonly blockNumber: number | null;
  /** RFC 3339. */
  readonly blockTimestamp: string | null;
  /** The blockchain, such as `polygon_amoy`. */
  readonly network: string | null;
  /** A page of a public explorer of the blockchain. */
  readonly explorerUrl: string | null;
  /** Why it is not verified. */
  readonly error: string | null;
}

// See fact 286.
/** Audit records. A workspace token is accepted; whether a runtime token is accepted is not known. */
export interface AuditEndpoint {
  /** The anchors of the organization, one page. */
  listAnchors(query?: AuditAnchorsQuery): Promise<AuditAnchorPage>;
  /** `null` if there is no such anchor (404). */
  getAnchor(
    merkleRoot: string,
    options?: { readonly includeRecords?: boolean | undefined },
  ): Promise<AuditAnchor | null>;
  /** `null` if there is no such record, or it is not anchored yet (404). The default type is `AuditLog`. */
  getProof(recordId: Id, recordType?: components["schemas"]["AuditRecordType"]): Promise<AuditProof | null>;
  /** Asks Kiket, which also checks the blockchain. */
  verify(
    proof: Pick<AuditProof, "contentHash" | "merkleRoot" | "proof" | "leafIndex" | "txHash">,
  ): Promise<AuditVerification>;
}

const anchorsPath = "/api/v1/audit/anchors";
const anchorPath = "/api/v1/audit/anchors/{merkle_root}";
const proofPath = "/api/v1/audit/records/{record_id}/proof";
const verifyPath = "/api/v1/audit/verify";

export const auditCalls: CallsOf<AuditEndpoint> = {
  listAnchors: [`get ${anchorsPath}`],
  getAnchor: [`get ${anchorPath}`],
  getProof: [`get ${proofPath}`],
  verify: [`post ${verifyPath}`],
};

function part(body: unknown, name: string): JsonObject {
  const value = isJsonObject(body) ? member(body, name) : undefined;
  return isJsonObject(value) ? value : {};
}

/** The first candidate of the given type. Generations of Kiket use different names. */
function first<T>(kind: "number" | "string" | "boolean", ...candidates: readonly unknown[]): T | undefined {
  return candidates.find((candidate) => typeof candidate === kind) as T | undefined;
}

/** Flat, or `{verified, anchor, proof}` as in older documentation (facts 284, 285). */
function verificationIn(body: unknown): AuditVerification {
  const flat: JsonObject = objectIn<{ readonly verified: boolean }>(body, "verification", "verified") as JsonObject;
  const [anchor, proof] = [part(flat, "anchor"), part(flat, "proof")];
  return {
    // Anything other than true counts as false.
    verified: flat.verified === true,
    proofValid: first("boolean", flat.proof_valid) ?? null,
    blockchainVerified: first("boolean", flat.blockchain_verified) ?? null,
    contentHash: first("string", flat.content_hash, proof.content_hash) ?? null,
    merkleRoot: first("string", flat.merkle_root, anchor.merkle_root) ?? null,
    leafIndex: first("number", flat.leaf_index, proof.leaf_index) ?? null,
    blockNumber: first("number", flat.block_number, anchor.block_number) ?? null,
    blockTimestamp: first("string", flat.block_timestamp, anchor.block_timestamp) ?? null,
    network: first("string", flat.network, anchor.network) ?? null,
    explorerUrl: first("string", flat.explorer_url, anchor.explorer_url) ?? null,
    error: first("string", flat.error) ?? null,
  };
}

export function createAuditEndpoint(api: ApiClient): AuditEndpoint {
  const readAnchor = async (merkleRoot: string, includeRecords: boolean | undefined): Promise<AuditAnchor> => {
    const query = includeRecords === true ? { include_records: true } : {};
    const { data } = await api.GET(anchorPath, { params: { path: { merkle_root: merkleRoot }, query } });
    return fromWire(objectIn<WireAnchor>(data, "anchor", "merkle_root", "anchor"));
  };
  return {
    async listAnchors({ status, network, from, to, page, perPage } = {}) {
      const query = defined({ status, network, from: isoTime(from), to: isoTime(to), page, per_page: perPage });
      const { data } = await api.GET(anchorsPath, { params: { query } });
      const anchors = listIn<WireAnchor>(data, "anchors", ["anchors", "data"]);
      return { anchors: anchors.map((anchor) => fromWire(anchor)), pagination: paginationIn(data) };
    },
    async getAnchor(merkleRoot, { includeRecords } = {}) {
      parseHash("merkleRoot", merkleRoot);
      return orNull(readAnchor(merkleRoot, includeRecords));
    },
    getProof: (recordId, recordType) =>
      orNull(
        api
          .GET(proofPath, { params: { path: { record_id: recordId }, query: defined({ record_type: recordType }) } })
          .then(({ data }) => fromWire(objectIn<WireProof>(data, "proof", "proof"))),
      ),
    async verify({ contentHash, merkleRoot, proof, leafIndex, txHash }) {
      const body = {
        content_hash: contentHash,
        merkle_root: merkleRoot,
        proof: [...proof],
        leaf_index: leafIndex,
        tx_hash: txHash ?? null,
      };
      return verificationIn((await api.POST(verifyPath, { body })).data);
    },
  };
}
