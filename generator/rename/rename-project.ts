import { otherName, otherWord } from "../base/event-family.js";
import { type EventCatalog, shapeOf, sharedShapes } from "../contracts/event-catalog.js";
import type { Contracts } from "../contracts/schemas/extend.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, errorsIn } from "../diagnostics/diagnostic.js";
import { contractsFor, type KnownContracts } from "../generate/generate.js";
import { generatedFiles } from "../generate/generated-files.js";
import { misplacedFiles } from "../generate/output-places.js";
import { eventSources } from "../manifest/assemble.js";
import { parse } from "../manifest/parse.js";
import { type ParsedProject, parseProject } from "../manifest/parse-project.js";
import type { EventModel, Model } from "../model/model.js";
import { essenceHash } from "../output/lock.js";
import { type PlannedFile, paths, plan } from "../output/plan.js";
import { render } from "../output/render/index.js";
import { isUnfilled } from "../output/unfilled-stub.js";
import type { Host } from "../project/host.js";
import type { Project } from "../project/read-project.js";
import type { FileChange } from "../project/writing/file-changes.js";
import { locator } from "../yaml/lines.js";
import { changesOf } from "./changes.js";
import { renameEvents } from "./rename-in-manifest.js";
import type { EventRename, RenamedFile } from "./rename-sources.js";

/** What to rename: one event, or every event of a family from issue to case or back. */
export type RenameRequest = { readonly from: string; readonly to: string } | { readonly vocabulary: "issue" | "case" };

/** Everything that a renaming will change. */
interface RenamePlan {
  readonly files: readonly RenamedFile[];
  /** What becomes of these files, new ones first and deleted ones last. */
  readonly changes: readonly FileChange[];
  /** Generated modules of the old names, to be removed. */
  readonly stale: readonly string[];
  readonly notes: readonly Diagnostic[];
}

/** `after` is the project after the plan was applied. */
type Renaming =
  | { readonly plan: RenamePlan; readonly after: Required<KnownContracts> & { readonly project: Project } }
  | { readonly diagnostics: readonly Diagnostic[] };

const shapes = { issue: "Issue", case: "Case" } as const;

function namesFor(request: RenameRequest, { events }: Model): Map<string, string> {
  if ("from" in request) return new Map([[request.from, request.to]]);
  const { vocabulary } = request;
  return new Map(
    events.flatMap(({ name }) => {
      const renamed = otherName(name);
      return renamed?.startsWith(`${vocabulary}.`) === true ? [[name, renamed]] : [];
    }),
  );
}

/** Members and shapes with other names in the new event: `issue` becomes `case`, or the reverse, if both payloads are known. */
function differences(catalog: EventCatalog, from: EventModel, to: EventModel): Pick<EventRename, "members" | "shapes"> {
  const [old, next] = [from, to].map((event) => new Set(shapeOf(catalog, event).record?.keys));
  for (const key of ["issue", "case"] as const) {
    const other = otherWord[key];
    if (!old?.has(key) || next?.has(key) || !next?.has(other)) continue;
    return { members: new Map([[key, other]]), shapes: new Map([[shapes[key], shapes[other]]]) };
  }
  return { members: new Map(), shapes: new Map() };
}

function pairsOf(
  catalog: EventCatalog,
  before: Model,
  after: Model,
  names: ReadonlyMap<string, string>,
): EventRename[] {
  return before.events.flatMap((from) => {
    const name = names.get(from.name);
    const to = after.events.find((event) => event.name === name && event.version === from.version);
    if (to === undefined) return [];
    // The members of a raw event are those of another system.
    const same = { members: new Map<string, string>(), shapes: new Map<string, string>() };
    return [{ from, to, ...(before.adapter === undefined ? differences(catalog, from, to) : same) }];
  });
}

function identities(events: readonly EventModel[], names: ReadonlyMap<string, string> = new Map()): string {
  return events
    .map(({ name, version, origins }) => `${names.get(name) ?? name}@${version} ${origins.join()}`)
    .sort()
    .join("\n");
}

/** Notes for the places that still contain the old name, where no type decides: comments, texts, templates. */
function leftovers(path: string, text: string, renames: readonly EventRename[]): Diagnostic[] {
  const position = locator(path, text);
  return renames.flatMap(({ from, to, members }) => {
    const name = from.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const templates = [...members.keys()].map((member) => `\\{[{%][^}\\n]*\\b${member}\\.`);
    const pattern = new RegExp([`(?<![\\w.])${name}(?![\\w-]|\\.\\w)`, ...templates].join("|"), "g");
    return [...text.matchAll(pattern)].map(({ index }) =>
      diagnose("KG623", position(index), `this text still refers to \`${from.name}\`, which is now \`${to.name}\``),
    );
  });
}

/** The texts of new stubs, by path. */
function stubTexts(
  model: Model,
  { layout, importExtension }: Project,
  files: readonly PlannedFile[],
  { catalog, operations, api }: Contracts,
): ReadonlyMap<string, string> {
  const input = { model, catalog, operations, layout, importExtension, ...(api === undefined ? {} : { api }) };
  const stubs = files.filter(({ artefact }) => artefact.kind === "stub");
  return new Map(stubs.map((file) => [file.path, render(file, input)]));
}

/** Two versions of one event would note the same place twice. */
function oncePerPlace(notes: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(notes.map((note) => [`${note.at.file}:${note.at.line}:${note.at.column}`, note])).values()];
}

function refusal(model: Model, message: string, hint: string): Renaming {
  return { diagnostics: [diagnose("KG621", { file: model.manifest, line: 1, column: 1 }, message, hint)] };
}

