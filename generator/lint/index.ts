import type { Code } from "../codes.js";
import { type Diagnostic, inOrder } from "../diagnostics.js";
import type { Host } from "../host.js";
import { besideManifest, type Loaded, load } from "../load.js";
import { lockPathIn } from "../lock-file.js";
import { parse } from "../manifest/index.js";
import type { Report } from "../manifest-node.js";
import { defaultLayout, plan } from "../plan.js";
import { chooseSchemas } from "../user-schemas/choice.js";
import type { SchemaPaths } from "../user-schemas/load.js";
import { readYaml, type Source } from "../yaml-source.js";
import { checkAgreement, checkQuoting } from "./agreement.js";
import { checkDelivery } from "./delivery.js";
import { checkDisk } from "./disk.js";
import {
  checkActivation,
  checkDocumented,
  checkSlaEvents,
  checkSpelling,
  checkUnusedSchemas,
  checkVocabulary,
} from "./events.js";
import { checkHookTemplates, checkTwoTemplates } from "./hooks.js";
import { checkIdentity } from "./identity.js";
import { type Known, knownWith, shipped } from "./known.js";
import { checkModules, checkReachedModules } from "./modules.js";
import { checkOutputFields } from "./output-fields.js";
import { checkKnownScopes, checkRoles, checkScopeSpelling } from "./permissions.js";
import { checkSecretDefaults, checkSigningSecrets } from "./secrets.js";
import { checkSetup } from "./setup.js";
import { createSubject, type Disk, type ModuleSource, type Rule } from "./subject.js";
import { checkRequiredVariables, checkTemplateVocabulary } from "./templates.js";
import { checkKeys } from "./unknown.js";

const rules: readonly Rule[] = [
  checkDisk,
  checkIdentity,
  checkDelivery,
  checkModules,
  checkReachedModules,
  checkSetup,
  checkOutputFields,
  checkKeys,
  checkActivation,
  checkDocumented,
  checkUnusedSchemas,
  checkSlaEvents,
  checkVocabulary,
  checkSpelling,
  checkHookTemplates,
  checkTwoTemplates,
  checkRequiredVariables,
  checkTemplateVocabulary,
  checkScopeSpelling,
  checkKnownScopes,
  checkRoles,
  checkSecretDefaults,
  checkSigningSecrets,
  checkAgreement,
  checkQuoting,
];

/** Module files were reported on when they were parsed. */
const unheard: Report = () => {};

function readModules(sources: readonly Source[]): readonly ModuleSource[] {
  return sources.flatMap((source) => {
    const root = readYaml(source, unheard);
    return root?.kind === "map" ? [{ path: source.path, root }] : [];
  });
}

/** The platform's own number for what the parser found. */
function renumber(diagnostic: Diagnostic, modules: ReadonlySet<string>): Diagnostic {
  if (diagnostic.code === "KG102") return { ...diagnostic, code: "L0" };
  return diagnostic.code === "KG104" && modules.has(diagnostic.at.file) ? { ...diagnostic, code: "M5" } : diagnostic;
}

function placeOf({ at }: Diagnostic): string {
  return `${at.file}\n${at.line}:${at.column}`;
}

const general: ReadonlySet<Code> = new Set<Code>(["KG204", "KG205", "KG801", "KG802"]);

/** In order of place, without repeats; where a rule of the platform speaks, what is said in general of the place is not. */
function tidy(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const ruled = new Set(diagnostics.filter(({ code }) => /^[LMSO]/.test(code)).map(placeOf));
  return inOrder(diagnostics.filter((diagnostic) => !general.has(diagnostic.code) || !ruled.has(placeOf(diagnostic))));
}

/** Everything there is to say about a manifest and its modules, in order of file, line and column. Pure. */
export function check(sources: Loaded, disk: Disk, known: Known = shipped): readonly Diagnostic[] {
  const { model, root, diagnostics } = parse(sources);
  const paths = new Set(sources.modules.map(({ path }) => path));
  const found = [...sources.diagnostics, ...diagnostics].map((diagnostic) => renumber(diagnostic, paths));
  if (model === undefined || root === undefined) return tidy(found);
  const modules = readModules(sources.modules);
  const subject = createSubject({ model, root, modules, moduleFiles: sources.modules.length, known, disk });
  for (const rule of rules) rule(subject, (diagnostic) => found.push(diagnostic));
  return tidy([...found, ...plan(model, defaultLayout).diagnostics]);
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
  const { diagnostics, ...known } = await knownWith(host, await chooseSchemas(host, lockPathIn({ out }), paths));
  const disk = await readDisk(host, sources.manifest?.path ?? "");
  return check({ ...sources, diagnostics: [...sources.diagnostics, ...diagnostics] }, disk, known);
}
