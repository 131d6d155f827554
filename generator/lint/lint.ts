import { chooseSchemas } from "../contracts/schemas/choose.js";
import type { SchemaPaths } from "../contracts/schemas/paths.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { misspeltKeys } from "../manifest/known-keys/unknown-keys.js";
import { parse } from "../manifest/parse.js";
import { lockPathIn } from "../output/lock-path.js";
import { defaultLayout, plan } from "../output/plan.js";
import { besideManifest, type Loaded, load } from "../project/find-manifest.js";
import type { Host } from "../project/host.js";
import type { Report } from "../yaml/node.js";
import { readYaml, type Source } from "../yaml/read-yaml.js";
import { createContext, type Disk, type ModuleSource } from "./context.js";
import { type Known, knownWith, shipped } from "./known-names.js";
import { withoutRepeats, withPlatformCode } from "./platform-codes.js";
import { findingsOf } from "./rule.js";
import { rules } from "./rules/index.js";

/** Mistakes in module files were already reported when the modules were parsed. */
const ignoreReport: Report = () => {};

function readModules(sources: readonly Source[]): readonly ModuleSource[] {
  return sources.flatMap((source) => {
    const root = readYaml(source, ignoreReport);
    return root?.kind === "map" ? [{ path: source.path, root }] : [];
  });
}

/** All diagnostics of a manifest and its modules, sorted by file, line and column. Pure: reads no files. */
export function check(sources: Loaded, disk: Disk, known: Known = shipped): readonly Diagnostic[] {
  const { model, root, diagnostics } = parse(sources);
  const paths = new Set(sources.modules.map(({ path }) => path));
  const read = [...sources.diagnostics, ...diagnostics].map((diagnostic) => withPlatformCode(diagnostic, paths));
  if (model === undefined || root === undefined) return inOrder(withoutRepeats(read));
  const modules = readModules(sources.modules);
  const context = createContext({ model, root, modules, moduleFiles: sources.modules.length, known, disk });
  const found = rules.flatMap((rule) => findingsOf(rule, context));
  const all = [...read, ...misspeltKeys(context.unknownKeys), ...found, ...plan(model, defaultLayout).diagnostics];
  return inOrder(withoutRepeats(all));
}

async function readDisk(host: Host, manifest: string): Promise<Disk> {
  const exists = (path: string) => host.exists(besideManifest(manifest, path));
  const [readme, ...tests] = await Promise.all(["README.md", "test", "spec", "tests"].map(exists));
  return { readme: readme === true, tests: tests.includes(true) };
}

export interface LintOptions extends SchemaPaths {
  /** Path relative to the project. Default: searched for in the same places as when generating. */
  readonly manifest?: string;
  /** Folder of generated files. Its lock file has the paths of the schemas that are not passed here. Default: `src/generated`. */
  readonly out?: string;
}

/**
 * Checks a project: mistakes that stop the generator, the rules of the platform's own linter, and rules that no other tool has.
 * Throws only errors of the file system.
 */
export async function lint(host: Host, options: LintOptions = {}): Promise<readonly Diagnostic[]> {
  const { manifest, out = defaultLayout.out, ...paths } = options;
  const sources = await load(host, manifest === undefined ? {} : { manifest });
  const { diagnostics, ...known } = await knownWith(host, await chooseSchemas(host, lockPathIn({ out }), paths));
  const disk = await readDisk(host, sources.manifest?.path ?? "");
  return check({ ...sources, diagnostics: [...sources.diagnostics, ...diagnostics] }, disk, known);
}
