import { diagnose } from "../../diagnostics/diagnose.js";
import type { MapNode, Reporter } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import type { EventSource } from "../merge-events.js";
import { readNested } from "./nested.js";

/**
 * The scaffold's short event names. They are aliases: the CLI's replay command sends the dotted name in `event` and the short one
 * in `event_type` (facts 806, 813).
 */
const dottedNames: ReadonlyMap<string, string> = new Map([
  ["before_transition", "workflow.before_transition"],
  ["after_transition", "workflow.after_transition"],
  ["issue_created", "issue.created"],
  ["issue_updated", "issue.updated"],
]);

function resolve(source: EventSource, report: Reporter): EventSource {
  const name = source.origin === "hooks" ? dottedNames.get(source.name) : undefined;
  if (name === undefined) return source;
  report(diagnose("KG211", source.at, `\`${source.name}\` is delivered as \`${name}\``, `write \`${name}\``));
  return { ...source, name };
}

/** Written by the CLI's scaffold: hooks are plain event names at the top level. */
export function readScaffold(format: "scaffold" | "scaffold-text", root: MapNode, report: Reporter): Draft {
  // (facts 503, 504)
  const draft = readNested(root, report);
  return { format, ...draft, events: draft.events.map((source) => resolve(source, report)) };
}
