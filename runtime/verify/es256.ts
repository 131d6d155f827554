import { builtinModule, isNode } from "../base/process.js";
import type { SigningKey } from "./key-set.js";

/** Whether a text has a valid ES256 signature by this key: `r` and `s` of 32 bytes each (RFC 7518, section 3.4). */
type SignatureCheck = (key: SigningKey, signed: string, signature: Uint8Array) => Promise<boolean>;

/** A key as `node:crypto` takes it. */
interface PublicKey {
  readonly key: object;
  readonly dsaEncoding: "ieee-p1363";
}

/** The used part of `node:crypto`. */
interface NodeCrypto {
  readonly KeyObject: { from(key: SigningKey): object };
  verify(
    hash: "sha256",
    signed: Uint8Array,
    key: PublicKey,
    signature: Uint8Array,
    done: (error: Error | null, isSigned: boolean) => void,
  ): void;
}

const signatureBytes = 64;
const algorithm = { name: "ECDSA", hash: "SHA-256" };
const encoder = new TextEncoder();

/** Runs outside the main thread, as WebCrypto does, but uses less than half of WebCrypto's time on the main thread. */
function checkWithNode({ KeyObject, verify }: NodeCrypto): SignatureCheck {
  // Kiket signs most deliveries with one key.
  const publicKeys = new WeakMap<SigningKey, PublicKey>();
  const publicKeyOf = (key: SigningKey): PublicKey => {
    const known = publicKeys.get(key) ?? { key: KeyObject.from(key), dsaEncoding: "ieee-p1363" };
    publicKeys.set(key, known);
    return known;
  };
  return (key, signed, signature) =>
    new Promise((resolve, reject) => {
      verify("sha256", encoder.encode(signed), publicKeyOf(key), signature, (error, isSigned) => {
        if (error === null) resolve(isSigned === true);
        else reject(error);
      });
    });
}

const checkWithWebCrypto: SignatureCheck = (key, signed, signature) =>
  crypto.subtle.verify(algorithm, key, new Uint8Array(signature), encoder.encode(signed));

/** `node:crypto` on Node only. Other runtimes have their own implementation of it, while WebCrypto is the same everywhere. */
export function findNodeCrypto(): NodeCrypto | undefined {
  return isNode() ? (builtinModule("node:crypto") as NodeCrypto | undefined) : undefined;
}

/** Makes the check with `node:crypto`, or with WebCrypto if that is undefined. */
export function createSignatureCheck(nodeCrypto: NodeCrypto | undefined): SignatureCheck {
  const check = nodeCrypto === undefined ? checkWithWebCrypto : checkWithNode(nodeCrypto);
  return (key, signed, signature) =>
    signature.length === signatureBytes ? check(key, signed, signature) : Promise.resolve(false);
}