/**
 * The project as it was before the user renamed an event in the manifest by hand, if its handler still has the old name. Then the
 * renaming can do the rest.
 */
function beforeHandEdit(
  request: RenameRequest,
  project: Project,
  { manifest, parsed }: ParsedProject,
): { readonly project: Project; readonly read: ParsedProject } | undefined {
  const names = parsed.model.events.map(({ name }) => name);
  if (!("from" in request) || names.includes(request.from) || !names.includes(request.to)) return undefined;
  const text = renameEvents(manifest.text, eventSources(parsed.draft), new Map([[request.to, request.from]]));
  const restored = { ...project, sources: { ...project.sources, manifest: { ...manifest, text } } };
  const read = parseProject(restored);
  if ("errors" in read) return undefined;
  const own = read.parsed.model.events.filter(({ name }) => name === request.from);
  const handlers = project.lock.lock?.handlers ?? [];
  const orphaned = own.some((event) => handlers.includes(`${paths.stub(project.layout, event)}.ts`));
  return orphaned ? { project: restored, read } : undefined;
}

/** Works out a renaming in memory. Writes nothing. */
export async function planRename(request: RenameRequest, host: Host, project: Project): Promise<Renaming> {
  const current = parseProject(project);
  if ("errors" in current) return { diagnostics: current.errors };
  const restored = beforeHandEdit(request, project, current);
  return planFrom(request, host, restored ?? { project, read: current }, current.manifest.text);
}

/** `written` is the text of the manifest on disk. */
async function planFrom(
  request: RenameRequest,
  host: Host,
  { project, read }: { readonly project: Project; readonly read: ParsedProject },
  written: string,
): Promise<Renaming> {
  const { dir, layout } = project;
  const source = read.manifest;
  const { model, draft } = read.parsed;

  if ("vocabulary" in request && model.adapter !== undefined) {
    return refusal(
      model,
      "the raw events of an adapter have the names of another system, which did not rename them",
      "rename one with `kiket-gen rename <event> <new name>`",
    );
  }
  const names = namesFor(request, model);
  const known = new Set(model.events.map(({ name }) => name));
  const missing = [...names.keys()].find((name) => !known.has(name));
  if (names.size === 0)
    return refusal(
      model,
      "the manifest has no event of the other family, `issue.*` or `case.*`",
      "there is nothing to rename",
    );
  if (missing !== undefined) {
    return refusal(model, `the manifest declares no event \`${missing}\``, `it declares ${[...known].join(", ")}`);
  }
  const taken = [...names.values()].find((name) => known.has(name));
  if (taken !== undefined) {
    return refusal(model, `the manifest already declares \`${taken}\``, "merge the two handlers first");
  }

  const text = renameEvents(source.text, eventSources(draft), names);
  const sources = { ...project.sources, manifest: { ...source, text } };
  const after = parse(sources);
  if (after.model === undefined || identities(after.model.events) !== identities(model.events, names)) {
    return refusal(
      model,
      "the manifest contains the event in a form that cannot be edited automatically",
      "edit the manifest yourself",
    );
  }
  const contracts = await contractsFor(host, project, "check");
  const planned = plan(after.model, layout, { contracts, windows: host.windows === true });
  const misplaced = await misplacedFiles(host, layout, project.lock, planned.files);
  const clashes = errorsIn([...contracts.diagnostics, ...planned.diagnostics, ...misplaced]);
  if (clashes.length > 0) return { diagnostics: clashes };

  const renames = pairsOf(contracts.catalog, model, after.model, names);
  const [{ renameSources }, { openSources, SourcesError }] = await Promise.all([
    import("./rename-sources.js"),
    import("../usage/sources.js"),
  ]);
  try {
    const opened = openSources(dir, generatedFiles(model, project, contracts), { layout, tests: true });
    const own = opened.files.map((file) => [opened.pathOf(file), file.getFullText()] as const);
    const files = renameSources(opened, layout, renames, sharedShapes(contracts.catalog, after.model.events));
    const unfilled = stubTexts(after.model, project, planned.files, contracts);
    const replaced = new Map<string, string>();
    for (const { path, target, before } of files) {
      const present = path === target ? undefined : await host.read(target);
      if (present === undefined) continue;
      if (essenceHash(present) === essenceHash(unfilled.get(target) ?? "")) {
        replaced.set(target, present);
        continue;
      }
      return refusal(
        model,
        `${target} already exists, so the renamed handler cannot be created`,
        isUnfilled(before)
          ? `nobody has filled ${path}: delete it, and write the name in the manifest yourself`
          : "move or delete it first",
      );
    }
    const unchanged = own.filter(([path]) => !files.some((file) => file.path === path));
    const texts = [
      ...files.map(({ target, text: changed }) => [target, changed] as const),
      ...unchanged,
      [source.path, text] as const,
    ];
    const manifest = { path: source.path, target: source.path, before: written, text };
    const changes = await changesOf(host, files, manifest, replaced);
    if ("diagnostics" in changes) return changes;
    if ("refusal" in changes) return refusal(model, changes.refusal, changes.hint);
    return {
      plan: {
        files: [...files, manifest],
        changes,
        stale: renames.map(({ from }) => `${paths.event(layout, from)}.ts`),
        notes: oncePerPlace(texts.flatMap(([path, content]) => leftovers(path, content, renames))),
      },
      after: { project: { ...project, sources }, parsed: after, contracts },
    };
  } catch (error) {
    if (!(error instanceof SourcesError)) throw error;
    const at = error.at ?? { file: model.manifest, line: 1, column: 1 };
    return { diagnostics: [diagnose("KG610", at, error.message)] };
  }
}
