// node:crypto and not WebCrypto: only queues on Redis encrypt, which run where Node's modules are, and WebCrypto takes three rounds through a
// pool of threads where this takes microseconds.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { ConfigError } from "../base/errors.js";
import { type JsonObject, parseJsonObject } from "../base/json.js";
import type { Environment } from "../base/process.js";

/** Keys of a queue, each 32 bytes. */
export type QueueKeys = readonly [Uint8Array, ...Uint8Array[]];

/** What came of opening a sealed text. `reason` is a code; `message` names no content and no key. */
export type OpenedContent =
  | { readonly content: JsonObject }
  | { readonly reason: "key-unknown" | "content-damaged"; readonly message: string };

/** Encrypts what a job contains. */
export interface Sealer {
  /** ASCII without spaces. It can be opened only with the same id. */
  seal(content: JsonObject, id: string): string;
  /** Never throws. */
  open(sealed: string, id: string): OpenedContent;
}

const keyBytes = 32;
const saltBytes = 32;
const tagBytes = 16;
const cipher = "aes-256-gcm";
const sealedPattern = /^kg1\.([\w-]{8})\.([\w-]+)$/;
/** Each text has a key of its own, so that no nonce is ever used twice with one key, however many texts there are. */
const nonce = Buffer.alloc(12);

const wayOut = "Run openssl rand -base64 32, and set KIKET_QUEUE_KEY to what it prints, the same for each process";

/** 8 characters that tell keys apart and tell nothing of them. */
function keyName(key: Uint8Array): string {
  return createHash("sha256").update("kiket-gen queue key\n").update(key).digest("base64url").slice(0, 8);
}

function textKey(key: Uint8Array, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, "kiket-gen job", keyBytes));
}

function keyOf(text: string, place: string): Uint8Array {
  if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  // Buffer skips what is not base64, and takes both alphabets.
  const bytes = Buffer.from(text, "base64");
  const isBase64 = /^[\w+/-]+={0,2}$/.test(text);
  if (isBase64 && bytes.length === keyBytes) return bytes;
  const found = isBase64 ? `${bytes.length} bytes in base64` : "neither base64 nor hex";
  throw new ConfigError(`${place} must be 32 random bytes as base64 or hex, and is ${found}. ${wayOut}`);
}

/**
 * The keys of the option `encryptionKey`, else of `KIKET_QUEUE_KEY`: one, or several as a list or separated by commas. The first encrypts,
 * all decrypt.
 * @throws {ConfigError} if there is none, or one is not 32 bytes as base64, base64url or hex. The message contains no key.
 */
export function resolveQueueKeys(given: string | readonly string[] | undefined, env: Environment): QueueKeys {
  const partsOf = (text: unknown): string[] =>
    typeof text === "string" ? text.split(",").flatMap((part) => part.trim() || []) : [];
  const own = (typeof given === "string" ? [given] : (given ?? [])).flatMap(partsOf);
  const texts = own.length > 0 ? own : partsOf(env.KIKET_QUEUE_KEY);
  const source = own.length > 0 ? "encryptionKey" : "KIKET_QUEUE_KEY";
  const [first, ...others] = texts.map((text, index) =>
    keyOf(text, texts.length === 1 ? source : `Key ${index + 1} of ${source}`),
  );
  if (first !== undefined) return [first, ...others];
  throw new ConfigError(
    `No key to encrypt deferred deliveries with: they contain tokens and secrets, and Redis keeps them. ${wayOut}`,
  );
}

/** The first key encrypts, all decrypt. AES-256-GCM, with a key for each text by HKDF and 32 random bytes. */
export function createSealer(keys: QueueKeys): Sealer {
  const byName = new Map(keys.map((key) => [keyName(key), key]));
  const [sealing] = keys;
  const sealingName = keyName(sealing);
  // The name of the key is authenticated too, so that every character of the text is.
  const bound = (name: string, id: string) => Buffer.from(`kg1.${name}.${id}`);
  const damaged: OpenedContent = {
    reason: "content-damaged",
    message: "The content of the job was changed, or belongs to another job",
  };
  return {
    seal(content, id) {
      const salt = randomBytes(saltBytes);
      const encrypting = createCipheriv(cipher, textKey(sealing, salt), nonce).setAAD(bound(sealingName, id));
      const parts = [salt, encrypting.update(JSON.stringify(content), "utf8"), encrypting.final()];
      return `kg1.${sealingName}.${Buffer.concat([...parts, encrypting.getAuthTag()]).toString("base64url")}`;
    },
    open(sealed, id) {
      const [, name = "", text = ""] = sealedPattern.exec(sealed) ?? [];
      const bytes = Buffer.from(text, "base64url");
      // The last character of base64 may have bits that mean nothing.
      if (bytes.length < saltBytes + tagBytes || bytes.toString("base64url") !== text) return damaged;
      const key = byName.get(name);
      if (key === undefined) {
        return {
          reason: "key-unknown",
          message: `The job was encrypted with the key ${name}, and this process has ${[...byName.keys()].join(", ")}. Add the old key after the new one, separated by a comma, until its jobs are done`,
        };
      }
      const salt = bytes.subarray(0, saltBytes);
      const decrypting = createDecipheriv(cipher, textKey(key, salt), nonce, { authTagLength: tagBytes })
        .setAAD(bound(name, id))
        .setAuthTag(bytes.subarray(-tagBytes));
      try {
        const json = Buffer.concat([decrypting.update(bytes.subarray(saltBytes, -tagBytes)), decrypting.final()]);
        const content = parseJsonObject(json.toString());
        return content === undefined ? damaged : { content };
      } catch {
        return damaged;
      }
    },
  };
}
