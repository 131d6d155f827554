import type { CodeUse } from "kiket-gen/dev";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Model } from "../model/model.js";
import { spellFor } from "../model/scopes.js";
import { paths } from "../output/plan.js";
import { describeSystemError, type Host } from "../project/host.js";
import type { Project } from "../project/read-project.js";
import type { Usage } from "../usage/types.js";

type FileUse = CodeUse["shared"][number];

function sentence(message: string, { file, line }: Diagnostic["at"]): string {
  return `${file}:${line}: ${message}.`;
}

/** What each file uses, in the order of their paths. */
function usesByFile({ permissions, calls }: Usage): readonly FileUse[] {
  const files = [...new Set([...permissions, ...calls].map(({ at }) => at.file))].sort();
  return files.map((file) => ({
    file,
    required: permissions.filter(({ at }) => at.file === file).map(({ name }) => name),
    calls: [...new Set(calls.filter(({ at }) => at.file === file).map(({ call }) => call))],
  }));
}

/** Reads what the handlers use, as `audit` does. Never rejects: what cannot be read is told in `unknown`. */
export async function readCodeUse(host: Host, project: Project, model: Model): Promise<CodeUse> {
  const base = { manifest: model.manifest, spelled: (scope: string) => spellFor(model, scope) };
  const nothing = (unknown: readonly string[]): CodeUse => ({ ...base, handlers: [], shared: [], unknown });
  try {
    // It loads a compiler.
    const { auditProject } = await import("../audit/audit-project.js");
    const { found, diagnostics } = await auditProject(host, project);
    if (found === undefined) return nothing(diagnostics.map(({ message, at }) => sentence(message, at)));
    const uses = usesByFile(found.usage);
    const stubs = model.events.map((event) => ({ event, file: `${paths.stub(project.layout, event)}.ts` }));
    const open = found.usage.open.filter(({ subjects }) => subjects.includes("permissions"));
    return {
      ...base,
      handlers: stubs.flatMap(({ event: { name, version }, file }) =>
        uses.filter((use) => use.file === file).map((use) => ({ ...use, event: name, version })),
      ),
      shared: uses.filter((use) => !stubs.some(({ file }) => use.file === file)),
      unknown: open.map(({ reason, at }) => sentence(reason, at)),
    };
  } catch (error) {
    return nothing([`The code cannot be read: ${describeSystemError(error) ?? String(error)}.`]);
  }
}
