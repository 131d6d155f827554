import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { isCredentialName } from "../secrecy/credential-names.js";
import { mask } from "../secrecy/redacting-logger.js";

type Range = readonly [start: number, end: number];

/** The part of secretlint's interface that its rules for text use. */
interface TextRule {
  readonly meta: { readonly id: string };
  create(context: object, options: object): { file?(source: object): unknown };
}

/** Secrets that the rules of secretlint leave out, because in source code they are often examples. */
const ownPatterns: readonly RegExp[] = [
  // Private keys of every kind and length, in JSON too, and cut off.
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  // Signed and encrypted tokens. The first part is a JSON object, so it starts with `eyJ`.
  /(?<![A-Za-z0-9])eyJ[\w-]+(?:\.[\w-]*){2,4}/g,
  // The rest of what follows is the secret of `Authorization`, which may be in any header or text.
  /(?<=\bBearer[ :]+)(?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*/gi,
  // GitHub, Stripe and others with such prefixes, Google, and hooks of chat programs, of any length.
  /\b(?:gh[pousr]|github_pat)_\w{16,}/g,
  /\b(?:[sr]k_(?:live|test)|whsec)_[\w+/=-]{8,}/g,
  /\bAIza[\w-]{30,}|\bya29\.[\w-]{10,}/g,
  /\bxox[a-z]-[\w-]{10,}/g,
  /(?<=https:\/\/hooks\.slack(?:-gov)?\.com\/)(?:services|workflows|triggers)\/[\w/-]+/gi,
  /(?<=https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/)[\w/-]+/gi,
  /(?<=https:\/\/[\w.-]+\.webhook\.office\.com\/)[^\s"'<>\\]+/gi,
  /\b\d{8,10}:AA[\w-]{30,}/g,
  // Ids of AWS keys.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // A token in place of the user, or before the password, in a URL.
  /(?<=:\/\/)[\w.-]{20,}(?=(?::[^/\s@]*)?@)/g,
];

/** The user and password of `Authorization: Basic`. Prose such as "Basic information" contains no colon when it is decoded. */
const basic = /(?<=\bBasic[ :]+)[A-Za-z0-9+/]{6,}={0,2}/gi;

function isUserAndPassword(text: string): boolean {
  try {
    return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(atob(text));
  } catch {
    return false;
  }
}

/** A line of a header in a text, such as a request that was logged. A word before a colon is prose more often. */
const headerLine = /^((?:[\w]+-[\w-]+|authorization|cookie):[ \t]*)([^\r\n]+)/gim;

/** All but the comments of a source that switch rules off: a text may not choose what of it is kept. */
const textRules = (rules as unknown as readonly TextRule[]).filter(({ meta }) => !/filter-comments$/.test(meta.id));

/** What the rules of secretlint find. */
function rangesOfRules(text: string): readonly Range[] {
  const ranges: Range[] = [];
  const context = {
    createTranslator: () => () => ({}),
    report: ({ range }: { readonly range: Range }) => ranges.push(range),
    ignore: () => undefined,
  };
  const source = { content: text, contentType: "text", filePath: "recording", ext: "" };
  for (const rule of textRules) rule.create(context, {}).file?.(source);
  return ranges.sort(([a], [b]) => a - b);
}

/** Replaces secrets that are recognised by their own form, such as private keys, tokens with a prefix and addresses of hooks. */
export function withoutSecretPatterns(text: string): string {
  let safe = text
    .replace(basic, (found) => (isUserAndPassword(found) ? mask : found))
    .replace(headerLine, (line, start: string) =>
      isCredentialName(start.slice(0, start.indexOf(":"))) ? start + mask : line,
    );
  for (const pattern of ownPatterns) safe = safe.replace(pattern, mask);
  let done = "";
  let end = 0;
  for (const [from, to] of rangesOfRules(safe)) {
    // What overlaps with another one, or was replaced in part before, is safe.
    if (from < end || safe.slice(from, to).includes(mask)) continue;
    done += safe.slice(end, from) + mask;
    end = to;
  }
  return done + safe.slice(end);
}
