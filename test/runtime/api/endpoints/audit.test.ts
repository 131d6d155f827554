import { describe, expect, test } from "vitest";
import { type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

const root = "0x8fd008a1f5d28c18d25e780508b4a398f006d1c224e34201c9008f2003b2f445";
const leaf = "0xd249d0e5fd22852c0484ea97d002dc5ae0ab627ab8919493e6c0eb55b040f953";
const wireAnchor = {
  id: 1,
  merkle_root: root,
  leaf_count: 4,
  network: "polygon_amoy",
  status: "confirmed",
  tx_hash: null,
};
const anchor = { id: 1, merkleRoot: root, leafCount: 4, network: "polygon_amoy", status: "confirmed", txHash: null };

const audit =
  <T>(use: (audit: HandlerContext["endpoints"]["audit"]) => T) =>
  ({ endpoints }: HandlerContext) =>
    use(endpoints.audit);

describe("anchors", () => {
  test("a page of them", async () => {
    const page = await run(
      audit((endpoint) =>
        endpoint.listAnchors({
          status: "confirmed",
          network: "polygon_amoy",
          from: new Date(Date.UTC(2026, 2, 1)),
          to: "2026-03-02",
          page: 2,
          perPage: 1,
        }),
      ),
      [
        {
          status: 200,
          body: { anchors: [wireAnchor], pagination: { page: 2, per_page: 1, total: 9, total_pages: 9 } },
        },
      ],
    );
    expect(page).toEqual({ anchors: [anchor], pagination: { page: 2, perPage: 1, total: 9, totalPages: 9 } });
    expect(sent()).toEqual([
      [
        "GET",
        "/api/v1/audit/anchors?status=confirmed&network=polygon_amoy&from=2026-03-01T00%3A00%3A00.000Z&to=2026-03-02&page=2&per_page=1",
        null,
      ],
    ]);
  });

  test.each([
    [
      { anchors: [wireAnchor], meta: { current_page: 2, per_page: 1, total_count: 9, total_pages: 9 } },
      { page: 2, perPage: 1, total: 9, totalPages: 9 },
    ],
    [{ data: [wireAnchor] }, { page: undefined, perPage: undefined, total: undefined, totalPages: undefined }],
    [[wireAnchor], { page: undefined, perPage: undefined, total: undefined, totalPages: undefined }],
  ])("a page in the shape of %j", async (body, pagination) => {
    const page = await run(
      audit((endpoint) => endpoint.listAnchors()),
      [{ status: 200, body }],
    );
    expect(page).toEqual({ anchors: [anchor], pagination });
    expect(sent()).toEqual([["GET", "/api/v1/audit/anchors", null]]);
  });

  test("one, bare or wrapped, with its records when asked for", async () => {
    const record = { id: 3, type: "AuditLog", leaf_index: 0, content_hash: leaf };
    const results = await run(
      audit(async (endpoint) => [
        await endpoint.getAnchor(root, { includeRecords: true }),
        await endpoint.getAnchor(root.slice(2)),
        await endpoint.getAnchor(root),
      ]),
      [
        { status: 200, body: { ...wireAnchor, records: [record] } },
        { status: 200, body: { anchor: wireAnchor } },
        { status: 404, body: { error: "Anchor not found" } },
      ],
    );
    expect(results).toEqual([
      { ...anchor, records: [{ id: 3, type: "AuditLog", leafIndex: 0, contentHash: leaf }] },
      anchor,
      null,
    ]);
    expect(sent()).toEqual([
      ["GET", `/api/v1/audit/anchors/${root}?include_records=true`, null],
      ["GET", `/api/v1/audit/anchors/${root.slice(2)}`, null],
      ["GET", `/api/v1/audit/anchors/${root}`, null],
    ]);
  });

  test.each([["../records"], ["0x00"], [""]])("%j is not a root, and no call is made", async (given) => {
    const call = run(audit((endpoint) => endpoint.getAnchor(given)));
    await expect(call).rejects.toThrow("merkleRoot must be 32 bytes in hexadecimal, with or without 0x.");
    expect(sent()).toEqual([]);
  });
});

describe("proofs", () => {
  const wireProof = {
    record_id: 2,
    record_type: "AuditLog",
    content_hash: leaf,
    anchor_id: 1,
    merkle_root: root,
    leaf_index: 2,
    leaf_count: 4,
    proof: [leaf],
    network: "polygon_amoy",
    tx_hash: "0x01",
    verified: true,
    verification_url: null,
  };
  const proof = {
    recordId: 2,
    recordType: "AuditLog",
    contentHash: leaf,
    anchorId: 1,
    merkleRoot: root,
    leafIndex: 2,
    leafCount: 4,
    proof: [leaf],
    network: "polygon_amoy",
    txHash: "0x01",
    verified: true,
    verificationUrl: null,
  };

  test("of a record; null if it is not anchored", async () => {
    const results = await run(
      audit(async (endpoint) => [await endpoint.getProof(2), await endpoint.getProof("a/b", "AIAuditLog")]),
      [
        { status: 200, body: wireProof },
        { status: 404, body: { error: "Record not found" } },
      ],
    );
    expect(results).toEqual([proof, null]);
    expect(sent()).toEqual([
      ["GET", "/api/v1/audit/records/2/proof", null],
      ["GET", "/api/v1/audit/records/a%2Fb/proof?record_type=AIAuditLog", null],
    ]);
  });

  const verify = audit((endpoint) => endpoint.verify(proof));

  test("verified by Kiket", async () => {
    const body = {
      verified: true,
      proof_valid: true,
      blockchain_verified: true,
      content_hash: leaf,
      merkle_root: root,
      leaf_index: 2,
      block_number: 7,
      block_timestamp: "2026-03-02T08:25:04Z",
      network: "polygon_amoy",
      explorer_url: null,
      error: null,
    };
    expect(await run(verify, [{ status: 200, body }])).toEqual({
      verified: true,
      proofValid: true,
      blockchainVerified: true,
      contentHash: leaf,
      merkleRoot: root,
      leafIndex: 2,
      blockNumber: 7,
      blockTimestamp: "2026-03-02T08:25:04Z",
      network: "polygon_amoy",
      explorerUrl: null,
      error: null,
    });
    const asked = { content_hash: leaf, merkle_root: root, proof: [leaf], leaf_index: 2, tx_hash: "0x01" };
    expect(sent()).toEqual([["POST", "/api/v1/audit/verify", asked]]);
  });

  test("verified, in the shape of older documentation", async () => {
    const body = {
      verified: false,
      anchor: { merkle_root: root, network: "polygon_amoy" },
      proof: { content_hash: leaf, leaf_index: 2, proof_path: [] },
    };
    expect(await run(verify, [{ status: 200, body }])).toEqual({
      verified: false,
      proofValid: null,
      blockchainVerified: null,
      contentHash: leaf,
      merkleRoot: root,
      leafIndex: 2,
      blockNumber: null,
      blockTimestamp: null,
      network: "polygon_amoy",
      explorerUrl: null,
      error: null,
    });
  });

  test("anything other than true counts as false", async () => {
    for (const verified of ["true", 1, null]) {
      const result = await run(verify, [{ status: 200, body: { verified } }]);
      expect(result.verified).toBe(false);
    }
    await expect(run(verify, [{ status: 200, body: {} }])).rejects.toThrow(KiketError);
    await expect(run(verify, [{ status: 404, body: { verified: true } }])).rejects.toMatchObject({ status: 404 });
  });
});
