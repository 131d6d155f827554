import { posix } from "node:path";
import { compare, eventFileName } from "../base/naming.js";
import { sharedShapes } from "../contracts/event-catalog.js";
import type { Contracts } from "../contracts/schemas/extend.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { EventModel, Model } from "../model/model.js";
import type { Layout } from "../project/layout.js";
import { refusedNames } from "./file-names.js";
import { collisionsIn } from "./name-collisions.js";

type Artefact =
  | { readonly kind: "event"; readonly event: EventModel }
  | { readonly kind: "shapes"; readonly names: readonly string[] }
  | { readonly kind: "scopes" }
  | { readonly kind: "settings" }
  | { readonly kind: "custom-data" }
  | { readonly kind: "context" }
  | { readonly kind: "api" }
  | { readonly kind: "extension" }
  | { readonly kind: "testing" }
  | { readonly kind: "stub"; readonly event: EventModel }
  | { readonly kind: "main" }
  | { readonly kind: "evidence" }
  | { readonly kind: "adapter" }
  | { readonly kind: "normalizer"; readonly event: EventModel }
  | { readonly kind: "adapter-entry" }
  | { readonly kind: "adapter-main" };

/** A planned file and its owner: a `generated` file is rewritten; a `scaffold` file is created once and then never written again. */
export interface PlannedFile {
  /** Relative to the project, with "/" separators. */
  readonly path: string;
  /** `generated`: written again after every change. `scaffold`: created once, then the user's. */
  readonly ownership: "generated" | "scaffold";
  readonly artefact: Artefact;
}

/** A planned file with the text that it has when it is new. */
export interface RenderedFile {
  readonly planned: PlannedFile;
  readonly text: string;
}

/** Whether a file is a handler or a normaliser, which the user fills. */
export function isStub({ artefact: { kind } }: PlannedFile): boolean {
  return kind === "stub" || kind === "normalizer";
}

interface Plan {
  readonly files: readonly PlannedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Paths without the file extension, because imports are made from them. */
export const paths = {
  event: (layout: Layout, event: EventModel): string =>
    posix.join(layout.out, "events", `${eventFileName(event.name, event.version)}.gen`),
  shapes: (layout: Layout): string => posix.join(layout.out, "shapes.gen"),
  scopes: (layout: Layout): string => posix.join(layout.out, "scopes.gen"),
  settings: (layout: Layout): string => posix.join(layout.out, "settings.gen"),
  customData: (layout: Layout): string => posix.join(layout.out, "custom-data.gen"),
  context: (layout: Layout): string => posix.join(layout.out, "context.gen"),
  api: (layout: Layout): string => posix.join(layout.out, "api.gen"),
  extension: (layout: Layout): string => posix.join(layout.out, "extension.gen"),
  testing: (layout: Layout): string => posix.join(layout.out, "testing.gen"),
  stub: (layout: Layout, event: EventModel): string =>
    posix.join(layout.handlers, eventFileName(event.name, event.version)),
  evidence: (layout: Layout): string => posix.join(layout.out, "evidence.gen"),
  adapter: (layout: Layout): string => posix.join(layout.out, "adapter.gen"),
  adapterEntry: (layout: Layout): string => posix.join(posix.dirname(layout.out), "adapter"),
  main: (layout: Layout): string => posix.join(posix.dirname(layout.out), "main"),
};

function generated(path: string, artefact: Artefact): PlannedFile {
  return { path: `${path}.ts`, ownership: "generated", artefact };
}

function scaffold(path: string, artefact: Artefact): PlannedFile {
  return { path: `${path}.ts`, ownership: "scaffold", artefact };
}

/** Files of an extension that answers webhooks. */
function webhookFiles(
  model: Model,
  layout: Layout,
  contracts: Pick<Contracts, "catalog" | "api"> | undefined,
): PlannedFile[] {
  const shapes = contracts === undefined ? [] : sharedShapes(contracts.catalog, model.events);
  return [
    ...model.events.map((event) => generated(paths.event(layout, event), { kind: "event", event })),
    ...model.events.map((event) => scaffold(paths.stub(layout, event), { kind: "stub", event })),
    ...(shapes.length > 0 ? [generated(paths.shapes(layout), { kind: "shapes", names: shapes })] : []),
    generated(paths.scopes(layout), { kind: "scopes" }),
    generated(paths.settings(layout), { kind: "settings" }),
    generated(paths.customData(layout), { kind: "custom-data" }),
    generated(paths.context(layout), { kind: "context" }),
    ...(contracts?.api !== undefined ? [generated(paths.api(layout), { kind: "api" })] : []),
    generated(paths.extension(layout), { kind: "extension" }),
    generated(paths.testing(layout), { kind: "testing" }),
    scaffold(paths.main(layout), { kind: "main" }),
  ];
}

/** Files of a receiver of webhooks: it has no permissions, settings, secrets or tables of its own. */
function receiverFiles(
  model: Model,
  layout: Layout,
  contracts: Pick<Contracts, "catalog" | "api"> | undefined,
): PlannedFile[] {
  const absent: readonly string[] = ["scopes", "settings", "custom-data", "api"];
  return webhookFiles(model, layout, contracts).filter(({ artefact: { kind } }) => !absent.includes(kind));
}

/** Files of an evidence adapter: normalisers instead of handlers, and no web server. */
function adapterFiles(model: Model, layout: Layout): PlannedFile[] {
  return [
    ...model.events.map((event) => scaffold(paths.stub(layout, event), { kind: "normalizer", event })),
    generated(paths.scopes(layout), { kind: "scopes" }),
    generated(paths.evidence(layout), { kind: "evidence" }),
    generated(paths.adapter(layout), { kind: "adapter" }),
    generated(paths.testing(layout), { kind: "testing" }),
    scaffold(paths.adapterEntry(layout), { kind: "adapter-entry" }),
    scaffold(paths.main(layout), { kind: "adapter-main" }),
  ];
}

interface PlanOptions {
  /** Without them it is not known whether there are shapes, and types of the project's own OpenAPI document: enough to check the names. */
  readonly contracts?: Pick<Contracts, "catalog" | "api">;
  /** Whether the files are for Windows. */
  readonly windows?: boolean;
}

function filesOf(model: Model, layout: Layout, contracts: PlanOptions["contracts"]): PlannedFile[] {
  if (model.adapter !== undefined) return adapterFiles(model, layout);
  return model.receiver === undefined
    ? webhookFiles(model, layout, contracts)
    : receiverFiles(model, layout, contracts);
}

/** Decides which files the extension needs, in code-unit order of path. */
export function plan(model: Model, layout: Layout, { contracts, windows = false }: PlanOptions = {}): Plan {
  const files = filesOf(model, layout, contracts);
  const ofEvents = files.flatMap(({ path, artefact }) =>
    "event" in artefact ? [{ path, event: artefact.event }] : [],
  );
  return {
    files: files.sort((a, b) => compare(a.path, b.path)),
    diagnostics: [...collisionsIn(model), ...refusedNames(ofEvents, layout, windows)],
  };
}
