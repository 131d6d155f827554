import { snakeCase } from "../base/snake-case.js";
import { mask } from "./redacting-logger.js";

/** The one list of names whose values let somebody in, written as snake_case; `X-Hub-Signature-256` is one of them. */
const names =
  /(?:token|secrets?|password|passwd|passphrase|authorization|cookies?|api_?key|(?:access|private|signing|secret)_?key|(?:^|_)(?:jwt|pwd|sig)|signature(?:_[a-z]*\d+)?)$/;
/** In an address these do so too; elsewhere they are the key of an issue and the code of an error. */
const namesInAddresses = /^(?:key|code|auth)$/;

const queries = /^query(?:_?params|_?string)?$/;

/** Of members, headers and parameters alike. */
function plainName(name: string): string {
  return snakeCase(name).replace(/[^a-z\d]+/g, "_");
}

/** Whether what a member, a header or a parameter of this name holds is to be kept from others. */
export function isCredentialName(name: string): boolean {
  return names.test(plainName(name));
}

function isCredentialParameter(name: string): boolean {
  return isCredentialName(name) || namesInAddresses.test(plainName(name));
}

/** The name in a `{name, value}` pair, as lists of headers have them. */
function pairName(object: object): string {
  const pair = new Map(Object.entries(object).map(([key, item]) => [key.toLowerCase(), item]));
  const name = pair.has("value") ? (pair.get("name") ?? pair.get("key")) : undefined;
  return typeof name === "string" ? name : "";
}

/** A JSON object or list that a text holds. */
function jsonIn(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Bearer abc` and `t=1,v1=abc` are told by their longer parts alone, too. */
function spoken(credential: string): readonly string[] {
  return [credential, ...credential.split(/[\s;,=]+/).filter((part) => part.length >= 12)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** The path of an extension's public address has its token in it (wire contract §1.6). */
const webhookAddress = /(\/webhooks\/ext\/)([^/?#\s"'\\]+)/g;
const userInfo = /(:\/\/[^/?#\s@:"]{0,256}:)([^/?#\s@"]{1,256})(?=@)/g;
/** Of an address, or of a form, which starts with the first of them. */
const parameter = /((?:^|[?&])([\w.%-]{1,64})=)([^&#\s"'<>\\]+)/g;

/** Third parties write what is in a text: one that nests without end must not end the process. */
const deepest = 200;

interface Uncovered {
  /** A copy that has `[redacted]` in the place of each credential. */
  readonly safe: unknown;
  /** Those that a text holds come last. */
  readonly credentials: readonly string[];
}

/**
 * Takes out what lets somebody in, by the names of members at any depth, of `{name, value}` pairs, and of parameters in
 * addresses and forms; in texts that hold JSON, too. Everything below such a name goes, but true, false and null.
 */
export function withoutCredentials(value: unknown): Uncovered {
  const own: string[] = [];
  const inTexts: string[] = [];
  let changes = 0;

  const walk = (item: unknown, found: string[], level: number, isSecret: boolean, isQuery = false): unknown => {
    const hide = (credential: string): string => {
      if (credential === "") return "";
      found.push(...spoken(credential));
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
        return [key, walk(each, found, level + 1, isHidden, queries.test(plainName(key)))];
      }),
    );
  };

  const cleanText = (text: string, level: number): string => {
    const json = jsonIn(text);
    if (json !== undefined) {
      const before = changes;
      const safe = walk(json, inTexts, level + 1, false);
      // Left as it was written, with its spaces, where it holds none.
      return changes === before ? text : JSON.stringify(safe);
    }
    const hide = (_whole: string, before: string, credential: string): string => {
      inTexts.push(...spoken(credential));
      changes += 1;
      return before + mask;
    };
    return text
      .replace(webhookAddress, hide)
      .replace(userInfo, hide)
      .replace(parameter, (whole, before: string, name: string, credential: string) => {
        if (!isCredentialParameter(decoded(name))) return whole;
        inTexts.push(...spoken(decoded(credential)));
        return hide(whole, before, credential);
      });
  };

  const safe = walk(value, own, 0, false);
  return { safe, credentials: [...new Set([...own, ...inTexts])].filter((text) => text !== mask) };
}
