import { type MapNode, mapAt, type Report } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { readNames } from "../event-sources.js";
import { readNested } from "./nested.js";

/** The marketplace generator's, canonical but for `pricing` and `extension.events` (manifest-and-events §1.3). */
export function readMarketplace(root: MapNode, report: Report): Draft {
  const draft = readNested(root, report);
  const events = readNames(mapAt(root, "extension", report), "events", "events", report);
  return { format: "marketplace", ...draft, events: [...draft.events, ...events] };
}
