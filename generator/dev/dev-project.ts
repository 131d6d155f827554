import type { DevKiketOptions, DevProject, EventSample, fitRecord, payloadOf } from "kiket-gen/dev";
import { defined } from "../base/defined.js";
import { type EventCatalog, shapeOf } from "../contracts/event-catalog.js";
import { readEventSchemas } from "../contracts/event-schemas.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { contractsFor } from "../generate/generate.js";
import { nestsParameters } from "../model/event-origin.js";
import type { EventModel, Model } from "../model/model.js";
import { grantedScopes } from "../model/scopes.js";
import { settingDefinition } from "../model/setting-definition.js";
import type { CachingHost } from "../project/host.js";
import type { Project } from "../project/read-project.js";
import { createPayloadCheck } from "./payload/check-payload.js";
import { readTableSeeds, tablesOf } from "./table-seeds.js";

type DevEvent = DevProject["events"][number];

/** A project whose manifest has no errors. */
interface ReadableProject {
  readonly project: Project;
  readonly report: { readonly model: Model };
}

/** Reads what the local Kiket must know of a project, again and again. */
export interface ProjectReader {
  /**
   * What the manifest, its schemas and its seeds say now. `host`: reads the seeds; by default that of the reader. Throws errors of the file
   * system.
   */
  projectOf(generated: ReadableProject, host?: CachingHost): Promise<DevProject>;
  /** Compares a payload with the schema of its event. No problems if there is no schema, or before a project was read. */
  readonly check: DevKiketOptions["check"];
}

/** What the testing kit needs to know of an event to make its payload. */
function sampleOf(event: EventModel, catalog: EventCatalog): EventSample {
  const { record, kind } = shapeOf(catalog, event);
  const parameters = event.parameters.map(({ key, type, options, default: value }) => [
    key,
    { type, ...defined({ options, default: value }) },
  ]);
  return {
    ...defined({ kind, example: record?.example }),
    ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
    ...(nestsParameters(event) ? { nested: true } : {}),
  };
}

/** The events with a payload each; those of an adapter have one only if the project has a schema for them. */
async function eventsOf(
  { project, report: { model } }: ReadableProject,
  catalog: EventCatalog,
  kit: Kit,
): Promise<readonly DevEvent[]> {
  const shapes = model.events.map((event) => shapeOf(catalog, event));
  const wanted = shapes.map(({ record, exact, kind }, index) => {
    const { name = "", version = "" } = model.events[index] ?? {};
    return exact && record !== undefined && kind === undefined
      ? record
      : { name: kind ?? name, version: kind ? "v1" : version };
  });
  const schemas = await readEventSchemas(project.schemas, wanted);
  return model.events.map((event, index) => {
    const { record, exact } = shapes[index] ?? {};
    const isKnown = model.adapter === undefined || record?.example !== undefined;
    return {
      name: event.name,
      version: event.version,
      sample: (isKnown ? kit.payloadOf(event.name, {}, sampleOf(event, catalog)) : {}) as DevEvent["sample"],
      ...(isKnown ? defined({ schema: schemas[index] }) : {}),
      // The shape of another version says little of this one.
      confidence: isKnown && record !== undefined ? (exact ? record.confidence : "guessed") : "none",
    };
  });
}

/** The functions of `kiket-gen/dev` that the reader needs. A command loads them. */
interface Kit {
  readonly payloadOf: typeof payloadOf;
  readonly fitRecord: typeof fitRecord;
}

export interface ReaderOptions {
  readonly loadKit: () => Promise<Kit>;
  /** Is told what is wrong with the seeds. Nothing of it stops anything. */
  readonly report?: (diagnostic: Diagnostic) => void;
  /** For defaults of seeds, in milliseconds since 1970. */
  readonly now?: () => number;
}

export function createProjectReader(ownHost: CachingHost, options: ReaderOptions): ProjectReader {
  const { loadKit, report = () => undefined, now = Date.now } = options;
  const payloads = createPayloadCheck();
  // One time for all readings: seeds that have not changed are then the same in each.
  const opened = now();
  return {
    check: payloads.check,
    async projectOf(generated, host = ownHost) {
      const { project } = generated;
      const { model } = generated.report;
      const kit = await loadKit();
      const { catalog } = await contractsFor(ownHost, project, "write");
      const events = await eventsOf(generated, catalog, kit);
      await payloads.learn(events);
      const seeds = await readTableSeeds(host, model, (table, record, others) =>
        kit.fitRecord(table, record, others, () => opened),
      );
      for (const diagnostic of seeds.diagnostics) report(diagnostic);
      return {
        kind: model.adapter !== undefined ? "adapter" : model.receiver !== undefined ? "receiver" : "extension",
        name: model.name ?? model.id ?? model.manifest,
        events,
        scopes: grantedScopes(model),
        secrets: model.secrets.map(({ key }) => key),
        settings: model.settings.map((setting) => ({
          key: setting.key,
          ...settingDefinition(setting),
          ...defined({ description: setting.description ?? setting.label }),
        })),
        ...defined({ path: model.receiver?.path, sourceSystem: model.adapter?.sourceSystem }),
        seed: {
          tables: tablesOf(model),
          records: seeds.records,
          extension: defined({ name: model.name, version: model.version }),
        },
      };
    },
  };
}
