import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Model } from "../model/model.js";
import type { Project } from "../project/read-project.js";
import type { MapNode } from "../yaml/node.js";
import type { Source } from "../yaml/read-yaml.js";
import { type Parsed, parse } from "./parse.js";

/** A project whose manifest and modules have no errors. */
export interface ParsedProject {
  readonly manifest: Source;
  readonly parsed: Parsed & { readonly model: Model; readonly root: MapNode };
}

/** Parses a project for a command that cannot work on one with errors: these are the answer then. */
export function parseProject({ sources }: Project): ParsedProject | { readonly errors: readonly Diagnostic[] } {
  const parsed = parse(sources);
  const { model, root } = parsed;
  const errors = [...sources.diagnostics, ...parsed.diagnostics].filter(({ severity }) => severity === "error");
  if (sources.manifest === undefined || model === undefined || root === undefined || errors.length > 0)
    return { errors };
  return { manifest: sources.manifest, parsed: { ...parsed, model, root } };
}
