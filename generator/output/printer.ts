import { posix } from "node:path";
import { stringLiteral } from "../base/literals.js";
import { compareNaturally, compareSpecifiers } from "./import-order.js";

/** A name of another module. If the body of a file contains it, the file imports it. */
export interface Imported {
  readonly name: string;
  /** A package; or, if `local`, the path of a TypeScript file without extension, relative to the project. */
  readonly from: string;
  readonly local: boolean;
  readonly kind: "value" | "type" | "default";
  /** Its name in the importing file. Default: `name`. */
  readonly alias?: string;
}

/** Text in which the names stand as text. The file imports them. */
interface Mentioning {
  readonly text: string;
  readonly mentions: readonly Imported[];
}

/** Code: text, imported names, and sequences of both. */
export type Fragment = string | Imported | Mentioning | readonly Fragment[];

/** A value that a package exports. */
export function value(name: string, from: string): Imported {
  return { name, from, local: false, kind: "value" };
}

/** A type that a package exports. */
export function type(name: string, from: string): Imported {
  return { name, from, local: false, kind: "type" };
}

/** A name that another file of the project exports; `path` is relative to the project and has no extension. */
export function local(kind: Imported["kind"], name: string, path: string): Imported {
  return { name, from: path, local: true, kind };
}

/** Template tag: keeps imported names as names until the file is printed. */
export function code(strings: TemplateStringsArray, ...parts: readonly Fragment[]): Fragment {
  return strings.flatMap((text, index) => [text, parts[index] ?? ""]);
}

function collect(fragment: Fragment, into: Imported[]): string {
  if (typeof fragment === "string") return fragment;
  if ("mentions" in fragment) {
    into.push(...fragment.mentions);
    return fragment.text;
  }
  if (!("name" in fragment)) return fragment.map((part) => collect(part, into)).join("");
  into.push(fragment);
  return fragment.alias ?? fragment.name;
}

/** The specifier in the import statement of `file`. */
function specifier(file: string, target: Imported, extension: string): string {
  if (!target.local) return target.from;
  const relative = posix.relative(posix.dirname(file), target.from) + extension;
  return relative.startsWith(".") ? relative : `./${relative}`;
}

function importLines(file: string, imported: readonly Imported[], extension: string): string {
  const bySpecifier = new Map<string, Map<string, Imported>>();
  for (const name of imported) {
    const from = specifier(file, name, extension);
    const names = bySpecifier.get(from) ?? new Map<string, Imported>();
    const known = names.get(name.name);
    if (known === undefined || known.kind === "type") names.set(name.name, name);
    bySpecifier.set(from, names);
  }
  const order = [...bySpecifier].sort(([a], [b]) => compareSpecifiers(a, b));
  return order.map(([from, names]) => importLine(from, [...names.values()])).join("");
}

function importLine(from: string, names: readonly Imported[]): string {
  const standard = names.find((name) => name.kind === "default");
  const named = names
    .filter((name) => name.kind !== "default")
    .sort((a, b) => compareNaturally(a.alias ?? a.name, b.alias ?? b.name));
  const onlyTypes = standard === undefined && named.every((name) => name.kind === "type");
  const list = named
    .map(({ name, kind, alias }) => {
      const renamed = alias === undefined ? name : `${name} as ${alias}`;
      return kind === "type" && !onlyTypes ? `type ${renamed}` : renamed;
    })
    .join(", ");
  const clause = [standard?.name, named.length > 0 ? `{ ${list} }` : undefined].filter((part) => part !== undefined);
  return `import ${onlyTypes ? "type " : ""}${clause.join(", ")} from ${stringLiteral(from)};\n`;
}

interface SourceFile {
  /** Project-relative, with "/" separators. */
  readonly path: string;
  /** First lines of the file; each ends with a newline. */
  readonly header: string;
  readonly body: Fragment;
  /** File extension in local imports, `.js` by default. */
  readonly extension?: string;
}

/** Prints a file. It imports the names that its body contains, grouped and in the order of `import-order.ts`. */
export function printFile({ path, header, body, extension = ".js" }: SourceFile): string {
  const imported: Imported[] = [];
  const text = collect(body, imported);
  const imports = importLines(path, imported, extension);
  return `${header}${imports}${imports === "" ? "" : "\n"}${text}`;
}
