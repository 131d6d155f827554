import type { DevKiketOptions, DevProject } from "kiket-gen/dev";
import { readKnownEvents } from "../../contracts/known-events.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { parseProject } from "../../manifest/parse-project.js";
import type { Host } from "../../project/host.js";
import { readProject } from "../../project/read-project.js";

/** A project for a local Kiket; only diagnostics if its manifest cannot be read. */
export interface ReadDevProject {
  readonly diagnostics: readonly Diagnostic[];
  readonly project?: DevProject;
  readonly check: DevKiketOptions["check"];
}

export async function readDevProject(host: Host, dir: string): Promise<ReadDevProject> {
  const project = await readProject(host, { dir });
  const read = parseProject(project);
  if ("errors" in read) return { diagnostics: read.errors, check: () => [] };
  const { model } = read.parsed;
  const { events: known } = await readKnownEvents(project.schemas);
  return {
    diagnostics: [],
    check: () => [],
    project: {
      kind: model.adapter !== undefined ? "adapter" : model.receiver !== undefined ? "receiver" : "extension",
      name: model.name ?? model.id ?? "",
      events: model.events.map(({ name, version }) => {
        const found = known.find((event) => event.name === name && event.version === version);
        return { name, version, sample: { ...found?.sample }, confidence: found?.confidence ?? "none" };
      }),
      scopes: model.scopes.map(({ value }) => value),
      secrets: model.secrets.map(({ key }) => key),
      ...(model.receiver === undefined ? {} : { path: model.receiver.path }),
      seed: {},
    },
  };
}
