import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { misspeltKeys } from "../manifest/known-keys/unknown-keys.js";
import { parse, type Sources } from "../manifest/parse.js";
import { plan } from "../output/plan.js";
import { besideManifest } from "../project/find-manifest.js";
import type { Host } from "../project/host.js";
import { defaultLayout } from "../project/layout.js";
import type { Project } from "../project/read-project.js";
import { createContext, type Disk } from "./context.js";
import { type Known, knownWith, shipped } from "./known-names.js";
import { withoutGeneral, withPlatformCode } from "./platform-codes.js";
import { findingsOf } from "./rule.js";
import { rules } from "./rules/index.js";

/** Everything there is to say about a manifest and its modules, in order of file, line and column. Pure. */
export function check(
  sources: Sources & { readonly diagnostics: readonly Diagnostic[] },
  disk: Disk,
  known: Known = shipped,
): readonly Diagnostic[] {
  const { model, draft, root, modules, diagnostics } = parse(sources);
  const paths = new Set(sources.modules.map(({ path }) => path));
  const read = [...sources.diagnostics, ...diagnostics].map((diagnostic) => withPlatformCode(diagnostic, paths));
  if (model === undefined || draft === undefined || root === undefined) return inOrder(withoutGeneral(read));
  const context = createContext({ model, draft, root, modules, moduleFiles: sources.modules.length, known, disk });
  const found = rules.flatMap((rule) => findingsOf(rule, context));
  const all = [...read, ...misspeltKeys(context.unknownKeys), ...found, ...plan(model, defaultLayout).diagnostics];
  return inOrder(withoutGeneral(all));
}

async function readDisk(host: Host, manifest: string): Promise<Disk> {
  const exists = (path: string) => host.exists(besideManifest(manifest, path));
  const [readme, ...tests] = await Promise.all(["README.md", "test", "spec", "tests"].map(exists));
  return { readme: readme === true, tests: tests.includes(true) };
}

/**
 * Checks a project: what stops the generator, the platform's own rules (manifest-and-events §1.4) and what no other tool
 * looks at. Throws only what the file system throws.
 */
export async function lint(host: Host, { sources, schemas }: Project): Promise<readonly Diagnostic[]> {
  const { diagnostics, ...known } = await knownWith(schemas);
  const disk = await readDisk(host, sources.manifest?.path ?? "");
  const read = [...sources.diagnostics, ...schemas.diagnostics, ...diagnostics];
  return check({ ...sources, diagnostics: read }, disk, known);
}
