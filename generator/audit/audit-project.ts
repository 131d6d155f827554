import { scopeName } from "../base/naming.js";
import type { Contracts } from "../contracts/schemas/extend.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { contractsFor } from "../generate/generate.js";
import { generatedFiles } from "../generate/generated-files.js";
import type { ProjectOptions } from "../generate/project-options.js";
import { type Sources as ManifestSources, parse } from "../manifest/parse.js";
import type { Model } from "../model/model.js";
import { load } from "../project/find-manifest.js";
import { readLock } from "../project/lock.js";
import { readSchemas } from "../project/schemas.js";
import { tableNames, widen } from "../usage/widened-model.js";
import type { Source } from "../yaml/read-yaml.js";
import { audit, type Findings } from "./findings.js";

/** `findings` is missing where the manifest or the sources cannot be read; the diagnostics then say why. */
export interface Audited {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources?: ManifestSources & { readonly manifest: Source };
  readonly findings?: Findings;
}

/** Members of `Scope` that the permissions of the record would have in either spelling. */
function knownScopes(model: Model, operations: Contracts["operations"]): ReadonlyMap<string, string> {
  const spelled = operations.flatMap(({ scopes }) => scopes).map((scope) => [scopeName(scope), scope] as const);
  const canonical = operations
    .flatMap(({ scopes }) => scopes)
    .map((scope) => scope.split(/[:.]/).reverse().join(":"))
    .map((scope) => [scopeName(scope), scope] as const);
  return new Map([...canonical, ...spelled, ...model.scopes.map(({ value }) => [scopeName(value), value] as const)]);
}

/** Holds a project's manifest against its handlers; reads, and writes nothing. */
export async function auditProject(options: ProjectOptions): Promise<Audited> {
  const { dir, host, layout, manifest } = options;
  const sources = await load(host, manifest === undefined ? {} : { manifest });
  const { model, diagnostics } = parse(sources);
  const errors = [...sources.diagnostics, ...diagnostics].filter(({ severity }) => severity === "error");
  if (model === undefined || sources.manifest === undefined || errors.length > 0) return { diagnostics: errors };

  if (model.adapter !== undefined) {
    const message = "an evidence adapter has no handlers, so there is nothing to hold the manifest against";
    return { diagnostics: [diagnose("KG609", { file: model.manifest, line: 1, column: 1 }, message)] };
  }
  const schemas = await readSchemas(host, await readLock(host, layout), options);
  const contracts = await contractsFor(host, { schemas }, "check");
  const unusable = contracts.diagnostics.filter(({ severity }) => severity === "error");
  if (unusable.length > 0) return { diagnostics: unusable };
  const { operations } = contracts;

  const [{ readUsage }, { openSources, SourcesError }] = await Promise.all([
    import("../usage/read-usage.js"),
    import("../usage/sources.js"),
  ]);
  const wide = widen(model);
  try {
    const opened = openSources(dir, generatedFiles(wide, layout, contracts), { layout, tests: false });
    const usage = readUsage(opened, { layout, tables: tableNames(wide), scopes: knownScopes(model, operations) });
    const findings = audit({ model, usage, operations, manifestText: sources.manifest.text });
    return { diagnostics: findings.diagnostics, sources: { ...sources, manifest: sources.manifest }, findings };
  } catch (error) {
    if (!(error instanceof SourcesError)) throw error;
    return { diagnostics: [diagnose("KG610", { file: model.manifest, line: 1, column: 1 }, error.message)] };
  }
}
