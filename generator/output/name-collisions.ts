import {
  camelCase,
  eventFileName,
  eventTypeName,
  eventVariableName,
  scopeName,
  shortestNames,
} from "../base/naming.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Model, Position } from "../model/model.js";

interface Named {
  readonly what: string;
  readonly source: string;
  readonly name: string;
  readonly at: Position;
}

/** Reports sources that become the same name. `fold` makes names equal that must not be used together. */
function collisions(named: readonly Named[], fold: (name: string) => string): Diagnostic[] {
  const first = new Map<string, Named>();
  const found: Diagnostic[] = [];
  for (const entry of named) {
    const key = fold(entry.name);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, entry);
    else if (earlier.source !== entry.source) {
      const pair = `${entry.what} "${entry.source}" and "${earlier.source}" (line ${earlier.at.line})`;
      found.push(
        diagnose("KG301", entry.at, `${pair} both become ${entry.name}`, "rename one of the two in the manifest"),
      );
    }
  }
  return found;
}

function nameCollisions(model: Model): Diagnostic[] {
  const exact = (name: string) => name;
  const lower = (name: string) => name.toLowerCase();
  const events = model.events.map((event) => ({ event, source: `${event.name} ${event.version}`, at: event.at }));
  // The types of an adapter are names of another system, which nobody can rename: they need a file each, and no name of their own.
  const named = model.adapter === undefined ? events : [];
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
      named.map(({ event, source, at }) => ({
        what: "events",
        source,
        name: eventTypeName(event.name, event.version),
        at,
      })),
      exact,
    ),
    ...collisions(
      named.map(({ event, source, at }) => ({
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

/** Names of the manifest that would become the same identifier or the same file. */
export function collisionsIn(model: Model): Diagnostic[] {
  return withoutRepeats(nameCollisions(model));
}
