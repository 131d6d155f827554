import { posix } from "node:path";
import { longestFileName, windowsObjection } from "../base/file-name.js";
import { diagnose, diagnosticOf } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { EventModel, Position } from "../model/model.js";
import type { Layout } from "../project/layout.js";

/** A planned file of an event. */
interface EventFile {
  readonly path: string;
  readonly event: EventModel;
}

/** A name that is part of a planned path. */
interface Part {
  readonly name: string;
  /** What has the name: `event "a.b" needs the file a.b.v1.gen.ts`. */
  readonly what: string;
  readonly at: Position;
  /** Where another name can be chosen. */
  readonly hint: string;
}

/** The longest file name of each event. */
function eventParts(files: readonly EventFile[]): Part[] {
  const longest = new Map<EventModel, string>();
  for (const { path, event } of files) {
    const name = posix.basename(path);
    if (name.length > (longest.get(event)?.length ?? 0)) longest.set(event, name);
  }
  return [...longest].map(([event, name]) => ({
    name,
    what: `event "${event.name}" needs the file ${name}`,
    at: event.at,
    hint: "rename the event in the manifest if it is your own",
  }));
}

function folderParts(layout: Layout): Part[] {
  return (["out", "handlers"] as const).flatMap((option) =>
    layout[option].split("/").map((name) => ({
      name,
      what: `the folder ${layout[option]} is needed`,
      at: { file: layout[option], line: 1, column: 1 },
      hint: `choose another folder with --${option}`,
    })),
  );
}

/** Names of planned files and folders that a file system does not take. `windows`: the files are for this machine, which is Windows. */
export function refusedNames(files: readonly EventFile[], layout: Layout, windows: boolean): Diagnostic[] {
  return [...eventParts(files), ...folderParts(layout)].flatMap(({ name, what, at, hint }) => {
    const bytes = Buffer.byteLength(name);
    if (bytes > longestFileName) {
      const message = `a name has ${bytes} bytes, and file systems take ${longestFileName}: ${what}`;
      return [diagnose("KG303", at, message, hint)];
    }
    const objection = windowsObjection(name);
    if (objection === undefined) return [];
    const severity = windows ? "error" : "warning";
    return [diagnosticOf({ code: "KG302", severity }, at, `${what}, but ${objection}`, hint)];
  });
}
