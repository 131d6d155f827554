import { bareVersion } from "../base/event-version.js";
import { compare } from "../base/naming.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { type EventOrigin, eventOrigins, originTraits } from "../model/event-origin.js";
import type { EventModel, ParameterModel, Position } from "../model/model.js";
import type { Reporter } from "../yaml/node.js";

/** A path on which an event arrives, as it is written. */
export interface SourcePath {
  readonly text: string;
  readonly at: Position;
}

/** One place of a manifest that makes the extension receive an event. */
export interface EventSource {
  readonly name: string;
  /** The start of the name that is not written in the manifest. */
  readonly prefix?: string;
  readonly origin: EventOrigin;
  /** Only if this place names a version. */
  readonly version?: string | undefined;
  readonly versionAt?: Position | undefined;
  readonly description?: string | undefined;
  readonly template?: string | undefined;
  /** Where its deliveries are sent. */
  readonly paths?: readonly SourcePath[];
  readonly parameters?: readonly ParameterModel[];
  /** Position of the name. */
  readonly at: Position;
}

function chooseSpelling(spellings: ReadonlySet<string>, apiVersion: string): string {
  if (spellings.has(apiVersion)) return apiVersion;
  return [...spellings].sort(compare).at(-1) ?? apiVersion;
}

/** The options of all senders; `undefined` if one of them allows any value. */
function mergeOptions(declared: readonly ParameterModel[]): readonly string[] | undefined {
  const options = declared.map((parameter) => parameter.options);
  return options.includes(undefined) ? undefined : [...new Set(options.flatMap((values) => values ?? []))];
}

/** Each parameter once, in order of appearance. It is required only if every sender of the event requires it. */
function mergeParameters(sources: readonly EventSource[]): readonly ParameterModel[] {
  const lists = sources.filter(({ origin }) => originTraits[origin].sends).map(({ parameters }) => parameters ?? []);
  const merged = new Map<string, ParameterModel>();
  for (const parameter of lists.flat()) if (!merged.has(parameter.key)) merged.set(parameter.key, parameter);
  return [...merged.values()].map((parameter) => ({
    ...parameter,
    options: mergeOptions(lists.flat().filter(({ key }) => key === parameter.key)),
    required: lists.every((list) => list.some(({ key, required }) => key === parameter.key && required)),
  }));
}

function toEvent(name: string, sources: readonly EventSource[], apiVersion: string, report: Reporter): EventModel {
  const ranked = eventOrigins.flatMap((origin) => sources.filter((source) => source.origin === origin));
  const spellings = new Set(ranked.flatMap(({ origin, version }) => version ?? (origin === "hooks" ? apiVersion : [])));
  const version = chooseSpelling(spellings, apiVersion);
  for (const source of ranked) {
    if (source.version === undefined || source.version === version) continue;
    const message = `\`${source.version}\` and \`${version}\` are the same version of \`${name}\``;
    report(diagnose("KG210", source.versionAt ?? source.at, message, `write \`${version}\` everywhere`));
  }
  const paths = [...new Set(ranked.flatMap(({ paths: own = [] }) => own.map(({ text }) => text)))].sort(compare);
  return {
    name,
    version,
    origins: [...new Set(ranked.map(({ origin }) => origin))].sort(compare),
    description: ranked.find(({ description }) => description !== undefined)?.description,
    parameters: mergeParameters(ranked),
    template: ranked.find(({ template }) => template !== undefined)?.template,
    ...(paths.length === 0 ? {} : { paths }),
    at: (ranked[0] as EventSource).at,
  };
}

/**
 * One event for each name and version. A place without a version is added to every version that hooks declare for the event. If no
 * hook does, the event has the manifest's `api_version`.
 */
export function mergeEvents(sources: readonly EventSource[], apiVersion: string, report: Reporter): EventModel[] {
  // (facts 115, 812)
  const byName = new Map<string, EventSource[]>();
  for (const source of sources) {
    const group = byName.get(source.name);
    if (group === undefined) byName.set(source.name, [source]);
    else group.push(source);
  }
  const events = [...byName].flatMap(([name, group]) => {
    const decided = group.filter(({ origin, version }) => origin === "hooks" || version !== undefined);
    const joining = group.filter((source) => !decided.includes(source));
    const versions = new Set(decided.map(({ version }) => bareVersion(version ?? apiVersion)));
    if (versions.size === 0) return [toEvent(name, group, apiVersion, report)];
    return [...versions].map((version) => {
      const own = decided.filter((source) => bareVersion(source.version ?? apiVersion) === version);
      return toEvent(name, [...own, ...joining], apiVersion, report);
    });
  });
  return events.sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}
