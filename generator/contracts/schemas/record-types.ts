import jsTokens from "js-tokens";

const steps: ReadonlyMap<string, number> = new Map([
  ["{", 1],
  ["[", 1],
  ["(", 1],
  ["}", -1],
  ["]", -1],
  [")", -1],
]);

/** How many brackets are open after each token. */
function depthsOf(tokens: readonly string[]): number[] {
  let depth = 0;
  return tokens.map((token) => {
    depth += steps.get(token) ?? 0;
    return depth;
  });
}

function tokensOf(code: string): string[] {
  return [...jsTokens(code)].map(({ value }) => value);
}

const anyKey = /^\s*(?:\/\*(?:(?!\*\/)[\s\S])*\*\/\s*)?\[\w+: string\]:\s*([\s\S]*);\s*$/;

/** The type of the values if the members between two braces allow every key: `unknown` if there are no members. */
function valuesOf(members: string): string | undefined {
  if (members.trim() === "") return "unknown";
  const tokens = tokensOf(members);
  const depthAt = depthsOf(tokens);
  const count = tokens.filter((token, index) => token === ";" && depthAt[index] === 0).length;
  return count === 1 ? anyKey.exec(members)?.[1] : undefined;
}

function converted(tokens: readonly string[], allows: (values: string) => boolean): string {
  const depthAt = depthsOf(tokens);
  const parts: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    if (tokens[index] !== "{") {
      parts.push(tokens[index] ?? "");
      continue;
    }
    const close = depthAt.indexOf((depthAt[index] ?? 0) - 1, index);
    // Not code of the schema compiler: it stays as it is.
    if (close < 0) return parts.join("") + tokens.slice(index).join("");
    const members = converted(tokens.slice(index + 1, close), allows);
    const values = valuesOf(members);
    parts.push(values !== undefined && allows(values) ? `Record<string, ${values}>` : `{${members}}`);
    index = close;
  }
  return parts.join("");
}

/** Writes objects that allow every key as `Record`, in code that the schema compiler made: members, or the type of an alias. */
export function withRecords(code: string, allows: (values: string) => boolean = () => true): string {
  return converted(tokensOf(code), allows);
}

/**
 * Does the same with a declaration. A type may use itself as `{ [k: string]: Itself }`, but not as `Record<string, Itself>`.
 * `isRecursive` tells this of the type of the values.
 */
export function declaredWithRecords(declaration: string, isRecursive: (values: string) => boolean): string {
  const [, start = "", name = "", members] =
    /^(\/\*\*[\s\S]*?\*\/\s*|)export interface (\w+) \{([\s\S]*)\}\s*$/.exec(declaration) ?? [];
  if (members === undefined) return withRecords(declaration, (values) => !isRecursive(values));
  const inner = withRecords(members);
  const values = valuesOf(inner);
  if (values === undefined || isRecursive(values)) return `${start}export interface ${name} {${inner}}\n`;
  return `${start}export type ${name} = Record<string, ${values}>;\n`;
}
