import type { MapNode, Report } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { readNested } from "./nested.js";

/** `.kiket/manifest.yaml` with `model_version: "1.0"` and everything below `extension` (manifest-and-events §1.2). */
export function readCanonical(root: MapNode, report: Report): Draft {
  return { format: "canonical", ...readNested(root, report) };
}
