import { snakeCase } from "../base/snake-case.js";
import { mask } from "./redacting-logger.js";

/** Names of members, headers and parameters whose values grant access, in snake_case. `X-Hub-Signature-256` is one of them. */
const credentialNames =
  /(?:token|secrets?|password|passwd|passphrase|authorization|cookies?|api_?key|(?:access|private|signing|secret)_?key|(?:^|_)(?:jwt|pwd|sig)|signature(?:_[a-z]*\d+)?)$/;
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

/** The name in a `{name, value}` pair, a common form of headers; empty for any other object. */
function pairName(object: object): string {
  const pair = new Map(Object.entries(object).map(([key, item]) => [key.toLowerCase(), item]));
  const name = pair.has("value") ? (pair.get("name") ?? pair.get("key")) : undefined;
  return typeof name === "string" ? name : "";
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
/** A parameter of a URL, or of a form, which starts with a parameter. */
const parameter = /((?:^|[?&])([\w.%-]{1,64})=)([^&#\s"'<>\\]+)/g;

/** Third parties write these values, and very deep nesting would overflow the stack. */
const deepest = 200;

interface Cleaned {
  /** A copy with `[redacted]` in place of each credential. */
  readonly safe: unknown;
  /** The credentials that were replaced. Those found inside strings come last. */
  readonly credentials: readonly string[];
}

/**
 * Replaces credentials. They are recognised by the names of members at any depth, of `{name, value}` pairs, and of parameters in
 * URLs and forms, also inside strings that contain JSON. Everything below such a name is replaced, except true, false and null.
 */
export function withoutCredentials(value: unknown): Cleaned {
  const own: string[] = [];
  const inTexts: string[] = [];
  let changes = 0;

  const walk = (item: unknown, found: string[], level: number, isSecret: boolean, isQuery = false): unknown => {
    const hide = (credential: string): string => {
      if (credential === "") return "";
      found.push(...withParts(credential));
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
    if (Array.isArray(item)) return item.map((each) => walk(each, found, level + 1, isSecret, isQuery));
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
    if (json !== undefined) {
      const before = changes;
      const safe = walk(json, inTexts, level + 1, false);
      // JSON without credentials keeps its spaces.
      return changes === before ? text : JSON.stringify(safe);
    }
    const hide = (_whole: string, before: string, credential: string): string => {
      inTexts.push(...withParts(credential));
      changes += 1;
      return before + mask;
    };
    return text
      .replace(webhookAddress, hide)
      .replace(userInfo, hide)
      .replace(parameter, (whole, before: string, name: string, credential: string) => {
        if (!isCredentialParameter(decoded(name))) return whole;
        inTexts.push(...withParts(decoded(credential)));
        return hide(whole, before, credential);
      });
  };

  const safe = walk(value, own, 0, false);
  return { safe, credentials: [...new Set([...own, ...inTexts])].filter((text) => text !== mask) };
}
