import { scopeName } from "../base/naming.js";
import type { Contracts } from "../contracts/schemas/extend.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, errorsIn } from "../diagnostics/diagnostic.js";
import { contractsFor } from "../generate/generate.js";
import { generatedFiles } from "../generate/generated-files.js";
import type { Existing } from "../manifest/additions.js";
import { parseProject } from "../manifest/parse-project.js";
import { referencesIn } from "../manifest/value-references.js";
import type { Model } from "../model/model.js";
import type { Host } from "../project/host.js";
import type { Project } from "../project/read-project.js";
import type { OpenedSources } from "../usage/sources.js";
import type { Usage } from "../usage/types.js";
import { tableNames, widen } from "../usage/widened-model.js";
import type { Source } from "../yaml/read-yaml.js";
import { audit, type Findings } from "./findings.js";

/** What the next audit of the same project can reuse. */
interface AuditedSources {
  readonly opened: OpenedSources;
  readonly contracts: Contracts;
}

/** `found` is missing if the manifest or the sources cannot be read; the diagnostics then say why. */
export interface Audited {
  readonly diagnostics: readonly Diagnostic[];
  readonly found?: AuditedSources &
    Existing & { readonly manifest: Source; readonly findings: Findings; readonly usage: Usage };
}

/** The members of `Scope` for all known permissions, in both spellings. */
function knownScopes(model: Model, operations: Contracts["operations"]): ReadonlyMap<string, string> {
  const spelled = operations.flatMap(({ scopes }) => scopes).map((scope) => [scopeName(scope), scope] as const);
  const canonical = operations
    .flatMap(({ scopes }) => scopes)
    .map((scope) => scope.split(/[:.]/).reverse().join(":"))
    .map((scope) => [scopeName(scope), scope] as const);
  return new Map([...canonical, ...spelled, ...model.scopes.map(({ value }) => [scopeName(value), value] as const)]);
}

/** Why a manifest has nothing that handlers could use or lack. */
function whyNot({ adapter, receiver }: Model): string | undefined {
  if (adapter !== undefined)
    return "an evidence adapter declares no permissions, settings or secrets that normalisers could use";
  return receiver && "a receiver of webhooks declares no permissions, settings or secrets that handlers could use";
}

/**
 * Compares the manifest of a project with what its handlers use. Writes nothing. `earlier` is the result of an audit of the same
 * project with another manifest: handlers and schemas are then not read again.
 */
export async function auditProject(host: Host, project: Project, earlier?: AuditedSources): Promise<Audited> {
  const { dir, layout } = project;
  const read = parseProject(project);
  if ("errors" in read) return { diagnostics: read.errors };
  const { manifest, parsed } = read;
  const { model, root } = parsed;
  const start = { file: model.manifest, line: 1, column: 1 };

  const incomparable = whyNot(model);
  if (incomparable !== undefined) return { diagnostics: [diagnose("KG609", start, incomparable)] };
  const contracts = earlier?.contracts ?? (await contractsFor(host, project, "check"));
  const unusable = errorsIn(contracts.diagnostics);
  if (unusable.length > 0) return { diagnostics: unusable };
  const { operations } = contracts;

  const [{ readUsage }, { openSources, overlayFiles, SourcesError }] = await Promise.all([
    import("../usage/read-usage.js"),
    import("../usage/sources.js"),
  ]);
  const wide = widen(model);
  const generated = generatedFiles(wide, project, contracts);
  try {
    if (earlier !== undefined) overlayFiles(earlier.opened, generated);
    const opened = earlier?.opened ?? openSources(dir, generated, { layout, tests: false });
    const usage = readUsage(opened, { layout, tables: tableNames(wide), scopes: knownScopes(model, operations) });
    const findings = audit({ model, usage, operations, references: referencesIn(root) });
    const ofLock = contracts.diagnostics.filter(({ code }) => code === "KG505");
    return {
      diagnostics: [...ofLock, ...findings.diagnostics],
      found: { manifest, model, root, findings, usage, opened, contracts },
    };
  } catch (error) {
    if (!(error instanceof SourcesError)) throw error;
    return { diagnostics: [diagnose("KG610", error.at ?? start, error.message)] };
  }
}
