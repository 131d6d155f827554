import type { Problem } from "./step.js";

/** Licences that let everyone use, change and pass on the code, and ask for no more than their text. */
export const allowedLicences = [
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Zlib"],
  ...["Unlicense", "CC0-1.0", "Python-2.0"],
];

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string | undefined;
}

/** Whether every licence of an expression is allowed, whatever connects them: which one applies is not for a program to choose. */
export function isAllowed(licence: string | undefined): boolean {
  const names = (licence ?? "").split(/\s+(?:AND|OR)\s+|[()\s]+/).filter((name) => name !== "");
  return names.length > 0 && names.every((name) => allowedLicences.includes(name));
}

/** The packages that an install of this package brings, by its lock file. Optional peers are the choice of the user. */
export function installedPackages(lockFile: string): readonly LicensedPackage[] {
  interface Entry {
    readonly version?: string;
    readonly license?: string;
    readonly dev?: boolean;
    readonly devOptional?: boolean;
    readonly peer?: boolean;
  }
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, Entry> };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, peer }]) => path.startsWith("node_modules/") && !dev && !devOptional && !peer)
    .map(([path, { version = "", license }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return { name, version, licence: license };
    });
}

/** A package in THIRD-PARTY-LICENSES.txt, with the text of its licence. */
export interface BundledPackage extends LicensedPackage {
  readonly text: string;
}

/** The packages that the text of THIRD-PARTY-LICENSES.txt names. */
export function bundledPackages(licences: string): readonly BundledPackage[] {
  // A licence may have such a line in its text: what follows it must be the head of a package.
  return licences.split(/^-{80}\n\n(?=\S+ \S+ \(.+\)\n\n)/m).map((part) => {
    const [head = "", ...rest] = part.trim().split("\n");
    const [, name = head, version = "", licence] = /^(\S+) (\S+) \((.+)\)$/.exec(head) ?? [];
    return { name, version, licence, text: rest.join("\n").trim() };
  });
}

/** The name of a package in what an import names. */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The packages whose code a source imports, without those that Node has, types, and own files. */
export function importedPackages(source: string): readonly string[] {
  // Imports come first. What follows a back quote may be a template of code, with imports that are text.
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  const head = code.split("`", 1)[0] ?? "";
  const statements = head.matchAll(/^(?:import|export|\}) (?!type )[^"']*?from "([^".][^"]*)";$/gm);
  const loaded = code.matchAll(/\bawait import\("([^".][^"]*)"\)/g);
  const names = [...statements, ...loaded].map(([, specifier = ""]) => packageOf(specifier));
  return [...new Set(names)].filter((name) => !name.startsWith("node:"));
}

export interface Licences {
  readonly installed: readonly LicensedPackage[];
  readonly bundled: readonly BundledPackage[];
  /** Packages that the sources import and an install does not bring: their code must be bundled. */
  readonly imported: readonly string[];
}

export function licenceProblems({ installed, bundled, imported }: Licences): readonly Problem[] {
  const refused = [...installed, ...bundled].filter(({ licence }) => !isAllowed(licence));
  const empty = bundled.filter(({ text }) => text === "");
  const unnamed = imported.filter((name) => !bundled.some((one) => one.name === name));
  const file = "dist/THIRD-PARTY-LICENSES.txt";
  return [
    ...refused.map(({ name, version, licence }) => ({
      what: `${name} ${version} has the licence ${licence ?? "(none)"}`,
      why: "it is not on the list of licences that are allowed",
      fix: "use another package; or read the licence, and add it to `allowedLicences` in test/release/checklist/licences.ts",
    })),
    ...empty.map(({ name }) => ({
      what: `${file} has no text of the licence of ${name}`,
      why: "most licences ask that their text goes along with the code",
      fix: "see `legalTexts` in build.mjs, which reads the files of the package",
    })),
    ...unnamed.map((name) => ({
      what: `${file} does not name ${name}`,
      why: "the sources import it, and an install does not bring it, so its code is bundled",
      fix: "add it in `licences` of build.mjs, or to `dependencies`",
    })),
  ];
}
