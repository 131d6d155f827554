import { fromBase64, toBase64 } from "../base/bytes.js";
import { snakeCase } from "../base/snake-case.js";
import { mask } from "./redacting-logger.js";

/** Names of members, headers and parameters whose values grant access, in snake_case. `X-Hub-Signature-256` is one of them. */
const credentialNames = new RegExp(
  [
    "token|secrets?|password|passwd|passphrase|passcode|authorization|cookies?|api_?key|signature(?:_[a-z]*\\d+)?",
    "(?:access|private|signing|secret|encryption|decryption|master|shared|hmac|ssh|webhook|subscription|functions)_?key",
    "connection_?string|(?:recovery|backup)_codes?|(?:one_?time|mfa|otp|2fa|verification|security)_?code",
    "(?:^|_)(?:jwt|pwd|sig|t?otp|bearer|credentials?|cvv2?|(?:x|basic|http|proxy)_auth|auth_?key|(?:smtp|db|ftp|mail|user)_?pass)",
    "^(?:(?:user|card|security|access|login|account|sim)_?)?pin",
  ]
    .map((names) => `(?:${names})$`)
    .join("|"),
);
/** Names of credentials in a URL only. Elsewhere they are, for example, the key of an issue or the code of an error. */
const credentialNamesInUrls = /^(?:key|code|auth)$/;

/** Names of members that contain the query of a URL. */
const queryNames = /^query(?:_?params|_?string)?$/;

/** The name of a member, header or parameter in snake_case. */
function plainName(name: string): string {
  return snakeCase(name).replace(/[^a-z\d]+/g, "_");
}

/** Whether the value of a member, header or parameter with this name must be hidden. */
export function isCredentialName(name: string): boolean {
  return credentialNames.test(plainName(name));
}

function isCredentialParameter(name: string): boolean {
  return isCredentialName(name) || credentialNamesInUrls.test(plainName(name));
}

/** The name in a `{name, value}` pair, a common form of headers and of custom fields; empty for any other object. */
function pairName(object: object): string {
  const pair = new Map(Object.entries(object).map(([key, item]) => [key.toLowerCase(), item]));
  const name = pair.has("value")
    ? ["name", "key", "header", "field"].map((key) => pair.get(key)).find(isText)
    : undefined;
  return name ?? "";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether a list has only `[name, value]` pairs, as `Object.entries` makes them. */
function isListOfPairs(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every((pair) => Array.isArray(pair) && pair.length === 2 && isText(pair[0]));
}

/** The JSON object or list in a string, or undefined. */
function jsonIn(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A credential and its longer parts: in `Bearer abc` and `t=1,v1=abc` a part is the secret. */
function withParts(credential: string): readonly string[] {
  return [credential, ...credential.split(/[\s;,=]+/).filter((part) => part.length >= 12)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** The path of an extension's public address contains its token (fact 143). */
const webhookAddress = /(\/webhooks\/ext\/)([^/?#\s"'\\]+)/g;
/** The password in a URL. */
const userInfo = /(:\/\/[^/?#\s@:"]{0,256}:)([^/?#\s@"]{1,256})(?=@)/g;
/** A parameter of a URL, or of a form, which starts with a parameter; or a variable, which stands in a line or after a space. */
const parameter = /((^|[?&\s;])([\w.%-]{1,64})=["']?)([^&#\s"'<>\\]+)/g;

/** Third parties write these values, and very deep nesting would overflow the stack. */
const deepest = 200;

/** A text that starts as a JSON object or list does in base64 or base64url. */
const base64Json = /^(?:e[yw]|W[wyz3])[\w+/-]{10,}={0,2}$/;

/** The JSON object or list in a text in base64 or base64url, as queues send it; undefined if there is none. */
function jsonInBase64(text: string): unknown {
  if (!base64Json.test(text)) return undefined;
  try {
    return jsonIn(new TextDecoder().decode(fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"))));
  } catch {
    return undefined;
  }
}

interface Cleaned {
  /** A copy with `[redacted]` in place of each credential. */
  readonly safe: unknown;
  /** The credentials that were replaced. Those found inside strings come last. */
  readonly credentials: readonly string[];
}

/**
 * Replaces credentials. They are recognised by the names of members at any depth, of `{name, value}` pairs, and of parameters in
 * URLs and forms, also inside strings that contain JSON or JSON in base64. Everything below such a name is replaced, except true, false
 * and null. `hideInText` replaces what it recognises in any other string.
 */
export function withoutCredentials(value: unknown, hideInText: (text: string) => string = (text) => text): Cleaned {
  const own: string[] = [];
  const inTexts: string[] = [];
  let changes = 0;

  const walk = (item: unknown, found: string[], level: number, isSecret: boolean, isQuery = false): unknown => {
    const hide = (credential: string): string => {
      if (credential === "") return "";
      // A short number, such as the position of a pin, is elsewhere an ordinary number.
      if (!/^\d{1,3}$/.test(credential)) found.push(...withParts(credential));
      changes += 1;
      return mask;
    };
    if (typeof item === "number") return isSecret ? hide(String(item)) : item;
    if (typeof item === "string") return isSecret ? hide(item) : cleanText(item, level);
    if (typeof item !== "object" || item === null) return item;
    if (level > deepest) {
      changes += 1;
      return mask;
    }
    if (Array.isArray(item)) {
      const pairs = isListOfPairs(item);
      return item.map((each) => {
        if (!pairs) return walk(each, found, level + 1, isSecret, isQuery);
        const [name, one] = each;
        return [name, walk(one, found, level + 2, isSecret || isCredentialName(name))];
      });
    }
    const isPair = isCredentialName(pairName(item));
    return Object.fromEntries(
      Object.entries(item).map(([key, each]) => {
        const isOne = isQuery ? isCredentialParameter(key) : isCredentialName(key);
        const isHidden = isSecret || isOne || (isPair && key.toLowerCase() === "value");
        return [key, walk(each, found, level + 1, isHidden, queryNames.test(plainName(key)))];
      }),
    );
  };

  const cleanText = (text: string, level: number): string => {
    const json = jsonIn(text);
    const encoded = json === undefined ? jsonInBase64(text) : undefined;
    if (json !== undefined || encoded !== undefined) {
      const before = changes;
      const safe = walk(json ?? encoded, inTexts, level + 1, false);
      // JSON without credentials keeps its spaces.
      if (changes === before) return text;
      return json === undefined ? toBase64(new TextEncoder().encode(JSON.stringify(safe))) : JSON.stringify(safe);
    }
    const hide = (_whole: string, before: string, credential: string): string => {
      inTexts.push(...withParts(credential));
      changes += 1;
      return before + mask;
    };
    const named = text
      .replace(webhookAddress, hide)
      .replace(userInfo, hide)
      .replace(parameter, (whole, before: string, separator: string, name: string, credential: string) => {
        const isVariable = separator !== "" && !"?&".includes(separator);
        if (isVariable ? !isCredentialName(name) : !isCredentialParameter(decoded(name))) return whole;
        inTexts.push(...withParts(decoded(credential)));
        return hide(whole, before, credential);
      });
    const hidden = hideInText(named);
    if (hidden !== named) changes += 1;
    return hidden;
  };

  const safe = walk(value, own, 0, false);
  return { safe, credentials: [...new Set([...own, ...inTexts])].filter((text) => text !== mask) };
}
