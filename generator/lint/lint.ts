import { chooseSchemas } from "../contracts/schemas/choose.js";
import type { SchemaPaths } from "../contracts/schemas/paths.js";
import type { Code } from "../diagnostics/codes.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import { parse } from "../manifest/parse.js";
import { lockPathIn } from "../output/lock-path.js";
import { defaultLayout, plan } from "../output/plan.js";
import { besideManifest, type Loaded, load } from "../project/find-manifest.js";
import type { Host } from "../project/host.js";
import type { Report } from "../yaml/node.js";
import { readYaml, type Source } from "../yaml/read-yaml.js";
import { createSubject, type Disk, type ModuleSource, type Rule } from "./context.js";
import { type Known, knownWith, shipped } from "./known-names.js";
import { checkDelivery } from "./rules/delivery.js";
import { checkDisk } from "./rules/disk.js";
import {
  checkActivation,
  checkDocumented,
  checkSlaEvents,
  checkSpelling,
  checkUnusedSchemas,
  checkVocabulary,
} from "./rules/events.js";
import { checkHookTemplates, checkTwoTemplates } from "./rules/hooks.js";
import { checkIdentity } from "./rules/identity.js";
import { checkKeys } from "./rules/keys.js";
import { checkModules, checkReachedModules } from "./rules/modules.js";
import { checkOutputFields } from "./rules/output-fields.js";
import { checkKnownScopes, checkRoles, checkScopeSpelling } from "./rules/permissions.js";
import { checkSecretDefaults, checkSigningSecrets } from "./rules/secrets.js";
import { checkSetup } from "./rules/setup.js";
import { checkRequiredVariables, checkTemplateVocabulary } from "./rules/templates.js";
import { checkAgreement, checkQuoting } from "./rules/wizard-agreement.js";

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
