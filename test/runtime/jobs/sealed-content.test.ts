import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../runtime/base/json.js";
import { createSealer, resolveQueueKeys } from "../../../runtime/jobs/sealed-content.js";

const hex = "00112233445566778899aabbccddeeff".repeat(2);
const otherHex = "ff".repeat(32);
const [key] = resolveQueueKeys(hex, {});
const [other] = resolveQueueKeys(otherHex, {});
const id = "job-Zm9yIHRoaXMgdGVzdCBvbmx5";
const content = { payload: { title: "Broken lamp" }, token: "eyJhbGciOi", secrets: { STRIPE_KEY: "sk_live_51" } };

describe("sealed content", () => {
  it("is opened with the same id, and is ASCII without spaces", () => {
    const sealed = createSealer([key]).seal(content, id);
    expect(sealed).toMatch(/^kg1\.[\w-]{8}\.[\w-]+$/);
    expect(createSealer([key]).open(sealed, id)).toEqual({ content });
  });

  it("shows nothing of the content, the id or the key, and differs each time", () => {
    const sealer = createSealer([key]);
    const sealed = sealer.seal(content, id);
    const bytes = Buffer.from(sealed.split(".")[2] ?? "", "base64url");
    for (const text of ["Broken", "eyJhbGci", "STRIPE", "sk_live", "payload", id, hex.slice(0, 8)]) {
      expect(sealed).not.toContain(text);
      expect(bytes.includes(text)).toBe(false);
      expect(sealed).not.toContain(Buffer.from(text).toString("base64url").slice(0, -1));
    }
    expect(bytes.includes(Buffer.from(key).subarray(0, 8))).toBe(false);
    expect(sealer.seal(content, id)).not.toBe(sealed);
  });

  it("keeps every JSON object as it is", () => {
    const sealer = createSealer([key]);
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 })),
        fc.string(),
        (value, name) => {
          const json = JSON.parse(JSON.stringify(value)) as JsonObject;
          const opened = sealer.open(sealer.seal(json, name), name);
          expect("content" in opened && JSON.stringify(opened.content)).toBe(JSON.stringify(json));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("does not open for another job, nor when any character was changed, removed or added", () => {
    const sealer = createSealer([key]);
    const sealed = sealer.seal({ a: 1 }, id);
    const damaged = { reason: "content-damaged", message: expect.stringContaining("belongs to another job") };
    expect(sealer.open(sealed, `${id}x`)).toEqual(damaged);
    for (const [index, character] of [...sealed].entries()) {
      const before = sealed.slice(0, index);
      const after = sealed.slice(index + 1);
      const changed = character === "A" ? "B" : "A";
      for (const text of [before + changed + after, before + after, `${before}A${character}${after}`]) {
        expect(sealer.open(text, id), text).not.toHaveProperty("content");
      }
      expect(sealer.open(before, id), before).toEqual(damaged);
    }
  });

  it("is not opened by whatever else stands there", () => {
    const sealer = createSealer([key]);
    fc.assert(fc.property(fc.string(), (text) => !("content" in sealer.open(text, id))));
    for (const text of ["", "{}", `kg1.AAAAAAAA.${"A".repeat(200)}`, "kg2.AAAAAAAA.AAAA", `\n${sealer.seal({}, id)}`]) {
      expect(sealer.open(text, id)).toHaveProperty("reason");
    }
  });

  it("is opened by each of several keys, and sealed with the first: a key is replaced while jobs wait", () => {
    const before = createSealer([key]);
    const between = createSealer([other, key]);
    const after = createSealer([other]);
    const old = before.seal(content, id);
    const recent = between.seal(content, id);
    expect(between.open(old, id)).toEqual({ content });
    expect(between.open(recent, id)).toEqual({ content });
    expect(after.open(recent, id)).toEqual({ content });
    const [, oldName] = old.split(".");
    const [, newName] = recent.split(".");
    expect(oldName).not.toBe(newName);
    expect(after.open(old, id)).toEqual({
      reason: "key-unknown",
      message: `The job was encrypted with the key ${oldName}, and this process has ${newName}. Add the old key after the new one, separated by a comma, until its jobs are done`,
    });
  });
});

describe("the keys of a queue", () => {
  const bytes = Buffer.from(hex, "hex");

  it.each([
    ["hex", hex],
    ["hex in capitals", hex.toUpperCase()],
    ["base64", bytes.toString("base64")],
    ["base64url", bytes.toString("base64url")],
    ["with spaces around", ` ${hex}\n`],
  ])("are read from %s", (_form, text) => {
    expect(Buffer.from(resolveQueueKeys(text, {})[0]).toString("hex")).toBe(hex);
    expect(Buffer.from(resolveQueueKeys(undefined, { KIKET_QUEUE_KEY: text })[0]).toString("hex")).toBe(hex);
  });

  it("are several in a list or between commas, and the option is asked before the environment", () => {
    const env = { KIKET_QUEUE_KEY: `${otherHex}, ${hex},` };
    expect(resolveQueueKeys(undefined, env).map((each) => Buffer.from(each).toString("hex"))).toEqual([otherHex, hex]);
    expect(resolveQueueKeys([hex, otherHex], env)).toHaveLength(2);
    expect(resolveQueueKeys(hex, env)).toHaveLength(1);
    expect(resolveQueueKeys("", env)).toHaveLength(2);
  });

  it("must be there: the message says how to make one", () => {
    for (const none of [undefined, "", " , ", []]) {
      expect(() => resolveQueueKeys(none, {})).toThrow(/^No key to encrypt.*openssl rand -base64 32.*KIKET_QUEUE_KEY/);
    }
  });

  it.each([
    ["a".repeat(62), "46 bytes in base64"],
    ["c2hvcnQ=", "5 bytes in base64"],
    ["correct horse battery staple!!!!", "neither base64 nor hex"],
  ])("must be 32 bytes, unlike %s", (text, found) => {
    const message = `encryptionKey must be 32 random bytes as base64 or hex, and is ${found}. Run openssl`;
    expect(() => resolveQueueKeys(text, {})).toThrow(message);
    expect(() => resolveQueueKeys([hex, text], {})).toThrow(/^Key 2 of encryptionKey must/);
    expect(() => resolveQueueKeys(undefined, { KIKET_QUEUE_KEY: text })).toThrow(/^KIKET_QUEUE_KEY must/);
    try {
      resolveQueueKeys(text, {});
    } catch (error) {
      expect(String(error)).not.toContain(text);
    }
  });
});
