import type { Contracts } from "../contracts/schemas/extend.js";
import type { Model } from "../model/model.js";
import { plan } from "../output/plan.js";
import { render } from "../output/render/index.js";
import type { Project } from "../project/read-project.js";

/** The generated files of a model, without stubs. */
export function generatedFiles(
  model: Model,
  { layout, importExtension }: Pick<Project, "layout" | "importExtension">,
  contracts: Contracts,
): { path: string; text: string }[] {
  const { diagnostics: _, ...known } = contracts;
  const input = { model, ...known, layout, importExtension };
  return plan(model, layout, { contracts })
    .files.filter(({ ownership }) => ownership === "generated")
    .map((planned) => ({ path: planned.path, text: render(planned, input) }));
}
