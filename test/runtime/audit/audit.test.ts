import { describe, expect, test } from "vitest";
import { canonicalJson, contentHash, KiketError, verifyMerkleProof } from "../../../runtime/index.js";
import {
  byForm,
  leaves,
  merkleRoot,
  n01,
  positionalRoot,
  proofs,
  python,
  records,
  unhashable,
} from "../../support/audit-vectors.js";

function proofOf(leafIndex: 0 | 1 | 2 | 3) {
  return { contentHash: leaves[leafIndex], proof: proofs[leafIndex], merkleRoot, leafIndex, leafCount: 4 };
}

describe("the content hash", () => {
  test.each(["python", "node"] as const)("of flat records is the same in the %s form", async (form) => {
    expect(await Promise.all(records.map((record) => contentHash(record, form)))).toEqual(leaves);
  });

  test.each(byForm.filter(({ form }) => form !== "go"))("of $json in the $form form", async ({ json, form, hash }) => {
    const forms = form === "every" ? (["python", "node"] as const) : [form as "python" | "node"];
    for (const each of forms) expect(await contentHash(JSON.parse(json), each)).toBe(hash);
  });

  test("is in Python's form by default", async () => {
    expect(await contentHash({ b: { d: 1, c: 2 }, a: "é" })).toBe(
      "0x664a6e74203b9783aa4744876c2ec905502ff62b1b484ee5702747a531085ad0",
    );
  });

  test.each(python)("of %j is what Python makes", async (record, hash) => {
    expect(await contentHash(record)).toBe(hash);
  });
});

describe("canonical JSON", () => {
  test.each<readonly [unknown, string, string]>([
    [{ b: [1, { d: 1, c: 2 }], a: null }, '{"a":null,"b":[1,{"c":2,"d":1}]}', '{"a":null,"b":[1,{"d":1,"c":2}]}'],
    ["é\u007f\n", '"\\u00e9\\u007f\\n"', '"é\u007f\\n"'],
    [{ "\u{1f600}": 1, "\uffff": 2 }, '{"\\uffff":2,"\\ud83d\\ude00":1}', '{"\u{1f600}":1,"\uffff":2}'],
    [
      [0.1, 1e-5, 1.25e-10, 9007199254740991, -0],
      "[0.1,1e-05,1.25e-10,9007199254740991,0]",
      "[0.1,0.00001,1.25e-10,9007199254740991,0]",
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

  test.each([
    [undefined, "Cannot hash the record: expected JSON, got undefined."],
    [() => 1, "Cannot hash the record: expected JSON, got function."],
    [1n, "Cannot hash the record: it cannot be converted to JSON."],
    [
      { a: new Number(2 ** 60) },
      "Cannot hash the record: it contains NaN, an infinite number, or a number beyond 9007199254740991.",
    ],
  ])("refuses %s", (record, message) => {
    expect(() => canonicalJson(record)).toThrow(new KiketError(message));
  });

  test.each(unhashable)("refuses a record with %d", (number) => {
    const message = "Cannot hash the record: it contains NaN, an infinite number, or a number beyond 9007199254740991.";
    for (const form of ["python", "node"] as const) {
      expect(() => canonicalJson({ a: [number] }, form)).toThrow(new KiketError(message));
    }
  });

  test("refuses a circular record", () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(() => canonicalJson(loop, "node")).toThrow(KiketError);
  });
});

describe("a Merkle proof", () => {
  test.each([0, 1, 2, 3] as const)("of leaf %i leads to the root", async (index) => {
    expect(await verifyMerkleProof(proofOf(index))).toBe(true);
  });

  test("does not depend on the index, which is optional", async () => {
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

  test("may be written in upper case, with and without 0x", async () => {
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
    [-1, 4, "leafIndex must be a whole number, at least 0 and less than leafCount."],
    [4, 4, "leafIndex must be a whole number, at least 0 and less than leafCount."],
    [0.5, 4, "leafIndex must be a whole number, at least 0 and less than leafCount."],
    [Number.NaN, undefined, "leafIndex must be a whole number, at least 0 and less than leafCount."],
    [0, 0, "leafCount must be a whole number, at least 1."],
  ])("refuses index %d of %s leaves", async (leafIndex, leafCount, message) => {
    await expect(verifyMerkleProof({ ...proofOf(2), leafIndex, leafCount })).rejects.toThrow(message);
  });
});
