import { posix } from "node:path";
import { nearest } from "../base/did-you-mean.js";
import { eventOfFileName } from "../base/naming.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { EventModel } from "../model/model.js";
import type { Lock } from "../project/lock.js";
import type { Places } from "../project/places.js";
import { essenceHash, printLock } from "./lock.js";
import { changesBetween, type Fact, type ManifestChange } from "./manifest-fingerprint.js";
import { isStub, type PlannedFile, type RenderedFile } from "./plan.js";
import type { State } from "./read-disk.js";

/** What a run does with one file. */
export interface Action {
  /** `keep`: nothing is written. `delete`: only a file that nobody has changed since it was written. */
  readonly kind: "create" | "write" | "keep" | "delete";
  /** Relative to the project, with "/" separators. */
  readonly path: string;
  readonly ownership: PlannedFile["ownership"];
  /** The text of the file after the run. For a stub, this is the text of a new one. */
  readonly text: string;
  /** The text of the file before the run; absent if there is no file, and for stubs. */
  readonly before?: string;
}

/** What the lock file contains besides the files. */
interface Origin {
  readonly facts: readonly Fact[];
  /** Paths that later runs use. */
  readonly saved: Places["saved"];
  /** Where the lock file is after the run. */
  readonly lockPath: string;
}

interface Reconciled {
  /** Planned files in order of path, then files that are no longer planned, then the lock file. */
  readonly actions: readonly Action[];
  /** What changed in the manifest since the lock file was written; empty if there is no lock file. */
  readonly changes: readonly ManifestChange[];
  readonly diagnostics: readonly Diagnostic[];
}

function generatedAction(path: string, text: string, before: string | undefined): Action {
  if (before === undefined) return { kind: "create", path, ownership: "generated", text };
  // A formatter may have changed the file. Only the meaning is compared, and the user's layout is kept.
  const same = before === text || essenceHash(before) === essenceHash(text);
  return { kind: same ? "keep" : "write", path, ownership: "generated", text: same ? before : text, before };
}

function plannedAction({ planned: { path, ownership }, text }: RenderedFile, before: string | undefined): Action {
  if (ownership === "generated") return generatedAction(path, text, before);
  return { kind: before === undefined ? "create" : "keep", path, ownership, text };
}

function deletion(path: string, before = ""): Action {
  return { kind: "delete", path, ownership: "generated", text: "", before };
}

/** Files of earlier runs that are no longer planned and still exist. */
interface Leftovers {
  /** Not changed since we wrote them: they are deleted. */
  readonly ours: readonly string[];
  /** Changed by hand: they are kept and reported. */
  readonly edited: Lock["files"];
  /** Handlers: they belong to the user, so they are kept and reported. */
  readonly handlers: readonly string[];
}

function leftoversOf({ lock: { lock }, files }: State, planned: ReadonlySet<string>): Leftovers {
  const stale = Object.entries(lock?.files ?? {}).filter(([path]) => !planned.has(path) && files.has(path));
  const isOurs = ([path, hash]: [string, string]) => essenceHash(files.get(path) ?? "") === hash;
  return {
    ours: stale.filter(isOurs).map(([path]) => path),
    edited: Object.fromEntries(stale.filter((entry) => !isOurs(entry))),
    handlers: (lock?.handlers ?? []).filter((path) => !planned.has(path) && files.has(path)),
  };
}

/** The event whose handler has this path. Its version may be none of the manifest's any more. */
function eventOf(path: string, events: readonly EventModel[]): string {
  const file = posix.basename(path, ".ts");
  const guessed = /\.(v?\d[\w-]*)$/.exec(file)?.[1];
  const versions = [...events.map(({ version }) => version), ...(guessed === undefined ? [] : [guessed])];
  return versions.map((version) => eventOfFileName(file, version)).find((name) => name !== undefined) ?? file;
}

/** What to do with a handler whose event is gone. Most often the event has another name now, perhaps by mistake. */
function handlerHint(path: string, events: readonly EventModel[], added: readonly EventModel[]): string {
  const old = eventOf(path, events);
  const own = events.filter(({ name }) => name === old);
  if (own.length > 0) {
    const versions = own.map(({ version }) => version).join(", ");
    return `the manifest has \`${old}\` as ${versions}: move your code to its handler, then delete this file`;
  }
  const [only, ...others] = added;
  const now = nearest(old, new Set(events.map(({ name }) => name))) ?? (others.length === 0 ? only?.name : undefined);
  return now === undefined
    ? `add the event to the manifest again, or run \`kiket-gen rename ${old} <new name>\` if it has another name now`
    : `if \`${now}\` is its new name, run \`kiket-gen rename ${old} ${now}\`; if it is a mistake, write \`${old}\` in the manifest`;
}

function leftoverDiagnostics(
  { edited, handlers }: Leftovers,
  unfilled: ReadonlySet<string>,
  events: readonly EventModel[],
  added: readonly EventModel[],
): Diagnostic[] {
  const at = (file: string) => ({ file, line: 1, column: 1 });
  return [
    ...Object.keys(edited).map((path) =>
      diagnose(
        "KG502",
        at(path),
        "this file is no longer generated, but it was edited by hand",
        "move what you need to another file, then delete it",
      ),
    ),
    ...handlers.map((path) =>
      diagnose(
        "KG504",
        at(path),
        "the event of this handler is no longer in the manifest",
        unfilled.has(path) ? "nobody has filled it: delete it" : handlerHint(path, events, added),
      ),
    ),
  ];
}

function eventsOf(stubs: readonly RenderedFile[]): readonly EventModel[] {
  return stubs.flatMap(({ planned: { artefact } }) => ("event" in artefact ? [artefact.event] : []));
}

/** Compares the planned files and those of earlier runs with the disk. */
export function reconcile(
  rendered: readonly RenderedFile[],
  { facts, saved, lockPath }: Origin,
  state: State,
): Reconciled {
  const { lock, files } = state;
  const isMoved = lock.path !== lockPath;
  const leftovers = leftoversOf(state, new Set(rendered.map(({ planned }) => planned.path)));
  const generated = rendered.filter(({ planned }) => planned.ownership === "generated");
  const stubs = rendered.filter(({ planned }) => isStub(planned));
  const added = stubs.filter(({ planned: { path } }) => !lock.lock?.handlers.includes(path));
  const nextLock = printLock(
    facts,
    {
      // Those in a folder that is no longer the output are reported once.
      ...(isMoved ? {} : leftovers.edited),
      ...Object.fromEntries(generated.map(({ planned, text }) => [planned.path, essenceHash(text)])),
    },
    [...leftovers.handlers, ...stubs.map(({ planned }) => planned.path)],
    saved.schemas,
    saved.places,
  );
  return {
    actions: [
      ...rendered.map((file) => plannedAction(file, files.get(file.planned.path))),
      ...leftovers.ours.map((path) => deletion(path, files.get(path))),
      generatedAction(lockPath, nextLock, isMoved ? undefined : lock.text),
      ...(isMoved && lock.text !== undefined ? [deletion(lock.path, lock.text)] : []),
    ],
    changes: lock.lock === undefined ? [] : changesBetween(lock.lock.facts, facts),
    diagnostics: leftoverDiagnostics(leftovers, state.unfilled, eventsOf(stubs), eventsOf(added)),
  };
}
