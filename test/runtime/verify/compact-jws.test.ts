import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { Refusal } from "../../../runtime/receive/failure.js";
import { createJwsReader } from "../../../runtime/verify/compact-jws.js";

const part = (value: unknown) => bytes(JSON.stringify(value));
const bytes = (value: string | Uint8Array) => Buffer.from(value).toString("base64url");

const header = part({ alg: "ES256", kid: "key-1", typ: "JWT" });
const claims = part({ iss: "kiket.dev", org: "Zoë" });
const signature = bytes(Buffer.alloc(64, 0xa5));

let read: ReturnType<typeof createJwsReader>;
beforeEach(() => {
  read = createJwsReader();
});

/** The reason of the refusal, or what was read. */
function outcome(token: string): unknown {
  try {
    return read(token);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.failure.reason;
  }
}

test("a token in its parts", () => {
  expect(outcome(`${header}.${claims}.${signature}`)).toEqual({
    kid: "key-1",
    claims: { iss: "kiket.dev", org: "Zoë" },
    signed: `${header}.${claims}`,
    signature: Buffer.alloc(64, 0xa5),
  });
});

test.each([
  ["no kid", { alg: "ES256" }],
  ["a kid of null", { alg: "ES256", kid: null }],
])("%s is none", (_what, value) => {
  expect(outcome(`${part(value)}.${claims}.${signature}`)).toMatchObject({ kid: undefined });
});

describe("refused as malformed is", () => {
  test.each([
    ["nothing", ""],
    ["one part", header],
    ["two parts", `${header}.${claims}`],
    ["an empty signature", `${header}.${claims}.`],
    ["an empty header", `.${claims}.${signature}`],
    ["empty claims", `${header}..${signature}`],
    ["a fourth part", `${header}.${claims}.${signature}.${signature}`],
    ["five parts, as an encrypted token has", `${header}.${header}.${claims}.${claims}.${signature}`],
    ["padding", `${header}.${claims}.${signature}==`],
    ["a space at the end", `${header}.${claims}.${signature} `],
    ["a new line at the end", `${header}.${claims}.${signature}\n`],
    ["a new line before it", `\n${header}.${claims}.${signature}`],
    ["letters of plain base64", `${header}.${claims}.${signature.slice(0, -2)}+/`],
    ["a letter above ASCII", `${header}.${claims}.${signature.slice(0, -1)}\u0141`],
    ["a signature of 63 bytes", `${header}.${claims}.${bytes(Buffer.alloc(63))}`],
    ["a signature of 65 bytes", `${header}.${claims}.${bytes(Buffer.alloc(65))}`],
    ["a signature with unused bits", `${header}.${claims}.${signature.slice(0, -1)}R`],
    ["a header of a single letter", `e.${claims}.${signature}`],
    ["a header of bytes that no text has", `${bytes(Uint8Array.of(0x7b, 0xff, 0x7d))}.${claims}.${signature}`],
    ["a header that is a list", `${part([{ alg: "ES256" }])}.${claims}.${signature}`],
    ["a header that is null", `${part(null)}.${claims}.${signature}`],
    ["a header that is text", `${part("ES256")}.${claims}.${signature}`],
    ["a header with more behind it", `${bytes('{"alg":"ES256"} {}')}.${claims}.${signature}`],
    ["a header with a comment", `${bytes('{"alg":"ES256"/**/}')}.${claims}.${signature}`],
    ["crit", `${part({ alg: "ES256", crit: ["exp"], exp: 1 })}.${claims}.${signature}`],
    ["crit of null", `${part({ alg: "ES256", crit: null })}.${claims}.${signature}`],
    ["a kid that is a number", `${part({ alg: "ES256", kid: 1 })}.${claims}.${signature}`],
    ["a kid that is a list", `${part({ alg: "ES256", kid: ["key-1"] })}.${claims}.${signature}`],
    ["a kid of false", `${part({ alg: "ES256", kid: false })}.${claims}.${signature}`],
    ["claims that are a list", `${header}.${part([])}.${signature}`],
    ["claims that are a number", `${header}.${part(1)}.${signature}`],
    [
      "claims of a length that base64 cannot have",
      `${header}.${claims}${"A".repeat(5 - (claims.length % 4))}.${signature}`,
    ],
    ["claims that are too deep", `${header}.${bytes("[".repeat(200_000))}.${signature}`],
  ])("%s", (_what, token) => {
    expect(outcome(token)).toBe("token-malformed");
  });
});

test.each([["none"], ["None"], ["HS256"], ["es256"], ["ES256 "], ["ES384"], [["ES256"]], [null], [undefined], [true]])(
  "the algorithm %j is refused",
  (alg) => {
    expect(outcome(`${part({ alg, kid: "key-1" })}.${claims}.${signature}`)).toBe("token-algorithm");
  },
);

test("an algorithm that only the prototype would have is none", () => {
  expect(outcome(`${bytes('{"__proto__":{"alg":"ES256"}}')}.${claims}.${signature}`)).toBe("token-algorithm");
  expect(({} as { alg?: string }).alg).toBeUndefined();
});

test("what was read of one header is never taken for another one", () => {
  const other = part({ alg: "ES256", kid: "key-2" });
  const wrong = part({ alg: "none", kid: "key-1" });
  const kids = [header, header, other, wrong, wrong, other, header].map((each) =>
    outcome(`${each}.${claims}.${signature}`),
  );
  expect(kids).toMatchObject([
    { kid: "key-1" },
    { kid: "key-1" },
    { kid: "key-2" },
    "token-algorithm",
    "token-algorithm",
    { kid: "key-2" },
    { kid: "key-1" },
  ]);
});

test("what it reads, jose reads the same way", () => {
  const member = fc.dictionary(fc.string(), fc.jsonValue());
  const sample = fc.tuple(member, member);
  fc.assert(
    fc.property(sample, ([more, claimed]) => {
      const token = `${part({ ...more, alg: "ES256", kid: "k", crit: undefined })}.${part(claimed)}.${signature}`;
      const { kid, claims: found } = read(token);
      expect([kid, found]).toEqual([decodeProtectedHeader(token).kid, decodeJwt(token)]);
    }),
  );
});
