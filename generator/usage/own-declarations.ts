import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The declarations that the types of a handler's context come from. */
export interface OwnDeclarations {
  /** The folder of the runtime's declarations. */
  readonly library: string;
  /** For each module name its declaration file, as the compiler option `paths`. */
  readonly paths: Readonly<Record<string, string[]>>;
}

/** What of the manifest of a package names declaration files. */
interface PackageEntries {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** Packages that the runtime's declarations import and whose types are followed; each is found from the one before. */
const followed: readonly string[] = ["openapi-fetch", "openapi-typescript-helpers"];

/**
 * The declarations of the running package. They are found from here and not from the project, so that they are also found where
 * the project has no package installed, and where packages have no folder `node_modules` (Yarn PnP, a global install, `npx`).
 * No path depends on the project.
 */
export function ownDeclarations(): OwnDeclarations {
  const own = createRequire(import.meta.url);
  const manifest = own.resolve("kiket-gen/package.json");
  const { exports } = own(manifest) as PackageEntries;
  const paths: Record<string, string[]> = {};
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target !== "string") paths[`kiket-gen${entry.slice(1)}`] = [join(dirname(manifest), target.types)];
  }
  let from = own;
  for (const name of followed) {
    const file = from.resolve(name);
    paths[name] = [file.replace(/\.([cm]?)js$/, ".d.$1ts")];
    from = createRequire(file);
  }
  return { library: join(dirname(manifest), "dist/runtime"), paths };
}
