/** The names of a new extension. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  /** For `package.json`. */
  readonly packageName: string;
}

/** npm cannot install a package into a package of the same name. */
const dependencies: ReadonlySet<string> = new Set(["kiket-gen", "typescript", "vitest"]);
const notPackages: ReadonlySet<string> = new Set(["node_modules", "favicon.ico"]);

const longest = 100;

/** Lowercase letters, digits and single dashes; `extension` if nothing else remains. */
function slug(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.split(/[^a-z0-9]+/).filter((word) => word !== "");
  return words.join("-").slice(0, longest).replace(/-$/, "") || "extension";
}

function title(text: string): string {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const name = words.join(" ").slice(0, longest).trimEnd();
  return name === "" ? "Extension" : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Names for a project in a folder of this name, which may have any characters. A given name is used first. */
export function identityOf(folder: string, given?: string): Identity {
  const word = slug(folder);
  const packageName = dependencies.has(word) || notPackages.has(word) ? `${word}-extension` : word;
  return { id: `com.example.${word}`, name: given ?? title(folder), packageName };
}
