import { describe, expect, test } from "vitest";
import { canonicalJson, contentHash, KiketError, verifyMerkleProof } from "../../../runtime/index.js";

/** The worked vector of wire contract §4.3. */
const records = [
  { action: "issue.closed", actor: "carol", id: 3 },
  { action: "issue.reopened", actor: "dave", id: 4 },
  { action: "issue.updated", actor: "bob", id: 2 },
  { action: "issue.created", actor: "alice", id: 1 },
];
const leaves = [
  "0x4c7dc3d68539f195f84bc79d49cfe2ef5d3982c65388fcc43537ce5dd69061bf",
  "0x764c8d3c07a6cd5db461b0faff8e455ca10acc1d6657e7e09a2d7b16640a44e9",
  "0xd249d0e5fd22852c0484ea97d002dc5ae0ab627ab8919493e6c0eb55b040f953",
  "0x024f08d15c94f907faa0a70c1cd4db1fbed82b357ca907922bf1d26cec4598fa",
] as const;
const n01 = "dd20ecfd0352e24bd6c473058623f06694d2d27034e6a8e9b75a08a8357d150c";
const n23 = "46e051097b608e50457b0a0bf7fd00164f523b71facad70ce89c2a236a86e164";
const merkleRoot = "0x8fd008a1f5d28c18d25e780508b4a398f006d1c224e34201c9008f2003b2f445";
const positionalRoot = "0x6df461d8a86e24cdbd9175a5d677cb7814e13f20e54f9e45715275d905ad10fa";
const proofs = [
  [leaves[1], n23],
  [leaves[0], n23],
  [leaves[3], n01],
  [leaves[2], n01],
] as const;

function proofOf(leafIndex: 0 | 1 | 2 | 3) {
  return { contentHash: leaves[leafIndex], proof: proofs[leafIndex], merkleRoot, leafIndex, leafCount: 4 };
}

describe("the content hash", () => {
  test.each(["python", "node"] as const)("of flat records is the same in the %s form", async (form) => {
    expect(await Promise.all(records.map((record) => contentHash(record, form)))).toEqual(leaves);
  });

  test.each([
    [
      {},
      "0x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      "0x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    ],
    [
      { b: { d: 1, c: 2 }, a: "é" },
      "0x664a6e74203b9783aa4744876c2ec905502ff62b1b484ee5702747a531085ad0",
      "0xe5af7bb9d85f7433fd886bd7861a2592d06115c6a2a5ee5b63c9bc491c793ceb",
    ],
    [
      { b: { d: 1, c: 2 }, a: "é<" },
      "0x909e0fac6f8dbfcf199eb038cc8bfbfb4977865166ef820df219eed17dc65f28",
      "0x17b7ae15afcba2f176567f079dc1cbe49143943495ae1e3014c2e9d9b9465c19",
    ],
  ])("of %j differs by form", async (record, python, node) => {
    expect([await contentHash(record), await contentHash(record, "python")]).toEqual([python, python]);
    expect(await contentHash(record, "node")).toBe(node);
  });
});

describe("canonical JSON", () => {
  test.each<readonly [unknown, string, string]>([
    [{ b: [1, { d: 1, c: 2 }], a: null }, '{"a":null,"b":[1,{"c":2,"d":1}]}', '{"a":null,"b":[1,{"d":1,"c":2}]}'],
    ["é\u007f\n", '"\\u00e9\\u007f\\n"', '"é\u007f\\n"'],
    [{ "\u{1f600}": 1, "\uffff": 2 }, '{"\\uffff":2,"\\ud83d\\ude00":1}', '{"\u{1f600}":1,"\uffff":2}'],
    [
      [0.1, 1e-5, 1.25e-10, 1e21, -0],
      "[0.1,1e-05,1.25e-10,1000000000000000000000,0]",
      "[0.1,0.00001,1.25e-10,1e+21,0]",
    ],
    [{ "10": 1, "9": 2, a: 3 }, '{"10":1,"9":2,"a":3}', '{"9":2,"10":1,"a":3}'],
    [
      { when: new Date(0), gone: undefined, list: [undefined] },
      '{"list":[null],"when":"1970-01-01T00:00:00.000Z"}',
      '{"list":[null],"when":"1970-01-01T00:00:00.000Z"}',
    ],
    [JSON.parse('{"__proto__":{"b":1,"a":2}}'), '{"__proto__":{"a":2,"b":1}}', '{"__proto__":{"b":1,"a":2}}'],
    [true, "true", "true"],
  ])("of %j", (record, python, node) => {
    expect(canonicalJson(record)).toBe(python);
    expect(canonicalJson(record, "node")).toBe(node);
  });

  test.each([[Number.NaN], [{ a: [Number.POSITIVE_INFINITY] }], [undefined], [() => 1], [1n]])(
    "refuses %s",
    (record) => {
      expect(() => canonicalJson(record)).toThrow(KiketError);
    },
  );

  test("refuses what refers to itself", () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => canonicalJson(loop, "node")).toThrow(KiketError);
  });
});

