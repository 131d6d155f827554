import { toBase64 } from "../base/bytes.js";

/** In bytes. What is left of a shorter one in base64 is in many texts by chance. */
const shortest = 8;

/** Base64 writes three bytes as four characters, so a text looks in three ways, by where it begins. Characters that others share are left out. */
function inBase64(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const whole = Math.floor((padded.length * 8) / 6);
    return toBase64(padded).slice(Math.ceil((before * 8) / 6), whole);
  });
}

/** How a secret is written in a larger text in base64, in base64url, and in a form. */
export function encodedForms(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const form = new URLSearchParams({ "": secret }).toString().slice(1);
  if (bytes.length < shortest) return [form];
  const base64 = inBase64(bytes);
  return [form, ...base64, ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))];
}
