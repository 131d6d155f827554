import { refuse } from "../../base/refusal.js";
import type { Existing } from "../../manifest/additions.js";
import { mapAt, namesAt } from "../../yaml/node.js";
import type { Request } from "../parse-request.js";
import { type Additions, ignore, nothing } from "./additions.js";

/** What a request adds to the manifest of an evidence adapter: a type of raw events. */
export function adapterAdditions(request: Request, { root }: Existing): Additions {
  if (request.kind !== "event") {
    return refuse(
      `\`add\` cannot give an evidence adapter a ${request.kind}`,
      "it adds only types of raw events: `event`",
    );
  }
  const { name, version, template } = request;
  if (version !== undefined) return refuse("types of raw events have no version", "remove --version");
  if (template !== undefined) return refuse("a type of raw events has no template", "remove --template");
  const declared = namesAt(mapAt(root, "spec", ignore), "sourceEventTypes", ignore);
  if (declared.some((type) => type.name === name)) return nothing;
  return { additions: [{ path: ["spec", "sourceEventTypes"], value: name }] };
}
