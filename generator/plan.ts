import { posix } from "node:path";
import type { Diagnostic } from "./diagnostics.js";
import type { EventModel, Model, Position } from "./model.js";
import {
  camelCase,
  compare,
  eventFileName,
  eventTypeName,
  eventVariableName,
  scopeName,
  shortestNames,
} from "./naming.js";

/** Folders of the output, relative to the project, with "/" separators. */
export interface Layout {
  /** Generated files, always ours. */
  readonly out: string;
  /** Stubs, created once and then the user's. */
  readonly handlers: string;
}

export const defaultLayout: Layout = { out: "src/generated", handlers: "src/handlers" };

export type Artefact =
  | { readonly kind: "event"; readonly event: EventModel }
  | { readonly kind: "scopes" }
  | { readonly kind: "settings" }
  | { readonly kind: "custom-data" }
  | { readonly kind: "context" }
  | { readonly kind: "extension" }
  | { readonly kind: "stub"; readonly event: EventModel }
  | { readonly kind: "main" };

/** A file to be, and who owns it: `generated` is rewritten at will, `scaffold` is created once and never opened again. */
export interface PlannedFile {
  readonly path: string;
  readonly ownership: "generated" | "scaffold";
  readonly artefact: Artefact;
}

export interface Plan {
  readonly files: readonly PlannedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Paths without ending, as imports are made from them. */
export const paths = {
  event: (layout: Layout, event: EventModel): string =>
    posix.join(layout.out, "events", `${eventFileName(event.name, event.version)}.gen`),
  scopes: (layout: Layout): string => posix.join(layout.out, "scopes.gen"),
  settings: (layout: Layout): string => posix.join(layout.out, "settings.gen"),
  customData: (layout: Layout): string => posix.join(layout.out, "custom-data.gen"),
  context: (layout: Layout): string => posix.join(layout.out, "context.gen"),
  extension: (layout: Layout): string => posix.join(layout.out, "extension.gen"),
  stub: (layout: Layout, event: EventModel): string =>
    posix.join(layout.handlers, eventFileName(event.name, event.version)),
  main: (layout: Layout): string => posix.join(posix.dirname(layout.out), "main"),
};

interface Named {
  readonly what: string;
  readonly source: string;
  readonly name: string;
  readonly at: Position;
}

/** Reports every two sources that end in one name. File names are compared as a case-blind file system would. */
function collisions(named: readonly Named[], fold: (name: string) => string): Diagnostic[] {
  const first = new Map<string, Named>();
  const found: Diagnostic[] = [];
  for (const entry of named) {
    const key = fold(entry.name);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, entry);
    else if (earlier.source !== entry.source) {
      found.push({
        code: "KG301",
        severity: "error",
        message: `${entry.what} "${entry.source}" and "${earlier.source}" (line ${earlier.at.line}) both become ${entry.name}`,
        hint: "Rename one of the two in the manifest.",
        at: entry.at,
      });
    }
  }
  return found;
}

function nameCollisions(model: Model): Diagnostic[] {
  const exact = (name: string) => name;
  const lower = (name: string) => name.toLowerCase();
  const events = model.events.map((event) => ({ event, source: `${event.name} ${event.version}`, at: event.at }));
  const modules = shortestNames(model.customData.map((module) => module.id));
  return [
    ...collisions(
      events.map(({ event, source, at }) => ({
        what: "events",
        source,
        name: eventFileName(event.name, event.version),
        at,
      })),
      lower,
    ),
    ...collisions(
      events.map(({ event, source, at }) => ({
        what: "events",
        source,
        name: eventTypeName(event.name, event.version),
        at,
      })),
      exact,
    ),
    ...collisions(
      events.map(({ event, source, at }) => ({
        what: "events",
        source,
        name: eventVariableName(event.name, event.version),
        at,
      })),
      exact,
    ),
    ...collisions(
      model.scopes.map(({ value, at }) => ({ what: "permissions", source: value, name: scopeName(value), at })),
      exact,
    ),
    ...collisions(
      model.customData.map(({ id, at }) => ({
        what: "custom-data modules",
        source: id,
        name: modules.get(id) ?? id,
        at,
      })),
      exact,
    ),
    ...model.customData.flatMap((module) =>
      collisions(
        module.tables.map(({ name, at }) => ({ what: "tables", source: name, name: camelCase(name), at })),
        exact,
      ),
    ),
  ];
}

function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ at }) => {
    const key = `${at.file}:${at.line}:${at.column}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Decides which files the extension needs; in code-unit order of path. */
export function plan(model: Model, layout: Layout): Plan {
  const generated = (path: string, artefact: Artefact): PlannedFile => ({
    path: `${path}.ts`,
    ownership: "generated",
    artefact,
  });
  const scaffold = (path: string, artefact: Artefact): PlannedFile => ({
    path: `${path}.ts`,
    ownership: "scaffold",
    artefact,
  });
  const files = [
    ...model.events.map((event) => generated(paths.event(layout, event), { kind: "event", event })),
    ...model.events.map((event) => scaffold(paths.stub(layout, event), { kind: "stub", event })),
    generated(paths.scopes(layout), { kind: "scopes" }),
    generated(paths.settings(layout), { kind: "settings" }),
    generated(paths.customData(layout), { kind: "custom-data" }),
    generated(paths.context(layout), { kind: "context" }),
    generated(paths.extension(layout), { kind: "extension" }),
    scaffold(paths.main(layout), { kind: "main" }),
  ];
  return {
    files: files.sort((a, b) => compare(a.path, b.path)),
    diagnostics: withoutRepeats(nameCollisions(model)),
  };
}
