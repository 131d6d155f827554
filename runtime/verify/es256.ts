import { builtinModule, isNode } from "../base/process.js";
import type { SigningKey } from "./signing-keys.js";

/** Whether text was signed with a key's private half: ES256, the signature as `r` and `s` of 32 bytes each (RFC 7518 §3.4). */
type SignatureCheck = (key: SigningKey, signed: string, signature: Uint8Array) => Promise<boolean>;

/** The part of `node:crypto` that is used. */
interface NodeCrypto {
  readonly KeyObject: { from(key: SigningKey): object };
  verify(
    hash: "sha256",
    signed: Uint8Array,
    key: { readonly key: object; readonly dsaEncoding: "ieee-p1363" },
    signature: Uint8Array,
    done: (error: Error | null, isSigned: boolean) => void,
  ): void;
}

const signatureBytes = 64;
const algorithm = { name: "ECDSA", hash: "SHA-256" };
const encoder = new TextEncoder();

/** Off the main thread as WebCrypto's is, at less than half of what that costs the main thread. */
function checkWithNode({ KeyObject, verify }: NodeCrypto): SignatureCheck {
  return (key, signed, signature) =>
    new Promise((resolve, reject) => {
      const publicKey = { key: KeyObject.from(key), dsaEncoding: "ieee-p1363" } as const;
      verify("sha256", encoder.encode(signed), publicKey, signature, (error, isSigned) => {
        if (error === null) resolve(isSigned === true);
        else reject(error);
      });
    });
}

const checkWithWebCrypto: SignatureCheck = (key, signed, signature) =>
  crypto.subtle.verify(algorithm, key, new Uint8Array(signature), encoder.encode(signed));

/** `node:crypto` where this is Node: what other runtimes have by that name is theirs, and WebCrypto is the same on all. */
export function findNodeCrypto(): NodeCrypto | undefined {
  return isNode() ? (builtinModule("node:crypto") as NodeCrypto | undefined) : undefined;
}

/** Makes the check, with WebCrypto where Node's own cryptography is not given. */
export function createSignatureCheck(nodeCrypto: NodeCrypto | undefined): SignatureCheck {
  const check = nodeCrypto === undefined ? checkWithWebCrypto : checkWithNode(nodeCrypto);
  return (key, signed, signature) =>
    signature.length === signatureBytes ? check(key, signed, signature) : Promise.resolve(false);
}
