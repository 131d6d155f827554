import { describe, expect, it } from "vitest";
import { KiketError } from "../../../../runtime/index.js";
import { leafHash, merkleTree, verifyProof } from "../../../../runtime/platform/merkle-tree.js";
import {
  byForm,
  leaves,
  n01,
  positionalRoot,
  proofs,
  python,
  records,
  merkleRoot as root,
  unhashable,
} from "../../../support/audit-vectors.js";
import { openPlatform } from "../../../support/open-kiket.js";
import { connect, now } from "../client.js";

describe("the algorithm", () => {
  it("hashes the vector's records", () => {
    expect(records.map(leafHash)).toEqual(leaves);
  });

  it.each(byForm.filter(({ form }) => form === "every" || form === "python"))("hashes $json", ({ json, hash }) => {
    expect(leafHash(JSON.parse(json))).toBe(hash);
  });

  it.each(python)("hashes %j as Python does", (record, hash) => {
    expect(leafHash(record)).toBe(hash);
  });

  it.each(unhashable)("refuses a record with %d", (number) => {
    expect(() => leafHash({ number })).toThrow(KiketError);
  });

  it("builds the vector's tree", () => {
    expect(merkleTree(leaves)).toEqual({ root, proofs });
  });

  it("verifies the vector's proofs against its root only", () => {
    expect(leaves.map((leaf, index) => verifyProof(leaf, proofs[index] ?? [], root))).toEqual([true, true, true, true]);
    expect(verifyProof(leaves[2], [leaves[3], n01], positionalRoot)).toBe(false);
    expect(verifyProof(leaves[2], [n01, leaves[3]], root)).toBe(false);
  });

  it("refuses text that is not a hash", () => {
    const message = "A hash must be 32 bytes in hexadecimal, with or without 0x.";
    expect(() => verifyProof("zz", [], "qq")).toThrow(new KiketError(message));
  });

  it.each([1, 2, 3, 5, 6, 7])("proves every leaf of a tree of %i", (count) => {
    const some = Array.from({ length: count }, (_, id) => leafHash({ id }));
    const tree = merkleTree(some);
    expect(some.map((leaf, index) => verifyProof(leaf, tree.proofs[index] ?? [], tree.root))).toEqual(
      some.map(() => true),
    );
  });

  it("refuses a tree without leaves", () => {
    expect(() => merkleTree([])).toThrow("An anchor needs at least one record.");
  });
});

