import { describe, expect, it } from "vitest";
import {
  type Draft,
  keptDraft,
  readDraft,
  sendRequestOf,
} from "../../../../../runtime/platform/inspector/page/state/send/draft.js";

const draft: Draft = { event: "issue.created", version: "v1", text: "{}" };

describe("sendRequestOf", () => {
  const sent = { event: "issue.created", version: "v1", payload: { a: 1 }, origin: "page" };
  it.each([
    [{}, {}, sent],
    [{ scopes: [] }, {}, { ...sent, scopes: [] }],
    [{ scopes: ["a"], isHmac: true }, {}, { ...sent, hmac: true }],
    [{ isHmac: false }, { A: { kind: "kept" } }, sent],
    [{}, { A: { kind: "none" } }, { ...sent, secrets: {}, keptSecrets: ["B"] }],
    [{}, { B: { kind: "given", value: "" } }, { ...sent, secrets: { B: "" }, keptSecrets: ["A"] }],
    // The manifest declares it no longer.
    [{}, { gone: { kind: "given", value: "x" } }, sent],
  ] as const)("of %j with the secrets %j", (members, choices, request) => {
    expect(sendRequestOf({ ...draft, ...members }, { a: 1 }, ["A", "B"], choices)).toEqual(request);
  });
});

describe("a draft that is kept", () => {
  it("is the same when it is read", () => {
    const whole: Draft = { ...draft, sample: "{ }", scopes: ["*"], isHmac: true };
    expect(readDraft(keptDraft(whole, "Orders") ?? null, "Orders")).toEqual(whole);
  });

  it("is none in another project, which may have the same address", () => {
    expect(readDraft(keptDraft(draft, "Orders") ?? null, "Boats")).toBe(undefined);
  });

  it("is not too long", () => {
    expect(keptDraft({ ...draft, text: "x".repeat(1_000_001) }, "Orders")).toBe(undefined);
  });

  it.each([null, "", "{", "[]", "{}", '{"project":"Orders"}', '{"event":"a","version":"v1"}'])(
    "is none for %j",
    (kept) => {
      expect(readDraft(kept, "Orders")).toBe(undefined);
    },
  );

  it.each([
    '{"event":"a"}',
    '{"event":"a","version":1}',
    '{"event":"a","version":"v1","text":{}}',
    '{"event":"a","version":"v1","scopes":"a"}',
    '{"event":"a","version":"v1","scopes":[1]}',
    '{"event":"a","version":"v1","isHmac":"yes"}',
  ])("is none with %s", (kept) => {
    expect(readDraft(`{"project":"Orders","draft":${kept}}`, "Orders")).toBe(undefined);
  });
});
