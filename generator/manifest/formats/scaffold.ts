import { diagnose } from "../../diagnostics/diagnose.js";
import type { MapNode, Report } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import type { EventSource } from "../merge-events.js";
import { readNested } from "./nested.js";

/**
 * The scaffold's short names. They are aliases: the payloads that its own replay command sends carry the dotted name in
 * `event` and the short one in `event_type` (manifest-and-events §4.2 E6, §4.3).
 */
const dottedNames: ReadonlyMap<string, string> = new Map([
  ["before_transition", "workflow.before_transition"],
  ["after_transition", "workflow.after_transition"],
  ["issue_created", "issue.created"],
  ["issue_updated", "issue.updated"],
]);

function resolve(source: EventSource, report: Report): EventSource {
  const name = source.origin === "hooks" ? dottedNames.get(source.name) : undefined;
  if (name === undefined) return source;
  report(diagnose("KG211", source.at, `\`${source.name}\` is delivered as \`${name}\``, `write \`${name}\``));
  return { ...source, name };
}

/** The manifest of the command line's scaffold, whose hooks are bare names at the top level (manifest-and-events §1.3). */
export function readScaffold(format: "scaffold" | "scaffold-text", root: MapNode, report: Report): Draft {
  const draft = readNested(root, report);
  return { format, ...draft, events: draft.events.map((source) => resolve(source, report)) };
}
