import { type MapNode, mapAt, type Reporter } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { readNames } from "../event-sources.js";
import { readNested } from "./nested.js";

/** Written by the marketplace generator: like canonical, with `pricing` and `extension.events`. */
export function readMarketplace(root: MapNode, report: Reporter): Draft {
  // (fact 505)
  const draft = readNested(root, report);
  const events = readNames(mapAt(root, "extension", report), "events", "events", report);
  return { format: "marketplace", ...draft, events: [...draft.events, ...events] };
}