describe("a Merkle proof", () => {
  test.each([0, 1, 2, 3] as const)("of leaf %i leads to the root", async (index) => {
    expect(await verifyMerkleProof(proofOf(index))).toBe(true);
  });

  test("is not decided by the index, which need not be known", async () => {
    const { contentHash: leaf, proof } = proofOf(2);
    expect(await verifyMerkleProof({ contentHash: leaf, proof, merkleRoot })).toBe(true);
    for (const leafIndex of [0, 1, 2, 3, 7]) {
      expect(await verifyMerkleProof({ contentHash: leaf, proof, merkleRoot, leafIndex })).toBe(true);
    }
  });

  test("of a single leaf is empty", async () => {
    expect(await verifyMerkleProof({ contentHash: leaves[0], proof: [], merkleRoot: leaves[0] })).toBe(true);
    expect(await verifyMerkleProof({ contentHash: leaves[0], proof: [], merkleRoot })).toBe(false);
  });

  test("may be written in capitals, with and without 0x", async () => {
    const upper = (text: string) => text.replace(/^0x/, "").toUpperCase();
    const { contentHash: leaf, proof } = proofOf(0);
    const spelled = { contentHash: upper(leaf), proof: proof.map(upper), merkleRoot: upper(merkleRoot) };
    expect(await verifyMerkleProof(spelled)).toBe(true);
  });

  test.each([
    ["a changed sibling", { proof: [leaves[3], `${n01.slice(0, -1)}d`] }],
    ["siblings in another order", { proof: [n01, leaves[3]] }],
    ["a sibling too few", { proof: [leaves[3]] }],
    ["the root of a positional tree", { merkleRoot: positionalRoot }],
    ["another leaf", { contentHash: leaves[0] }],
  ])("with %s fails", async (_what, changed) => {
    expect(await verifyMerkleProof({ ...proofOf(2), ...changed })).toBe(false);
  });

  test.each([
    ["contentHash", { contentHash: "" }],
    ["contentHash", { contentHash: "zz" }],
    ["merkleRoot", { merkleRoot: `${merkleRoot}00` }],
    ["merkleRoot", { merkleRoot: merkleRoot.slice(0, -2) }],
    ["proof[1]", { proof: [leaves[3], `0x0x${n01.slice(2)}`] }],
    ["proof[0]", { proof: [null as unknown as string] }],
  ])("names a malformed %s", async (name, changed) => {
    const verdict = verifyMerkleProof({ ...proofOf(2), ...changed });
    await expect(verdict).rejects.toThrow(`${name} must be 32 bytes in hexadecimal, with or without 0x.`);
  });

  test.each([
    [-1, 4, "leafIndex must be a whole number from 0, and below leafCount."],
    [4, 4, "leafIndex must be a whole number from 0, and below leafCount."],
    [0.5, 4, "leafIndex must be a whole number from 0, and below leafCount."],
    [Number.NaN, undefined, "leafIndex must be a whole number from 0, and below leafCount."],
    [0, 0, "leafCount must be a whole number from 1."],
  ])("refuses index %d of %s leaves", async (leafIndex, leafCount, message) => {
    await expect(verifyMerkleProof({ ...proofOf(2), leafIndex, leafCount })).rejects.toThrow(message);
  });
});
