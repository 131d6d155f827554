import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Processes, succeed } from "./processes.js";
import { type PublishedPackage, StepFailure } from "./step.js";

export interface Tarball extends PublishedPackage {
  readonly version: string;
  readonly path: string;
  /** As a registry names it: `sha512-…`. */
  readonly integrity: string;
  readonly files: readonly string[];
  readonly bytes: number;
}

export interface PackOptions {
  readonly root: string;
  /** Where the tarballs are written. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly processes: Processes;
}

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly integrity: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs a package as it is built. */
export async function pack(
  published: PublishedPackage,
  { root, folder, env, processes }: PackOptions,
): Promise<Tarball> {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await succeed(processes, { program: "npm", args, cwd: join(root, published.folder), env });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  if (packed?.name !== published.name)
    throw new StepFailure([
      {
        what: `the package in ${published.folder} is ${packed?.name ?? "not one"}, not ${published.name}`,
        why: "its package.json has another name",
        fix: "correct the name there, or in `publishedPackages` of test/release/checklist/step.ts",
      },
    ]);
  const { version, filename, integrity, size, files } = packed;
  return {
    ...published,
    version,
    path: join(folder, filename),
    integrity,
    bytes: size,
    files: files.map(({ path }) => path),
  };
}

/** What a registry calls these bytes. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}
