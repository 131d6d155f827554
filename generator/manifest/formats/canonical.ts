import type { MapNode, Reporter } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { readNested } from "./nested.js";

/** `.kiket/manifest.yaml` with `model_version: "1.0"` and everything else under `extension`. */
export function readCanonical(root: MapNode, report: Reporter): Draft {
  // (fact 501)
  return { format: "canonical", ...readNested(root, report) };
}
