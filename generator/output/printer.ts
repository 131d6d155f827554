import { posix } from "node:path";
import { stringLiteral } from "../base/literals.js";
import { compare } from "../base/naming.js";

/** A name of another module. Printing it is what imports it. */
export interface Imported {
  readonly name: string;
  /** A package, or the project-relative path of a TypeScript file without its ending, marked by `local`. */
  readonly from: string;
  readonly local: boolean;
  readonly kind: "value" | "type" | "default";
  /** The name it goes by in the importing file; `name` where absent. */
  readonly alias?: string;
}

/** Code: text, imported names, and sequences of both. */
export type Fragment = string | Imported | readonly Fragment[];

/** A value that a package exports. */
export function value(name: string, from: string): Imported {
  return { name, from, local: false, kind: "value" };
}

/** A type that a package exports. */
export function type(name: string, from: string): Imported {
  return { name, from, local: false, kind: "type" };
}

/** A name that another file of the project exports; `path` is relative to the project and has no ending. */
export function local(kind: Imported["kind"], name: string, path: string): Imported {
  return { name, from: path, local: true, kind };
}

/** Template tag: keeps imported names as names until the file is printed. */
export function code(strings: TemplateStringsArray, ...parts: readonly Fragment[]): Fragment {
  return strings.flatMap((text, index) => [text, parts[index] ?? ""]);
}

function collect(fragment: Fragment, into: Imported[]): string {
  if (typeof fragment === "string") return fragment;
  if (!("name" in fragment)) return fragment.map((part) => collect(part, into)).join("");
  into.push(fragment);
  return fragment.alias ?? fragment.name;
}

/** The specifier that `file` imports a project file by. */
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
  const order = [...bySpecifier].sort(
    ([a], [b]) => Number(a.startsWith(".")) - Number(b.startsWith(".")) || compare(a, b),
  );
  return order.map(([from, names]) => importLine(from, [...names.values()])).join("");
}

function importLine(from: string, names: readonly Imported[]): string {
  const standard = names.find((name) => name.kind === "default");
  const named = names.filter((name) => name.kind !== "default").sort((a, b) => compare(a.name, b.name));
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
  /** First lines; each ends with a newline. */
  readonly header: string;
  readonly body: Fragment;
  /** Ending of local import specifiers, `.js` by default. */
  readonly extension?: string;
}

/** Prints a file; its imports are the names that its body prints, grouped and in code-unit order. */
export function printFile({ path, header, body, extension = ".js" }: SourceFile): string {
  const imported: Imported[] = [];
  const text = collect(body, imported);
  const imports = importLines(path, imported, extension);
  return `${header}${imports}${imports === "" ? "" : "\n"}${text}`;
}
