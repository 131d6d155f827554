import type { DevKiketOptions, DevProject } from "kiket-gen/dev";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { parseProject } from "../../manifest/parse-project.js";
import type { CachingHost } from "../../project/host.js";
import { readProject } from "../../project/read-project.js";
import { createProjectReader, type ReaderOptions } from "../dev-project.js";

/** A project for a local Kiket; only diagnostics if its manifest has errors. */
export interface ReadDevProject {
  readonly diagnostics: readonly Diagnostic[];
  readonly project?: DevProject;
  readonly check: DevKiketOptions["check"];
}

/** Reads a project as `dev` reads it, and generates nothing. */
export async function readDevProject(
  host: CachingHost,
  dir: string,
  loadKit: ReaderOptions["loadKit"],
): Promise<ReadDevProject> {
  const diagnostics: Diagnostic[] = [];
  const { check, projectOf } = createProjectReader(host, {
    loadKit,
    report: (diagnostic) => void diagnostics.push(diagnostic),
  });
  const project = await readProject(host, { dir });
  const read = parseProject(project);
  if ("errors" in read) return { diagnostics: read.errors, check };
  const { model } = read.parsed;
  return { diagnostics, project: await projectOf({ project, report: { model } }), check };
}
