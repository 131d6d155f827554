import { misspelledEvents } from "../contracts/undocumented-events.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { misspelledKeys } from "../manifest/known-keys/unknown-keys.js";
import { type ManifestSources, parse } from "../manifest/parse.js";
import { formatMistakes } from "../manifest/schema-rules/format-mistakes.js";
import { plan } from "../output/plan.js";
import { besideManifest } from "../project/find-manifest.js";
import type { Host } from "../project/host.js";
import { defaultLayout } from "../project/layout.js";
import type { Project } from "../project/read-project.js";
import { createContext, type Disk } from "./context.js";
import { type KnownNames, knownWith, shipped } from "./known-names.js";
import { withoutRepeats, withPlatformCode } from "./platform-codes.js";
import { findingsOf } from "./rule.js";
import { rules } from "./rules/index.js";

/** All diagnostics of a manifest and its modules, sorted by file, line and column. Pure: reads no files. */
export function check(
  sources: ManifestSources & { readonly diagnostics: readonly Diagnostic[] },
  disk: Disk,
  known: KnownNames = shipped,
): readonly Diagnostic[] {
  const { model, draft, root, modules, diagnostics } = parse(sources);
  const paths = new Set(sources.modules.map(({ path }) => path));
  const read = [...sources.diagnostics, ...diagnostics].map((diagnostic) => withPlatformCode(diagnostic, paths));
  if (model === undefined || draft === undefined || root === undefined) return inOrder(withoutRepeats(read));
  const context = createContext({ model, draft, root, modules, moduleFiles: sources.modules.length, known, disk });
  const found = rules.flatMap((rule) => findingsOf(rule, context));
  const all = [
    ...read,
    ...misspelledKeys(context.unknownKeys),
    ...misspelledEvents(model, known.events),
    ...found,
    ...plan(model, defaultLayout, { windows: disk.windows }).diagnostics,
  ];
  return inOrder(withoutRepeats([...all, ...formatMistakes(root, model.format, "error", all)]));
}

async function readDisk(host: Host, manifest: string): Promise<Disk> {
  const exists = (path: string) => host.exists(besideManifest(manifest, path));
  const [readme, ...tests] = await Promise.all(["README.md", "test", "spec", "tests"].map(exists));
  return { readme: readme === true, tests: tests.includes(true), windows: host.windows === true };
}

/**
 * Checks a project: mistakes that stop the generator, the rules of the platform's own linter, and rules that no other tool has.
 * Throws only errors of the file system.
 */
export async function lint(host: Host, { sources, schemas }: Project): Promise<readonly Diagnostic[]> {
  const { diagnostics, ...known } = await knownWith(schemas);
  const disk = await readDisk(host, sources.manifest?.path ?? "");
  const read = [...sources.diagnostics, ...schemas.diagnostics, ...diagnostics];
  return check({ ...sources, diagnostics: read }, disk, known);
}