describe("the operations", async () => {
  const platform = await openPlatform({
    now,
    seed: {
      auditAnchors: [
        { records, created_at: "2026-01-01T00:00:00Z" },
        {
          records: [{ created_at: "2026-01-02T00:00:00Z" }],
          type: "AIAuditLog",
          network: "polygon_mainnet",
          status: "submitted",
        },
        { records: [{ a: 1 }, { a: 2 }], status: "failed" },
      ],
    },
  });
  const call = await connect(platform);

  const verify = (changes: object) =>
    call("POST", "/api/v1/audit/verify", {
      body: { content_hash: leaves[2], merkle_root: root, proof: proofs[2], leaf_index: 2, ...changes },
    });

  it.each([
    ["", [1, 2, 3], { page: 1, per_page: 25, total: 3, total_pages: 1 }],
    ["?status=confirmed", [1], { page: 1, per_page: 25, total: 1, total_pages: 1 }],
    ["?network=polygon_mainnet", [2], { page: 1, per_page: 25, total: 1, total_pages: 1 }],
    ["?from=2026-02-01", [2, 3], { page: 1, per_page: 25, total: 2, total_pages: 1 }],
    ["?to=2026-02-01", [1], { page: 1, per_page: 25, total: 1, total_pages: 1 }],
    ["?page=2&per_page=2", [3], { page: 2, per_page: 2, total: 3, total_pages: 2 }],
  ])("lists anchors with '%s'", async (query, ids, pagination) => {
    const { body } = await call("GET", `/api/v1/audit/anchors${query}`);
    const { anchors } = body as { anchors: { id: number }[] };
    expect(body).toMatchObject({ pagination });
    expect(anchors.map(({ id }) => id)).toEqual(ids);
  });

  it.each(["/api/v1/audit/anchors?from=soon", "/api/v1/audit/reports/eu_ai_act.pdf?from=soon"])(
    "refuses an invalid date: %s",
    async (path) => {
      const { status, body } = await call("GET", path);
      expect({ status, body }).toEqual({
        status: 422,
        body: {
          error: "The request is not valid",
          details: [{ field: "query.from", message: "must be an ISO 8601 date" }],
        },
      });
    },
  );

  it("lists the records of an anchor, in every spelling of its root", async () => {
    const path = `/api/v1/audit/anchors/${root.slice(2).toUpperCase()}?include_records=true`;
    expect((await call("GET", path)).body).toMatchObject({
      merkle_root: root,
      status: "confirmed",
      confirmed_at: "2026-01-01T00:00:00Z",
      block_number: 1_000_001,
      records: leaves.map((content_hash, leaf_index) => ({
        id: records[leaf_index]?.id,
        type: "AuditLog",
        leaf_index,
        content_hash,
      })),
    });
  });

  it("proves records by type", async () => {
    const own = await call("GET", "/api/v1/audit/records/1/proof");
    expect(own.body).toMatchObject({ anchor_id: 1, leaf_index: 3, proof: proofs[3], verified: true });
    const other = await call("GET", "/api/v1/audit/records/1/proof?record_type=AIAuditLog");
    expect(other.body).toMatchObject({ anchor_id: 2, leaf_count: 1, proof: [], verified: false });
    expect((await call("GET", "/api/v1/audit/records/99/proof")).status).toBe(404);
    expect((await call("GET", `/api/v1/audit/anchors/${n01}`)).status).toBe(404);
  });

  it("verifies its own proofs", async () => {
    const { body } = await call("GET", "/api/v1/audit/records/2/proof");
    const { content_hash, merkle_root, proof, leaf_index, tx_hash } = body as Record<string, unknown>;
    expect(tx_hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect((await verify({ content_hash, merkle_root, proof, leaf_index, tx_hash })).body).toMatchObject({
      verified: true,
      proof_valid: true,
      blockchain_verified: true,
      error: null,
    });
  });

  const wrong = "The proof does not lead to the Merkle root";
  it.each([
    [{ proof: [leaves[3], n01.replace(/c$/, "d")] }, false, wrong],
    [{ leaf_index: 4 }, false, wrong],
    [{ leaf_index: -1 }, false, wrong],
    [{ content_hash: root, proof: [], merkle_root: n01 }, false, wrong],
    [{ content_hash: n01, proof: [], merkle_root: n01 }, true, "There is no anchor with this Merkle root"],
    [{ tx_hash: n01 }, true, "The anchor is not confirmed in this transaction"],
  ])("does not verify %j", async (changes, proof_valid, error) => {
    expect((await verify(changes)).body).toMatchObject({ verified: false, proof_valid, error });
  });

  it.each([{ proof: ["zz"] }, { content_hash: "" }, { merkle_root: "0x12" }])("refuses %j", async (changes) => {
    expect((await verify(changes)).status).toBe(422);
  });

  it("makes a valid PDF", async () => {
    const { body, headers } = await call("GET", "/api/v1/audit/reports/eu_ai_act.pdf?from=2026-01-01");
    expect(headers.get("content-type")).toBe("application/pdf");
    const text = String(body);
    expect(text).toContain("(eu_ai_act.pdf: 3 anchors) Tj");
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(start, start + 8)).toBe("xref\n0 6");
    expect((await call("GET", "/api/v1/audit/reports/other.pdf")).status).toBe(404);
  });
});
