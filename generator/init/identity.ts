/** What a new extension goes by. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  /** For `package.json`. */
  readonly packageName: string;
}

/** npm installs no package into one of its own name. */
const dependencies: ReadonlySet<string> = new Set(["kiket-gen", "typescript", "vitest"]);
const notPackages: ReadonlySet<string> = new Set(["node_modules", "favicon.ico"]);

const longest = 100;

/** Small letters, digits and single dashes; `extension` where nothing of the text is left. */
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

/** Names for an extension in a folder of this name, whatever characters it has; what is given goes before. */
export function identityOf(
  folder: string,
  given: { readonly id?: string | undefined; readonly name?: string | undefined } = {},
): Identity {
  const word = slug(folder);
  const packageName = dependencies.has(word) || notPackages.has(word) ? `${word}-extension` : word;
  return { id: given.id ?? `com.example.${word}`, name: given.name ?? title(folder), packageName };
}
