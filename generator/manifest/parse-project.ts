import { type Diagnostic, errorsIn } from "../diagnostics/diagnostic.js";
import type { Model } from "../model/model.js";
import type { Project } from "../project/read-project.js";
import type { MapNode } from "../yaml/node.js";
import type { Source } from "../yaml/read-yaml.js";
import type { Draft } from "./assemble.js";
import { type Parsed, parse } from "./parse.js";

/** A project whose manifest and modules have no errors. */
export interface ParsedProject {
  readonly manifest: Source;
  readonly parsed: Parsed & { readonly model: Model; readonly root: MapNode; readonly draft: Draft };
}

/** Parses a project for a command that needs one without errors. If there are errors, returns them. */
export function parseProject({ sources }: Project): ParsedProject | { readonly errors: readonly Diagnostic[] } {
  const parsed = parse(sources);
  const { model, root, draft } = parsed;
  const errors = errorsIn([...sources.diagnostics, ...parsed.diagnostics]);
  const isWhole = model !== undefined && root !== undefined && draft !== undefined && errors.length === 0;
  if (sources.manifest === undefined || !isWhole) return { errors };
  return { manifest: sources.manifest, parsed: { ...parsed, model, root, draft } };
}
