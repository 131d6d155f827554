import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { misspeltKeys } from "../manifest/known-keys/unknown-keys.js";
import { parse } from "../manifest/parse.js";
import { plan } from "../output/plan.js";
import { besideManifest, type Loaded, load } from "../project/find-manifest.js";
import type { Host } from "../project/host.js";
import { defaultLayout } from "../project/layout.js";
import { readLock } from "../project/lock.js";
import type { SchemaPaths } from "../project/schema-paths.js";
import { readSchemas } from "../project/schemas.js";
import type { Report } from "../yaml/node.js";
import { readYaml, type Source } from "../yaml/read-yaml.js";
import { createContext, type Disk, type ModuleSource } from "./context.js";
import { type Known, knownWith, shipped } from "./known-names.js";
import { withoutGeneral, withPlatformCode } from "./platform-codes.js";
import { findingsOf } from "./rule.js";
import { rules } from "./rules/index.js";

/** Module files were reported on when they were parsed. */
const unheard: Report = () => {};

function readModules(sources: readonly Source[]): readonly ModuleSource[] {
  return sources.flatMap((source) => {
    const root = readYaml(source, unheard);
    return root?.kind === "map" ? [{ path: source.path, root }] : [];
  });
}

/** Everything there is to say about a manifest and its modules, in order of file, line and column. Pure. */
export function check(sources: Loaded, disk: Disk, known: Known = shipped): readonly Diagnostic[] {
  const { model, root, diagnostics } = parse(sources);
  const paths = new Set(sources.modules.map(({ path }) => path));
  const read = [...sources.diagnostics, ...diagnostics].map((diagnostic) => withPlatformCode(diagnostic, paths));
  if (model === undefined || root === undefined) return inOrder(withoutGeneral(read));
  const modules = readModules(sources.modules);
  const context = createContext({ model, root, modules, moduleFiles: sources.modules.length, known, disk });
  const found = rules.flatMap((rule) => findingsOf(rule, context));
  const all = [...read, ...misspeltKeys(context.unknownKeys), ...found, ...plan(model, defaultLayout).diagnostics];
  return inOrder(withoutGeneral(all));
}

async function readDisk(host: Host, manifest: string): Promise<Disk> {
  const exists = (path: string) => host.exists(besideManifest(manifest, path));
  const [readme, ...tests] = await Promise.all(["README.md", "test", "spec", "tests"].map(exists));
  return { readme: readme === true, tests: tests.includes(true) };
}

export interface LintOptions extends SchemaPaths {
  /** Relative to the project. Default: found as for generating. */
  readonly manifest?: string;
  /** Folder of generated files, where the lock file keeps the schemas that are not given here. Default `src/generated`. */
  readonly out?: string;
}

/**
 * Checks a project: what stops the generator, the platform's own rules (manifest-and-events §1.4) and what no other tool
 * looks at. Throws only what the file system throws.
 */
export async function lint(host: Host, options: LintOptions = {}): Promise<readonly Diagnostic[]> {
  const { manifest, out = defaultLayout.out, ...paths } = options;
  const sources = await load(host, manifest === undefined ? {} : { manifest });
  const schemas = await readSchemas(host, await readLock(host, { ...defaultLayout, out }), paths);
  const { diagnostics, ...known } = await knownWith(schemas);
  const disk = await readDisk(host, sources.manifest?.path ?? "");
  return check(
    { ...sources, diagnostics: [...sources.diagnostics, ...schemas.diagnostics, ...diagnostics] },
    disk,
    known,
  );
}
